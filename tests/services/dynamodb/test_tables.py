"""Tables: their life, their descriptions, and what they can't be."""

import pytest

VALIDATION = "ValidationException"
INVALID = "One or more parameter values were invalid: "


def test_a_table_is_told_as_creating_and_then_active(dynamodb):
    created = dynamodb.create_table(
        TableName="numbers",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
    )["TableDescription"]
    assert created["TableStatus"] == "CREATING"
    assert created["DeletionProtectionEnabled"] is False
    assert "WarmThroughput" not in created
    described = dynamodb.describe_table(TableName="numbers")["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/numbers"
    assert described["WarmThroughput"] == {"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 6, "Status": "ACTIVE"}
    assert dynamodb.describe_table(TableName=described["TableArn"])["Table"]["TableId"] == described["TableId"]


def test_tables_are_listed_by_name_in_pages(dynamodb, make_table):
    for name in ("ccc", "aaa", "bbb"):
        make_table("pk:S", name=name)
    page = dynamodb.list_tables(Limit=2)
    assert page["TableNames"] == ["aaa", "bbb"]
    assert dynamodb.list_tables(ExclusiveStartTableName=page["LastEvaluatedTableName"])["TableNames"] == ["ccc"]


def test_a_deleted_table_is_gone_with_its_items(dynamodb, make_table, refused):
    name = make_table("pk:S")
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "a"}})
    assert dynamodb.delete_table(TableName=name)["TableDescription"]["TableStatus"] == "DELETING"
    assert refused(dynamodb.describe_table, TableName=name) == (
        "ResourceNotFoundException", "Requested resource not found: Table: table not found",
    )  # fmt: skip
    assert refused(dynamodb.get_item, TableName=name, Key={"pk": {"S": "a"}}) == (
        "ResourceNotFoundException", "Requested resource not found",
    )  # fmt: skip
    make_table("pk:S")
    assert dynamodb.scan(TableName=name)["Count"] == 0


def test_a_protected_table_is_not_deleted(dynamodb, make_table, refused):
    name = make_table("pk:S", DeletionProtectionEnabled=True)
    code, message = refused(dynamodb.delete_table, TableName=name)
    assert code == VALIDATION
    assert message.startswith("Resource cannot be deleted as it is currently protected against deletion.")
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=name)
    assert dynamodb.list_tables()["TableNames"] == []


def test_an_index_can_be_added_and_deleted(dynamodb, make_table):
    name = make_table("pk:S")
    for number in range(5):
        dynamodb.put_item(TableName=name, Item={"pk": {"S": f"p{number}"}, "color": {"S": "red"}})
    create = {
        "IndexName": "by_color", "KeySchema": [{"AttributeName": "color", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }  # fmt: skip
    dynamodb.update_table(
        TableName=name, GlobalSecondaryIndexUpdates=[{"Create": create}],
        AttributeDefinitions=[{"AttributeName": "color", "AttributeType": "S"}],
    )  # fmt: skip
    index = dynamodb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0]
    assert (index["IndexStatus"], index["ItemCount"]) == ("ACTIVE", 5)
    dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_color"}}])
    described = dynamodb.describe_table(TableName=name)["Table"]
    assert "GlobalSecondaryIndexes" not in described
    assert described["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]


def test_counts_and_bytes_of_tables_and_indexes(dynamodb, make_table):
    name = make_table("Game:S Player:S", gsi={"global": "Player:S Time:S"}, lsi={"local": "Game:S Score:N"})
    item = {
        "Time": {"S": "2019-04-25T00:00:00Z"}, "Player": {"S": "steph"}, "Score": {"N": "24"},
        "Game": {"S": "Days Gone"}, "DocstoreRevision": {"S": "c83ccc96-58e3-49c9-be71-df32048195ce"},
    }  # fmt: skip
    dynamodb.put_item(TableName=name, Item=item)
    described = dynamodb.describe_table(TableName=name)["Table"]
    assert (described["ItemCount"], described["TableSizeBytes"]) == (1, 107)
    assert described["GlobalSecondaryIndexes"][0]["IndexSizeBytes"] == 107


KEY = [{"AttributeName": "pk", "KeyType": "HASH"}]
SORTED = [*KEY, {"AttributeName": "sk", "KeyType": "RANGE"}]
STRING = [{"AttributeName": "pk", "AttributeType": "S"}]
STRINGS = [*STRING, {"AttributeName": "sk", "AttributeType": "S"}]
ALL = {"ProjectionType": "ALL"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"TableName": "x"},
            "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain "
            "only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
        ),
        (
            {"AttributeDefinitions": STRINGS},
            INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions",
        ),
        (
            {"KeySchema": SORTED},
            INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, sk], "
            "AttributeDefinitions: [pk]",
        ),
        (
            {"KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            {"BillingMode": "PROVISIONED"},
            INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {"LocalSecondaryIndexes": [{"IndexName": "lsi", "KeySchema": SORTED, "Projection": ALL}],
             "AttributeDefinitions": STRINGS},
            INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex",
        ),
        (
            {"GlobalSecondaryIndexes": [{"IndexName": "gsi", "KeySchema": KEY, "Projection": {}}]},
            INVALID + "Unknown ProjectionType: null",
        ),
        (
            {"GlobalSecondaryIndexes": [{"IndexName": "gsi", "KeySchema": KEY, "Projection": ALL}] * 2},
            INVALID + "Duplicate index name: gsi",
        ),
    ],
)  # fmt: skip
def test_what_a_table_can_not_be(dynamodb, refused, given, message):
    usual = {"TableName": "table", "KeySchema": KEY, "AttributeDefinitions": STRING, "BillingMode": "PAY_PER_REQUEST"}
    assert refused(dynamodb.create_table, **usual | given) == (VALIDATION, message)


def test_a_name_is_taken_once(dynamodb, make_table, refused):
    make_table("pk:S")
    assert refused(make_table, keys="pk:S") == ("ResourceInUseException", "Table already exists: table")
