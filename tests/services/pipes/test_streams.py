"""Pipes from Kinesis and DynamoDB streams: positions, order, retries, bisecting, dead letters."""

import json
from zlib import crc32

import pytest


@pytest.fixture
def stream(client, pipes, emulator):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    emulator.advance(60)
    return kinesis


ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s"


def put(kinesis, *values):
    for value in values:
        kinesis.put_record(StreamName="s", PartitionKey="k", Data=json.dumps(value).encode())


def kinesis_source(start="TRIM_HORIZON", **more):
    return {"KinesisStreamParameters": {"StartingPosition": start, **more}}


def test_records_come_in_order(pipe, stream, queue, until):
    target = queue("out")
    put(stream, {"n": 1}, {"n": 2})
    pipe(ARN, target.arn, SourceParameters=kinesis_source(), TargetParameters={"InputTemplate": "<$.data.n>"})
    put(stream, {"n": 3})
    found = []
    until(lambda: found.extend(target.bodies()) or len(found) == 3)
    assert found == ["1", "2", "3"]


def test_a_record_as_it_is(pipe, stream, queue):
    target = queue("out")
    put(stream, {"n": 1})
    pipe(ARN, target.arn, SourceParameters=kinesis_source())
    (found,) = target.documents()
    assert (found["partitionKey"], found["data"]) == ("k", "eyJuIjogMX0=")
    assert (found["eventSource"], found["eventName"]) == ("aws:kinesis", "aws:kinesis:record")


def test_latest_begins_with_the_pipe(pipe, stream, queue, until):
    target = queue("out")
    put(stream, {"n": 1})
    pipe(ARN, target.arn, SourceParameters=kinesis_source("LATEST"), TargetParameters={"InputTemplate": "<$.data.n>"})
    put(stream, {"n": 2})
    assert until(target.bodies) == ["2"]


def test_filters_read_the_data(pipe, stream, queue):
    target = queue("out")
    put(stream, {"n": 1}, {"n": 2})
    pipe(ARN, target.arn, SourceParameters={
        **kinesis_source(), "FilterCriteria": {"Filters": [{"Pattern": '{"data":{"n":[2]}}'}]},
    }, TargetParameters={"InputTemplate": "<$.data.n>"})  # fmt: skip
    assert target.bodies() == ["2"]


def test_failing_records_end_in_the_dead_letter_queue(pipe, stream, queue, emulator):
    """A template that gives no JSON for one of the records: halving finds it, the others pass."""
    target, dead = queue("out"), queue("dead")
    put(stream, {"n": "a"}, {"n": {"b": 1}}, {"n": "c"})
    pipe(ARN, target.arn, SourceParameters=kinesis_source(
        MaximumRetryAttempts=0, OnPartialBatchItemFailure="AUTOMATIC_BISECT", DeadLetterConfig={"Arn": dead.arn},
    ), TargetParameters={"InputTemplate": '{"n": "<$.data.n>"}'})  # fmt: skip
    emulator.advance(60)
    assert sorted(target.bodies()) == ['{"n": "a"}', '{"n": "c"}']
    (letter,) = dead.documents()
    assert letter["context"]["condition"] == "RetryAttemptsExhausted"
    assert letter["KinesisBatchInfo"]["batchSize"] == 1 and letter["KinesisBatchInfo"]["streamArn"] == ARN


def test_changes_of_a_table(pipe, pipes, queue, client):
    target, dynamodb = queue("out"), client("dynamodb")
    table = dynamodb.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]  # fmt: skip
    dynamodb.put_item(TableName="table", Item={"id": {"S": "1"}, "b": {"B": b"\x00"}})
    pipe(table["LatestStreamArn"], target.arn, SourceParameters={
        "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}})  # fmt: skip
    (found,) = target.documents()
    assert (found["eventName"], found["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert found["dynamodb"]["NewImage"] == {"id": {"S": "1"}, "b": {"B": "AA=="}}
    assert found["eventSourceARN"] == table["LatestStreamArn"]


def test_lanes_keep_the_order_of_each_key_and_lose_nothing(pipe, stream, queue, until):
    target = queue("out")
    for number in range(30):
        stream.put_record(StreamName="s", PartitionKey=f"k{number % 5}", Data=json.dumps({"n": number}).encode())
    pipe(ARN, target.arn, SourceParameters=kinesis_source(ParallelizationFactor=3, BatchSize=2),
         TargetParameters={"InputTemplate": '{"k": "<$.partitionKey>", "n": <$.data.n>}'})  # fmt: skip
    found = []
    until(lambda: found.extend(target.documents()) or len(found) >= 30)
    assert sorted(each["n"] for each in found) == list(range(30))
    for key in {each["k"] for each in found}:
        numbers = [each["n"] for each in found if each["k"] == key]
        assert numbers == sorted(numbers)


def test_a_lane_that_fails_does_not_hold_the_others(pipe, stream, queue, until):
    """One key's record makes no message; the records of other lanes pass, though they came behind it."""
    target = queue("out")
    keys = [f"k{number}" for number in range(12)]
    stream.put_record(StreamName="s", PartitionKey="k0", Data=json.dumps({"n": {"b": 1}}).encode())
    for key in keys[1:]:
        stream.put_record(StreamName="s", PartitionKey=key, Data=json.dumps({"n": key}).encode())
    pipe(ARN, target.arn, SourceParameters=kinesis_source(ParallelizationFactor=4, BatchSize=1),
         TargetParameters={"InputTemplate": '{"n": "<$.data.n>"}'})  # fmt: skip
    stuck = {key for key in keys if crc32(key.encode()) % 4 == crc32(b"k0") % 4}
    found = []
    until(lambda: found.extend(target.documents()) or len(found) >= len(keys) - len(stuck))
    assert {each["n"] for each in found} == set(keys) - stuck
