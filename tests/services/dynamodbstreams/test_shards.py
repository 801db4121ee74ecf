"""Streams, shards and iterators: life, rollover, trimming, expiry."""

import pytest
from botocore.exceptions import ClientError

HOUR = 3600.0


def put(dynamodb, *names):
    for name in names:
        dynamodb.put_item(TableName="people", Item={"id": {"S": name}})


def names(found):
    return [each["dynamodb"]["Keys"]["id"]["S"] for each in found]


def test_a_child_takes_over_after_four_hours(dynamodb, make_table, reader, shards, iterate, emulator):
    arn = make_table()
    put(dynamodb, "a")
    emulator.advance(4 * HOUR + 1)
    put(dynamodb, "b")
    parent, child = shards(arn)
    assert child["ParentShardId"] == parent["ShardId"]
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert "EndingSequenceNumber" not in child["SequenceNumberRange"]
    ended = reader.get_records(ShardIterator=iterate(arn, shard=parent["ShardId"]))
    assert names(ended["Records"]) == ["a"]
    assert "NextShardIterator" not in ended
    open_one = reader.get_records(ShardIterator=iterate(arn, shard=child["ShardId"]))
    assert names(open_one["Records"]) == ["b"]
    assert "NextShardIterator" in open_one
    children = reader.describe_stream(
        StreamArn=arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": parent["ShardId"]}
    )["StreamDescription"]["Shards"]
    assert children == [child]


def test_records_are_trimmed_after_a_day(dynamodb, make_table, shards, records, iterate, emulator):
    arn = make_table()
    put(dynamodb, "a")
    first = shards(arn)[0]
    sequence = records(arn)[0]["dynamodb"]["SequenceNumber"]
    emulator.advance(3 * HOUR)
    put(dynamodb, "b")
    emulator.advance(21 * HOUR + 1)
    assert names(records(arn, shard=first["ShardId"])) == ["b"]
    with pytest.raises(ClientError, match="TrimmedDataAccessException"):
        iterate(arn, "AT_SEQUENCE_NUMBER", first["ShardId"], SequenceNumber=sequence)
    emulator.advance(8 * HOUR)
    assert first["ShardId"] not in [each["ShardId"] for each in shards(arn)]


def test_kinds_of_iterators(dynamodb, make_table, reader, records, iterate, emulator):
    emulator.freeze(1_700_000_000)
    arn = make_table()
    put(dynamodb, "a")
    emulator.advance(10)
    latest = iterate(arn, "LATEST")
    put(dynamodb, "b", "c")
    second = records(arn)[1]["dynamodb"]["SequenceNumber"]
    assert names(reader.get_records(ShardIterator=latest)["Records"]) == ["b", "c"]
    assert names(records(arn, kind="AT_SEQUENCE_NUMBER", SequenceNumber=second)) == ["b", "c"]
    assert names(records(arn, kind="AFTER_SEQUENCE_NUMBER", SequenceNumber=second)) == ["c"]
    one = reader.get_records(ShardIterator=iterate(arn), Limit=1)
    assert names(one["Records"]) == ["a"]
    assert names(reader.get_records(ShardIterator=one["NextShardIterator"])["Records"]) == ["b", "c"]


def test_iterators_expire(make_table, reader, iterate, emulator):
    iterator = iterate(make_table())
    emulator.advance(14 * 60)
    assert reader.get_records(ShardIterator=iterator)["Records"] == []
    emulator.advance(61)
    with pytest.raises(reader.exceptions.ExpiredIteratorException):
        reader.get_records(ShardIterator=iterator)
    with pytest.raises(ClientError, match="Invalid ShardIterator"):
        reader.get_records(ShardIterator=iterator[:-8] + "AAAAAAA=")


def test_a_stream_ends_and_another_begins(dynamodb, make_table, reader, records, emulator):
    emulator.freeze(1_700_000_000)
    old = make_table()
    put(dynamodb, "a")
    dynamodb.update_table(TableName="people", StreamSpecification={"StreamEnabled": False})
    put(dynamodb, "b")
    told = dynamodb.update_table(
        TableName="people", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    )["TableDescription"]
    new = told["LatestStreamArn"]
    assert new != old
    put(dynamodb, "c")
    assert (names(records(old)), names(records(new))) == (["a"], ["c"])
    assert reader.describe_stream(StreamArn=old)["StreamDescription"]["StreamStatus"] == "DISABLED"
    listed = reader.list_streams(TableName="people", Limit=1)
    assert listed["Streams"][0]["StreamArn"] == listed["LastEvaluatedStreamArn"] == old
    rest = reader.list_streams(TableName="people", ExclusiveStartStreamArn=old)
    assert [each["StreamArn"] for each in rest["Streams"]] == [new]
    emulator.advance(24 * HOUR + 1)
    assert [each["StreamArn"] for each in reader.list_streams()["Streams"]] == [new]


def test_a_deleted_table_leaves_its_stream_for_a_day(dynamodb, make_table, reader, records, emulator):
    arn = make_table()
    put(dynamodb, "a")
    dynamodb.delete_table(TableName="people")
    assert names(records(arn)) == ["a"]
    emulator.advance(24 * HOUR + 1)
    with pytest.raises(reader.exceptions.ResourceNotFoundException) as raised:
        reader.describe_stream(StreamArn=arn)
    message = f"Requested resource not found: Stream: {arn} not found"
    assert raised.value.response["Error"]["Message"] == message
