"""Enhanced fan-out: consumers, and what their subscriptions push."""

import threading

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"
SHARD = "shardId-000000000000"


@pytest.fixture
def consumer(kinesis, make_stream):
    make_stream()
    return kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="reader")["Consumer"]["ConsumerARN"]


def subscribe(kinesis, consumer, **position):
    return kinesis.subscribe_to_shard(
        ConsumerARN=consumer, ShardId=SHARD, StartingPosition=position or {"Type": "TRIM_HORIZON"}
    )["EventStream"]


def test_consumers_are_told(kinesis, consumer, refused):
    found = kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]
    assert (found["ConsumerName"], found["ConsumerStatus"], found["StreamARN"]) == ("reader", "ACTIVE", ARN)
    assert kinesis.describe_stream_consumer(StreamARN=ARN, ConsumerName="reader")["ConsumerDescription"] == found
    assert (
        refused(kinesis.register_stream_consumer, StreamARN=ARN, ConsumerName="reader")[0] == "ResourceInUseException"
    )
    assert [each["ConsumerName"] for each in kinesis.list_stream_consumers(StreamARN=ARN)["Consumers"]] == ["reader"]
    kinesis.deregister_stream_consumer(ConsumerARN=consumer)
    assert refused(kinesis.describe_stream_consumer, ConsumerARN=consumer)[0] == "ResourceNotFoundException"


def test_records_are_pushed_as_they_come(kinesis, client, consumer):
    kinesis.put_record(StreamName="clicks", Data=b"before", PartitionKey="k")
    stream = subscribe(kinesis, consumer)
    writer = client("kinesis")
    timer = threading.Timer(0.2, lambda: writer.put_record(StreamName="clicks", Data=b"after", PartitionKey="k"))
    timer.start()
    found = []
    for event in stream:
        found += [each["Data"] for each in event["SubscribeToShardEvent"]["Records"]]
        assert event["SubscribeToShardEvent"]["ContinuationSequenceNumber"]
        if len(found) == 2:
            break
    stream.close()
    timer.join()
    assert found == [b"before", b"after"]


def test_a_continuation_goes_on(kinesis, emulator, consumer):
    emulator.freeze()
    kinesis.put_record(StreamName="clicks", Data=b"one", PartitionKey="k")
    stream = subscribe(kinesis, consumer)
    event = next(iter(stream))["SubscribeToShardEvent"]
    stream.close()
    kinesis.put_record(StreamName="clicks", Data=b"two", PartitionKey="k")
    emulator.advance(5)
    stream = subscribe(
        kinesis, consumer, Type="AFTER_SEQUENCE_NUMBER", SequenceNumber=event["ContinuationSequenceNumber"]
    )
    event = next(iter(stream))["SubscribeToShardEvent"]
    stream.close()
    assert [each["Data"] for each in event["Records"]] == [b"two"]


def test_the_end_of_a_shard_names_its_children(kinesis, consumer):
    stream = subscribe(kinesis, consumer)
    events = iter(stream)
    next(events)
    kinesis.split_shard(StreamName="clicks", ShardToSplit=SHARD, NewStartingHashKey=str(2**127))
    last = list(events)[-1]["SubscribeToShardEvent"]
    assert [each["ShardId"][-1] for each in last["ChildShards"]] == ["1", "2"]


def test_one_subscription_at_a_time(kinesis, emulator, consumer, refused):
    emulator.freeze()
    first = subscribe(kinesis, consumer)
    given = {"ConsumerARN": consumer, "ShardId": SHARD, "StartingPosition": {"Type": "LATEST"}}
    assert refused(kinesis.subscribe_to_shard, **given) == (
        "ResourceInUseException",
        "Another active subscription exists for this consumer.",
    )
    emulator.advance(5)
    second = subscribe(kinesis, consumer)
    with pytest.raises(ClientError) as caught:
        list(first)
    assert caught.value.response["Error"]["Code"] == "ResourceInUseException"
    second.close()


def test_a_subscription_lasts_five_minutes(kinesis, emulator, consumer):
    emulator.freeze()
    stream = subscribe(kinesis, consumer)
    emulator.advance(300)
    assert next(iter(stream))["SubscribeToShardEvent"]["Records"] == []
