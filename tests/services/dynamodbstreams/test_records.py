"""What stands in a stream: events, views, sizes, what leaves no record. Sizes as recorded from AWS."""

import pytest


def put(dynamodb, key, **attributes):
    item = {"id": {"S": key}} | {name: {"S": value} for name, value in attributes.items()}
    dynamodb.put_item(TableName="people", Item=item)


def test_insert_modify_remove(dynamodb, make_table, records):
    arn = make_table()
    put(dynamodb, "Fred")
    put(dynamodb, "Fred", name="Fred")
    dynamodb.delete_item(TableName="people", Key={"id": {"S": "Fred"}})
    first, second, third = records(arn)
    assert [each["eventName"] for each in (first, second, third)] == ["INSERT", "MODIFY", "REMOVE"]
    assert first["dynamodb"]["NewImage"] == {"id": {"S": "Fred"}}
    assert "OldImage" not in first["dynamodb"]
    assert second["dynamodb"]["OldImage"] == {"id": {"S": "Fred"}}
    assert "NewImage" not in third["dynamodb"]
    assert [each["dynamodb"]["SizeBytes"] for each in (first, second, third)] == [12, 26, 20]
    assert first["eventVersion"] == "1.1"
    assert first["eventSource"] == "aws:dynamodb"
    assert first["awsRegion"] == "us-east-1"
    assert "userIdentity" not in first
    numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in (first, second, third)]
    assert numbers == sorted(set(numbers))
    assert len(str(numbers[0])) >= 21


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}), ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)  # fmt: skip
def test_views(dynamodb, make_table, records, view, images):
    arn = make_table(view)
    put(dynamodb, "Fred")
    put(dynamodb, "Fred", name="x")
    told = records(arn)[1]["dynamodb"]
    assert told["Keys"] == {"id": {"S": "Fred"}}
    assert told["StreamViewType"] == view
    assert {"NewImage", "OldImage"} & set(told) == images


def test_writes_that_change_nothing_leave_no_record(dynamodb, make_table, records):
    arn = make_table()
    dynamodb.put_item(TableName="people", Item={"id": {"S": "a"}, "s": {"SS": ["x", "y"]}, "n": {"N": "1"}})
    dynamodb.put_item(TableName="people", Item={"n": {"N": "1.0"}, "id": {"S": "a"}, "s": {"SS": ["y", "x"]}})
    dynamodb.update_item(
        TableName="people", Key={"id": {"S": "a"}}, UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )  # fmt: skip
    dynamodb.delete_item(TableName="people", Key={"id": {"S": "nobody"}})
    assert len(records(arn)) == 1


def test_binaries_and_a_failed_transaction(dynamodb, make_table, records):
    arn = make_table()
    dynamodb.put_item(TableName="people", Item={"id": {"S": "b"}, "data": {"B": b"\x90"}})
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(TransactItems=[
            {"Put": {"TableName": "people", "Item": {"id": {"S": "c"}}}},
            {"ConditionCheck": {"TableName": "people", "Key": {"id": {"S": "b"}},
                                "ConditionExpression": "attribute_not_exists(id)"}},
        ])  # fmt: skip
    (only,) = records(arn)
    assert only["dynamodb"]["NewImage"]["data"] == {"B": b"\x90"}
