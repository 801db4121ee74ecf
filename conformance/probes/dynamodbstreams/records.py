"""What a table's stream tells of its changes."""

import time

from conformance.probes import probe
from conformance.probes.dynamodb.making import API, GUIDE, INVALID, item, put, settled, table

STREAMS = GUIDE + "Streams.html"


def streamed(trial, view: str = "NEW_AND_OLD_IMAGES") -> tuple[str, str]:
    """A table with a stream: its name, and the stream's ARN."""
    name = table(trial, service="dynamodb", StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    return name, settled(trial, name)["LatestStreamArn"]


def records(trial, arn: str, expected: int) -> list[dict]:
    """The records of all shards in order, once so many have come."""
    found: list[dict] = []
    for shard in trial.ask("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = trial.ask("GetShardIterator", StreamArn=arn, ShardId=shard["ShardId"],
                             ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        for _ in range(20):
            answer = trial.ask("GetRecords", ShardIterator=iterator)
            found += answer["Records"]
            iterator = answer.get("NextShardIterator")
            if iterator is None or len(found) >= expected:
                break
            time.sleep(0.25)
    return found


@probe("dynamodbstreams", "GetRecords", "A stream tells an item's making, change and removal in this order", STREAMS)
def changes_come_in_order(trial):
    name, arn = streamed(trial)
    put(trial, name, service="dynamodb", x="1")
    put(trial, name, service="dynamodb", x="2")
    trial.ask("DeleteItem", "dynamodb", TableName=name, Key=item())
    found = records(trial, arn, 3)
    assert [each["eventName"] for each in found] == ["INSERT", "MODIFY", "REMOVE"], found


@probe("dynamodbstreams", "GetRecords", "A write that changes nothing leaves no record", STREAMS)
def nothing_changed_is_no_record(trial):
    name, arn = streamed(trial)
    for value in ("1", "1", "2"):
        put(trial, name, service="dynamodb", x=value)
    assert [each["eventName"] for each in records(trial, arn, 2)] == ["INSERT", "MODIFY"]


@probe("dynamodbstreams", "GetRecords", "A stream of keys tells no images", STREAMS + "#Streams.Enabling")
def keys_alone(trial):
    name, arn = streamed(trial, "KEYS_ONLY")
    put(trial, name, service="dynamodb", x="1")
    (found,) = records(trial, arn, 1)
    assert found["dynamodb"]["Keys"] == item(), found
    assert not {"NewImage", "OldImage"} & found["dynamodb"].keys(), found


@probe("dynamodbstreams", "GetRecords", "A stream of both images tells what was and what is",
       STREAMS + "#Streams.Enabling")
def both_images(trial):
    name, arn = streamed(trial)
    put(trial, name, service="dynamodb", x="1")
    put(trial, name, service="dynamodb", x="2")
    change = records(trial, arn, 2)[1]["dynamodb"]
    assert (change["OldImage"], change["NewImage"]) == (item(x="1"), item(x="2")), change
    assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"


@probe("dynamodbstreams", "GetRecords", "Sequence numbers grow with the changes", STREAMS)
def sequence_numbers_grow(trial):
    name, arn = streamed(trial)
    for number in range(5):
        put(trial, name, service="dynamodb", x=str(number))
    numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in records(trial, arn, 5)]
    assert numbers == sorted(set(numbers)), numbers


@probe("dynamodbstreams", "GetShardIterator", "An iterator after a record begins with the next one",
       API + "API_streams_GetShardIterator.html")
def iterators_begin_after_a_record(trial):
    name, arn = streamed(trial)
    for number in range(2):
        put(trial, name, service="dynamodb", x=str(number))
    first = records(trial, arn, 2)[0]["dynamodb"]["SequenceNumber"]
    (shard,) = trial.ask("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = trial.ask("GetShardIterator", StreamArn=arn, ShardId=shard["ShardId"],
                         ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=first)["ShardIterator"]
    found = trial.ask("GetRecords", ShardIterator=iterator)["Records"]
    assert [each["eventName"] for each in found] == ["MODIFY"], found


@probe("dynamodbstreams", "DescribeStream", "A disabled stream can still be read", STREAMS)
def a_disabled_stream_is_read(trial):
    name, arn = streamed(trial)
    put(trial, name, service="dynamodb", x="1")
    trial.ask("UpdateTable", "dynamodb", TableName=name, StreamSpecification={"StreamEnabled": False})
    settled(trial, name)
    found = trial.ask("DescribeStream", StreamArn=arn)["StreamDescription"]
    assert found["StreamStatus"] in ("DISABLING", "DISABLED"), found
    assert len(records(trial, arn, 1)) == 1


@probe("dynamodbstreams", "GetShardIterator", "An iterator by sequence number needs the number",
       API + "API_streams_GetShardIterator.html")
def sequence_numbers_are_needed(trial):
    _, arn = streamed(trial)
    (shard,) = trial.ask("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
    trial.refused("GetShardIterator", INVALID, 400, StreamArn=arn, ShardId=shard["ShardId"],
                  ShardIteratorType="AT_SEQUENCE_NUMBER")


@probe("dynamodbstreams", "ListStreams", "The streams of a table can be listed by its name",
       API + "API_streams_ListStreams.html")
def streams_are_listed_by_table(trial):
    name, arn = streamed(trial)
    found = trial.ask("ListStreams", TableName=name)["Streams"]
    assert [each["StreamArn"] for each in found] == [arn], found


@probe("dynamodbstreams", "GetRecords", "A write of a transaction is a record like any other", STREAMS)
def transactions_are_recorded(trial):
    name, arn = streamed(trial)
    puts = [{"Put": {"TableName": name, "Item": item(sk=key)}} for key in "12"]
    trial.ask("TransactWriteItems", "dynamodb", TransactItems=puts)
    keys = sorted(each["dynamodb"]["Keys"]["sk"]["S"] for each in records(trial, arn, 2))
    assert keys == ["1", "2"], keys
