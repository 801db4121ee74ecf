"""Single items: put, get, update, delete, and what they answer."""

import pytest

VALIDATION = "ValidationException"
INVALID = "One or more parameter values were invalid: "
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
FAILED = ("ConditionalCheckFailedException", "The conditional request failed")


def test_every_type_comes_back_as_it_was_put(dynamodb, table):
    item = KEY | {
        "s": {"S": ""}, "b": {"B": b""}, "bytes": {"B": bytes(range(256))}, "n": {"N": "-12.5"}, "t": {"BOOL": True},
        "null": {"NULL": True}, "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["2", "1"]}, "bs": {"BS": [b"\0", b"\xff"]},
        "m": {"M": {"l": {"L": [{"S": "x"}, {"M": {}}, {"L": []}, {"B": b"z"}]}}}, "ü€😀": {"S": "ü€😀"},
    }  # fmt: skip
    dynamodb.put_item(TableName=table, Item=item)
    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"] == item


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            "0", "0"), ("-0", "0"), ("+1", "1"), ("007", "7"), ("1.0", "1"), ("1.50", "1.5"), ("1e2", "100"), ("-1E-3",
            "-0.001",
        ),
        (".5", "0.5"), ("5.", "5"), ("1" * 38, "1" * 38), ("1" + "0" * 125, "1" + "0" * 125),
        ("1e-130", "0." + "0" * 129 + "1"),
        ("0.00000123e5", "0.123"), ("123.456e-2", "1.23456"),
    ],
)  # fmt: skip
def test_numbers_have_one_form(dynamodb, table, given, kept):
    dynamodb.put_item(TableName=table, Item=KEY | {"n": {"N": given}})
    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"]["n"] == {"N": kept}


OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"N": "abc"}, "The parameter cannot be converted to a numeric value: abc"),
        ({"N": ""}, "The parameter cannot be converted to a numeric value"),
        ({"N": " 1"}, "The parameter cannot be converted to a numeric value:  1"),
        ({"N": "1" * 39}, "Attempting to store more than 38 significant digits in a Number"),
        ({"N": "1e126"}, OVERFLOW),
        ({"N": "1e-131"}, UNDERFLOW),
        ({"NULL": False}, INVALID + "Null attribute value types must have the value of true"),
        ({"SS": []}, INVALID + "An string set  may not be empty"),
        ({"NS": []}, INVALID + "An number set  may not be empty"),
        ({"BS": []}, INVALID + "Binary sets should not be empty"),
        ({"SS": ["a", "a"]}, INVALID + "Input collection [a, a] contains duplicates."),
        ({"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
        ({"L": [{"N": "x"}]}, "The parameter cannot be converted to a numeric value: x"),
        ({"S": "x" * 400 * 1024}, "Item size has exceeded the maximum allowed size"),
    ],
)
def test_values_that_are_refused(dynamodb, table, refused, value, message):
    assert refused(dynamodb.put_item, TableName=table, Item=KEY | {"v": value}) == (VALIDATION, message)


def test_an_item_may_have_exactly_400_kb(dynamodb, make_table, refused):
    name = make_table("pk:S")
    fits = {"pk": {"S": "a"}, "v": {"S": "x" * (400 * 1024 - 4)}}
    dynamodb.put_item(TableName=name, Item=fits)
    assert dynamodb.describe_table(TableName=name)["Table"]["TableSizeBytes"] == 400 * 1024
    update = {"TableName": name, "Key": {"pk": {"S": "a"}}, "ExpressionAttributeValues": {":x": {"S": "y"}}}
    assert refused(dynamodb.update_item, UpdateExpression="SET w = :x", **update) == (
        VALIDATION, "Item size to update has exceeded the maximum allowed size",
    )  # fmt: skip


def nested(depth: int) -> dict:
    value = {"S": "x"}
    for _ in range(depth):
        value = {"L": [value]}
    return value


def test_lists_and_maps_nest_32_deep(dynamodb, table, refused):
    dynamodb.put_item(TableName=table, Item=KEY | {"v": nested(32)})
    assert refused(dynamodb.put_item, TableName=table, Item=KEY | {"v": nested(33)})[1].startswith(
        "Nesting Levels have exceeded supported limits"
    )
    update = {"TableName": table, "Key": KEY, "UpdateExpression": "SET m = list_append(v, v), l[0] = :v"}
    dynamodb.update_item(
        TableName=table, Key=KEY, UpdateExpression="SET l = :l", ExpressionAttributeValues={":l": {"L": []}}
    )
    message = refused(dynamodb.update_item, **update, ExpressionAttributeValues={":v": nested(32)})[1]
    assert message.startswith("Nesting Levels have exceeded supported limits")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"pk": {"S": "a"}}, INVALID + "Missing the key sk in the item"),
        ({"pk": {"S": "a"}, "sk": {"NULL": True}}, INVALID + "Type mismatch for key sk expected: S actual: NULL"),
        (
            {"pk": {"S": ""}, "sk": {"S": "a"}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            "empty string value. Key: pk",
        ),
        (
            {"pk": {"S": "x" * 2049}, "sk": {"S": "a"}},
            INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ),
        (
            {"pk": {"S": "a"}, "sk": {"S": "ü" * 513}},
            INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
        ),
    ],
)
def test_keys_that_are_refused(dynamodb, table, refused, item, message):
    assert refused(dynamodb.put_item, TableName=table, Item=item) == (VALIDATION, message)


def test_a_key_must_be_the_whole_key(dynamodb, table, refused):
    mismatch = (VALIDATION, "The provided key element does not match the schema")
    for key in ({"pk": {"S": "a"}}, {"pk": {"S": "a"}, "other": {"S": "b"}}, {"pk": {"S": "a"}, "sk": {"N": "1"}}):
        assert refused(dynamodb.get_item, TableName=table, Key=key) == mismatch
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "x" * 2048}, "sk": {"S": "y" * 1024}})


def test_put_answers_what_it_replaced(dynamodb, table):
    assert "Attributes" not in dynamodb.put_item(TableName=table, Item=KEY | {"v": {"N": "1"}}, ReturnValues="ALL_OLD")
    again = dynamodb.put_item(TableName=table, Item=KEY, ReturnValues="ALL_OLD")
    assert again["Attributes"] == KEY | {"v": {"N": "1"}}
    assert dynamodb.delete_item(TableName=table, Key=KEY, ReturnValues="ALL_OLD")["Attributes"] == KEY
    assert "Attributes" not in dynamodb.delete_item(TableName=table, Key=KEY, ReturnValues="ALL_OLD")


def test_put_and_delete_know_two_return_values(dynamodb, table, refused):
    wrong = (VALIDATION, "ReturnValues can only be ALL_OLD or NONE")
    assert refused(dynamodb.put_item, TableName=table, Item=KEY, ReturnValues="ALL_NEW") == wrong
    assert refused(dynamodb.delete_item, TableName=table, Key=KEY, ReturnValues="UPDATED_OLD") == wrong


def test_a_failed_condition_tells_the_item_when_asked(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=KEY | {"v": {"N": "1"}})
    condition = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as caught:
        dynamodb.put_item(TableName=table, Item=KEY, **condition)
    assert caught.value.response["Item"] == KEY | {"v": {"N": "1"}}
    assert caught.value.response["Error"]["Message"] == FAILED[1]


def test_update_makes_what_is_not_there(dynamodb, table):
    dynamodb.update_item(TableName=table, Key=KEY)
    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"] == KEY
    answer = dynamodb.update_item(
        TableName=table, Key=KEY | {"sk": {"S": "new"}}, UpdateExpression="ADD hits :one",
        ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="ALL_NEW",
    )  # fmt: skip
    assert answer["Attributes"] == KEY | {"sk": {"S": "new"}, "hits": {"N": "1"}}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("NONE", None),
        ("ALL_OLD", KEY | {"a": {"N": "1"}, "m": {"M": {"x": {"S": "1"}, "y": {"S": "2"}}}}),
        ("ALL_NEW", KEY | {"a": {"N": "2"}, "m": {"M": {"x": {"S": "9"}, "y": {"S": "2"}}}, "n": {"N": "0"}}),
        ("UPDATED_OLD", {"a": {"N": "1"}, "m": {"M": {"x": {"S": "1"}}}}),
        ("UPDATED_NEW", {"a": {"N": "2"}, "m": {"M": {"x": {"S": "9"}}}, "n": {"N": "0"}}),
    ],
)
def test_what_an_update_answers(dynamodb, table, wanted, told):
    item = KEY | {"a": {"N": "1"}, "m": {"M": {"x": {"S": "1"}, "y": {"S": "2"}}}}
    dynamodb.put_item(TableName=table, Item=item)
    answer = dynamodb.update_item(
        TableName=table, Key=KEY, ReturnValues=wanted, UpdateExpression="SET a = a + :one, m.x = :nine, n = :zero",
        ExpressionAttributeValues={":one": {"N": "1"}, ":nine": {"S": "9"}, ":zero": {"N": "0"}},
    )  # fmt: skip
    assert answer.get("Attributes") == told


def test_keys_can_not_be_updated(dynamodb, table, refused):
    given = {"UpdateExpression": "SET sk = :x", "ExpressionAttributeValues": {":x": {"S": "x"}}}
    assert refused(dynamodb.update_item, TableName=table, Key=KEY, **given) == (
        VALIDATION, INVALID + "Cannot update attribute sk. This attribute is part of the key",
    )  # fmt: skip


def test_projections(dynamodb, table):
    item = KEY | {"m": {"M": {"l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}, "x": {"S": "x"}}}, "o": {"S": "o"}}
    dynamodb.put_item(TableName=table, Item=item)

    def get(expression, **names):
        more = {"ExpressionAttributeNames": {f"#{key}": value for key, value in names.items()}} if names else {}
        return dynamodb.get_item(TableName=table, Key=KEY, ProjectionExpression=expression, **more).get("Item")

    assert get("pk, o") == {"pk": {"S": "a"}, "o": {"S": "o"}}
    assert get("m.l[2], #m.l[0]", m="m") == {"m": {"M": {"l": {"L": [{"N": "0"}, {"N": "2"}]}}}}
    assert get("m.nothing, m.l[9]") == {}
    assert dynamodb.get_item(TableName=table, Key=KEY, AttributesToGet=["o"])["Item"] == {"o": {"S": "o"}}


def test_capacity_of_reads_and_writes(dynamodb, make_table):
    name = make_table("pk:S", gsi={"by_x": "x:S"}, projection={"ProjectionType": "KEYS_ONLY"})
    put = {"TableName": name, "ReturnConsumedCapacity": "INDEXES"}
    key = {"pk": {"S": "a"}}

    def units(answer):
        found = answer["ConsumedCapacity"]
        of_index = found.get("GlobalSecondaryIndexes", {}).get("by_x", {}).get("CapacityUnits", 0.0)
        return found["CapacityUnits"], found["Table"]["CapacityUnits"], of_index

    assert units(dynamodb.put_item(Item=key | {"v": {"S": "y" * 3000}}, **put)) == (3.0, 3.0, 0.0)
    assert units(dynamodb.put_item(Item=key | {"x": {"S": "1"}}, **put)) == (4.0, 3.0, 1.0)
    assert units(dynamodb.put_item(Item=key | {"x": {"S": "1"}, "o": {"S": "o"}}, **put)) == (1.0, 1.0, 0.0)
    assert units(dynamodb.put_item(Item=key | {"x": {"S": "2"}}, **put)) == (3.0, 1.0, 2.0)
    assert units(dynamodb.get_item(Key=key, **put)) == (0.5, 0.5, 0.0)
    assert units(dynamodb.get_item(Key=key, ConsistentRead=True, **put)) == (1.0, 1.0, 0.0)
    assert units(dynamodb.delete_item(Key=key, **put)) == (2.0, 1.0, 1.0)


def test_item_collections_are_measured_for_local_indexes(dynamodb, make_table):
    name = make_table(lsi={"by_x": "pk:S x:S"})
    told = dynamodb.put_item(TableName=name, Item=KEY | {"x": {"S": "1"}}, ReturnItemCollectionMetrics="SIZE")
    assert told["ItemCollectionMetrics"] == {"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}


def test_the_table_resource_of_boto3(endpoint, make_table):
    from decimal import Decimal

    import boto3
    from boto3.dynamodb.conditions import Attr, Key

    make_table("pk:S sk:N")
    resource = boto3.resource(
        "dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test",
    )  # fmt: skip
    table = resource.Table("table")
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": "a", "sk": number, "even": number % 2 == 0, "set": {"x", "y"}})
    found = table.query(
        KeyConditionExpression=Key("pk").eq("a") & Key("sk").lt(10), FilterExpression=Attr("even").eq(True)
    )
    assert [item["sk"] for item in found["Items"]] == [0, 2, 4, 6, 8]
    assert found["Items"][0]["set"] == {"x", "y"}
    table.update_item(
        Key={"pk": "a", "sk": 3}, UpdateExpression="SET price = :p", ExpressionAttributeValues={":p": Decimal("9.95")}
    )
    assert table.get_item(Key={"pk": "a", "sk": 3})["Item"]["price"] == Decimal("9.95")
    assert table.item_count == 60
