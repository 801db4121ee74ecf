"""Vector indexes and SearchVectors."""

import boto3
import pytest

from emulator.testing import emulated

INVALID = "One or more parameter values were invalid: "


def index(name="near", function="COSINE", **more):
    return {
        "IndexName": name, "VectorAttribute": {"AttributeName": "v"}, "Projection": {"ProjectionType": "ALL"},
        "Dimensions": 3, "DistanceFunction": function, **more,
    }  # fmt: skip


def schema(**roles):
    return [{"AttributeName": name, "SearchSchemaElementType": role} for name, role in roles.items()]


def numbers(*values):
    return [{"N": str(each)} for each in values]


@pytest.fixture
def make_searched(dynamodb):
    def make(*indexes, attributes=("pk",), name="vectors"):
        dynamodb.create_table(
            TableName=name, KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
            VectorIndexes=list(indexes),
        )  # fmt: skip
        return name

    return make


@pytest.fixture
def put(dynamodb):
    def put(table, pk, vector, **more):
        texts = {name: {"S": value} for name, value in more.items()}
        dynamodb.put_item(TableName=table, Item={"pk": {"S": pk}, "v": {"L": numbers(*vector)}, **texts})

    return put


@pytest.fixture
def search(dynamodb):
    """Keys and scores, rounded, in the order of the answer."""

    def search(table, vector, top=10, name="near", **more):
        found = dynamodb.search_vectors(
            TableName=table, IndexName=name, SearchVector=numbers(*vector), TopK=top, **more
        )["SearchResults"]
        return [(each["Item"]["pk"]["S"], round(each["Score"], 4)) for each in found]

    return search


def test_each_distance_ranks_in_its_way(make_searched, put, search):
    table = make_searched(index(), index("far", "EUCLIDEAN"), index("dot", "DOT_PRODUCT"))
    put(table, "same", (1, 0, 0))
    put(table, "long", (10, 0, 0))
    put(table, "across", (0, 1, 0))
    put(table, "against", (-1, 0, 0))
    assert sorted(search(table, (1, 0, 0))) == [("across", 1.0), ("against", 2.0), ("long", 0.0), ("same", 0.0)]
    assert [each for each, _ in search(table, (1, 0, 0))][2:] == ["across", "against"]
    assert search(table, (1, 0, 0), name="far")[0] == ("same", 0.0)
    assert search(table, (1, 0, 0), name="far")[-1] == ("long", 9.0)
    assert search(table, (1, 0, 0), 2, name="dot") == [("long", 10.0), ("same", 1.0)]


def test_the_index_follows_the_items(dynamodb, make_searched, put, search):
    table = make_searched(index())
    put(table, "a", (1, 0, 0))
    put(table, "a", (0, 1, 0))
    assert search(table, (0, 1, 0)) == [("a", 0.0)]
    dynamodb.update_item(TableName=table, Key={"pk": {"S": "a"}}, UpdateExpression="REMOVE v")
    assert search(table, (0, 1, 0)) == []
    put(table, "b", (0, 1, 0))
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "b"}})
    assert search(table, (0, 1, 0)) == []


def test_a_search_is_held_to_the_partition_key_and_to_filters(make_searched, put, search, dynamodb, refused):
    roles = schema(tenant="HASH", kind="INLINE_FILTER")
    table = make_searched(index(SearchSchema=roles), attributes=("pk", "tenant", "kind"))
    put(table, "1", (1, 0, 0), tenant="x", kind="k")
    put(table, "2", (1, 0, 0), tenant="x")
    put(table, "3", (1, 0, 0), tenant="y")
    put(table, "4", (1, 0, 0))
    of_x = {"SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "x"}}}
    assert sorted(search(table, (1, 0, 0), **of_x)) == [("1", 0.0), ("2", 0.0)]
    both = {
        "SearchConditionExpression": "tenant = :t AND #k = :k", "ExpressionAttributeNames": {"#k": "kind"},
        "ExpressionAttributeValues": {":t": {"S": "x"}, ":k": {"S": "k"}},
    }  # fmt: skip
    assert search(table, (1, 0, 0), **both) == [("1", 0.0)]
    given = {"TableName": table, "IndexName": "near", "SearchVector": numbers(1, 0, 0), "TopK": 3}
    assert refused(dynamodb.search_vectors, **given) == (
        "ValidationException", "SearchConditionExpression must be provided when SearchSchema has a HASH key"
    )  # fmt: skip
    of_x["SearchConditionExpression"] = "tenant > :t"
    assert refused(dynamodb.search_vectors, **given, **of_x)[1] == (
        "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression"
    )


def test_results_hold_what_is_projected_without_the_vector(dynamodb, make_searched, put):
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}
    table = make_searched(index(Projection=projection))
    put(table, "a", (1, 0, 0), title="t", colour="c")
    given = {"TableName": table, "IndexName": "near", "SearchVector": numbers(1, 0, 0), "TopK": 1}
    (found,) = dynamodb.search_vectors(**given)["SearchResults"]
    assert found["Item"] == {"pk": {"S": "a"}, "title": {"S": "t"}}
    answer = dynamodb.search_vectors(**given, ProjectionExpression="v, colour", ReturnConsumedCapacity="TOTAL")
    assert answer["SearchResults"][0]["Item"] == {"v": {"L": numbers(1, 0, 0)}}
    assert answer["ConsumedCapacity"] == {"VectorSearchRequestBytes": 1024.0}


def test_what_cannot_be_searched(dynamodb, make_searched, refused):
    table = make_searched(index())
    given = {"TableName": table, "IndexName": "near", "SearchVector": numbers(1, 0, 0), "TopK": 3}
    assert refused(dynamodb.search_vectors, **given | {"TopK": 101})[1] == (
        "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive"
    )
    assert refused(dynamodb.search_vectors, **given | {"SearchVector": numbers(1)})[1] == (
        "Input search vector dimension 1 does not match vector index dimension 3"
    )
    assert refused(dynamodb.search_vectors, **given | {"IndexName": "none"})[1] == (
        "The table does not have the specified index: none"
    )
    query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    assert refused(dynamodb.query, TableName=table, IndexName="near", **query)[1] == (
        "Query operation not supported on this index type."
    )


def test_what_items_may_not_hold(dynamodb, make_searched, refused):
    table = make_searched(index(SearchSchema=schema(tenant="HASH")), attributes=("pk", "tenant"))

    def put(**item):
        return refused(dynamodb.put_item, TableName=table, Item={"pk": {"S": "a"}, **item})

    assert put(v={"L": numbers(1, 2)})[1] == (
        INVALID + "Invalid size for parameter v, Expected: 3, Actual: 2. IndexName: near"
    )
    assert put(v={"S": "x"})[1].startswith(INVALID + "Invalid type for parameter v")
    assert put(v={"L": [*numbers(1, 2), {"S": "x"}]})[1].startswith(INVALID + "Invalid type for parameter v[2]")
    assert "Type mismatch for Index Key tenant" in put(tenant={"N": "1"})[1]
    assert "cannot contain an empty string value" in put(tenant={"S": ""})[1]
    update = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"L": numbers(1)}}}
    code, words = refused(dynamodb.update_item, TableName=table, Key={"pk": {"S": "a"}}, **update)
    assert (code, "Invalid size for parameter v" in words) == ("ValidationException", True)


def test_indexes_come_and_go_with_update_table(dynamodb, make_table, put, search, refused):
    table = make_table("pk:S")
    put(table, "a", (1, 0, 0))
    told = dynamodb.update_table(TableName=table, VectorIndexUpdates=[{"Create": index()}])["TableDescription"]
    assert told["VectorIndexes"][0]["IndexStatus"] == "CREATING"
    described = dynamodb.describe_table(TableName=table)["Table"]["VectorIndexes"][0]
    assert (described["IndexStatus"], described["ItemCount"], described["Dimensions"]) == ("ACTIVE", 1, 3)
    assert search(table, (1, 0, 0)) == [("a", 0.0)]
    two = [{"Create": index("one")}, {"Create": index("two")}]
    assert refused(dynamodb.update_table, TableName=table, VectorIndexUpdates=two) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
    dynamodb.update_table(TableName=table, VectorIndexUpdates=[{"Delete": {"IndexName": "near"}}])
    assert "VectorIndexes" not in dynamodb.describe_table(TableName=table)["Table"]
    gone = [{"Delete": {"IndexName": "near"}}]
    assert refused(dynamodb.update_table, TableName=table, VectorIndexUpdates=gone)[0] == "ResourceNotFoundException"


def test_what_tables_may_not_define(make_searched, refused):
    def message(*indexes):
        return refused(lambda: make_searched(*indexes))[1]

    assert message(index(SearchSchema=schema(tenant="HASH"))) == (
        INVALID + "One element in SearchSchema is not defined in attribute definitions"
    )
    six = [index(f"index{number}") for number in range(6)]
    assert message(*six) == INVALID + "VectorIndex count exceeds the per-table limit of 5"
    assert message(index(), index("other", Dimensions=4)).startswith(INVALID)
    assert message(index(Dimensions=5000)).startswith(INVALID)


def test_a_backup_brings_the_index_back(dynamodb, make_searched, put, search):
    table = make_searched(index())
    put(table, "a", (1, 0, 0))
    arn = dynamodb.create_backup(TableName=table, BackupName="backup")["BackupDetails"]["BackupArn"]
    dynamodb.restore_table_from_backup(TargetTableName="restored", BackupArn=arn)
    assert search("restored", (1, 0, 0)) == [("a", 0.0)]


def test_indexes_survive_a_restart(tmp_path):
    def client(emulator):
        return boto3.client("dynamodb", endpoint_url=emulator.url, region_name="us-east-1",
                            aws_access_key_id="test", aws_secret_access_key="test")  # fmt: skip

    with emulated(data_dir=tmp_path) as emulator:
        dynamodb = client(emulator)
        dynamodb.create_table(
            TableName="vectors", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], VectorIndexes=[index()],
        )  # fmt: skip
        dynamodb.put_item(TableName="vectors", Item={"pk": {"S": "a"}, "v": {"L": numbers(1, 0, 0)}})
    with emulated(data_dir=tmp_path) as emulator:
        answer = client(emulator).search_vectors(
            TableName="vectors", IndexName="near", SearchVector=numbers(1, 0, 0), TopK=1
        )
        assert answer["SearchResults"] == [{"Item": {"pk": {"S": "a"}}, "Score": 0.0}]
