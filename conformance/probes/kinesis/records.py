"""Records: their shards, their order, their limits; iterators and subscriptions."""

import hashlib

from conformance.probes import probe
from conformance.services.kinesis.fixtures import FIRST, active
from emulator.protocol.eventstream import FrameDecoder

API = "https://docs.aws.amazon.com/kinesis/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/streams/latest/dev/"
LIMITS = GUIDE + "service-sizes-and-limits.html"


def stream(trial, shards=1, **more):
    name = trial.unique("probe")
    trial.ask(
        "CreateStream", StreamName=name, **({} if "StreamModeDetails" in more else {"ShardCount": shards}), **more
    )
    trial.later(lambda: trial.ask("DeleteStream", StreamName=name, EnforceConsumerDeletion=True))
    return name, active(trial.world, name)


def put(trial, name, data=b"x", **more):
    return trial.ask("PutRecord", StreamName=name, Data=data, **{"PartitionKey": "k", **more})


def iterator(trial, name, kind="TRIM_HORIZON", shard=FIRST, **more):
    return trial.ask("GetShardIterator", StreamName=name, ShardId=shard, ShardIteratorType=kind, **more)[
        "ShardIterator"
    ]


def read(trial, name, *args, **more):
    return trial.ask("GetRecords", ShardIterator=iterator(trial, name, *args, **more))


@probe(
    "kinesis",
    "PutRecord",
    "The MD5 of the partition key, as a number of 128 bits, chooses the shard",
    GUIDE + "key-concepts.html#partition-key",
)
def the_digest_chooses_the_shard(trial):
    name, _ = stream(trial, 4)
    ranges = {each["ShardId"]: each["HashKeyRange"] for each in trial.ask("ListShards", StreamName=name)["Shards"]}
    for number in range(20):
        key = f"key{number}"
        found = ranges[put(trial, name, PartitionKey=key)["ShardId"]]
        digest = int(hashlib.md5(key.encode()).hexdigest(), 16)
        assert int(found["StartingHashKey"]) <= digest <= int(found["EndingHashKey"]), (key, found)


@probe("kinesis", "PutRecord", "An explicit hash key overrides the partition key", API + "API_PutRecord.html")
def an_explicit_hash_key_wins(trial):
    name, _ = stream(trial, 2)
    shards = [put(trial, name, ExplicitHashKey=each)["ShardId"] for each in ("0", str(2**128 - 1))]
    assert shards == [FIRST, "shardId-000000000001"], shards


@probe("kinesis", "PutRecord", "Sequence numbers ascend within a shard", GUIDE + "key-concepts.html#sequence-number")
def sequence_numbers_ascend(trial):
    name, _ = stream(trial)
    numbers = [int(put(trial, name)["SequenceNumber"]) for _ in range(20)]
    assert numbers == sorted(set(numbers)), numbers


@probe(
    "kinesis",
    "GetRecords",
    "Records come back in the order of their sequence numbers, with key and data",
    API + "API_GetRecords.html",
)
def records_come_in_order(trial):
    name, _ = stream(trial)
    sent = [
        (put(trial, name, f"{n}".encode(), PartitionKey=f"p{n}")["SequenceNumber"], f"{n}".encode(), f"p{n}")
        for n in range(5)
    ]
    found = read(trial, name)["Records"]
    assert [(each["SequenceNumber"], each["Data"], each["PartitionKey"]) for each in found] == sent


@probe(
    "kinesis",
    "GetShardIterator",
    "AFTER_SEQUENCE_NUMBER begins behind a record, AT_SEQUENCE_NUMBER at it",
    API + "API_GetShardIterator.html",
)
def at_and_after(trial):
    name, _ = stream(trial)
    numbers = [put(trial, name, data)["SequenceNumber"] for data in (b"a", b"b")]
    at = read(trial, name, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[0])["Records"]
    after = read(trial, name, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[0])["Records"]
    assert ([each["Data"] for each in at], [each["Data"] for each in after]) == ([b"a", b"b"], [b"b"])


@probe("kinesis", "GetShardIterator", "LATEST sees only records that come after it", API + "API_GetShardIterator.html")
def latest_is_what_comes(trial):
    name, _ = stream(trial)
    put(trial, name, b"before")
    place = iterator(trial, name, "LATEST")
    put(trial, name, b"after")
    assert [each["Data"] for each in trial.ask("GetRecords", ShardIterator=place)["Records"]] == [b"after"]


@probe(
    "kinesis",
    "GetShardIterator",
    "A sequence number belongs to iterators that begin at or after one, and to no other",
    API + "API_GetShardIterator.html",
)
def iterators_and_numbers_fit(trial):
    name, _ = stream(trial)
    trial.refused(
        "GetShardIterator",
        "InvalidArgumentException",
        400,
        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) "
        "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified AT_SEQUENCE_NUMBER and no "
        "StartingSequenceNumber.",
        StreamName=name,
        ShardId=FIRST,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
    )


@probe("kinesis", "GetRecords", "An iterator that nobody gave out is refused", API + "API_GetRecords.html")
def iterators_are_sealed(trial):
    name, _ = stream(trial)
    place = iterator(trial, name)
    forged = place[:100] + ("A" if place[100] != "A" else "B") + place[101:]
    trial.refused("GetRecords", "InvalidArgumentException", 400, ShardIterator=forged)


@probe(
    "kinesis",
    "PutRecords",
    "A shard takes 1,000 records a second; beyond that single records fail, not the request",
    LIMITS,
)
def records_are_throttled_one_by_one(trial):
    name, _ = stream(trial)
    failed = 0
    for _ in range(4):
        answer = trial.ask("PutRecords", StreamName=name, Records=[{"Data": b"x", "PartitionKey": "k"}] * 500)
        failed += answer["FailedRecordCount"]
        for each in answer["Records"]:
            assert ("SequenceNumber" in each) != ("ErrorCode" in each), each
            assert each.get("ErrorCode") in (None, "ProvisionedThroughputExceededException"), each
    assert failed > 0


@probe("kinesis", "GetRecords", "A shard answers five reads a second", LIMITS)
def reads_are_throttled(trial):
    name, _ = stream(trial)
    place = iterator(trial, name)
    answers = [trial.call("GetRecords", ShardIterator=place) for _ in range(12)]
    codes = {answer.code for answer in answers if not answer.ok}
    assert codes == {"ProvisionedThroughputExceededException"}, codes


@probe(
    "kinesis",
    "PutRecord",
    "A record is at most 1 MiB large unless the stream takes larger ones",
    GUIDE + "large-records.html",
)
def records_have_a_largest_size(trial):
    name, arn = stream(trial)
    trial.refused(
        "PutRecord", "ValidationException", 400, StreamName=name, PartitionKey="k", Data=b"x" * (1024 * 1024 + 1)
    )
    trial.ask("UpdateMaxRecordSize", StreamARN=arn, MaxRecordSizeInKiB=2048)
    active(trial.world, name)
    assert put(trial, name, b"x" * (1024 * 1024 + 1))["ShardId"]


@probe(
    "kinesis",
    "PutRecord",
    "A dry run of a right request is refused with DryRunOperationException and writes nothing",
    GUIDE + "kds-dryrun-validation.html",
)
def a_dry_run_writes_nothing(trial):
    name, _ = stream(trial)
    trial.refused(
        "PutRecord", "DryRunOperationException", 400, StreamName=name, PartitionKey="k", Data=b"x", DryRun=True
    )
    assert read(trial, name)["Records"] == []


@probe(
    "kinesis",
    "SubscribeToShard",
    "A subscription pushes the records of a shard as events, and ends with its children",
    API + "API_SubscribeToShard.html",
)
def subscriptions_push(trial):
    made = trial.fixture("ended")
    answer = trial.call(
        "SubscribeToShard", ConsumerARN=made["ConsumerARN"], ShardId=FIRST, StartingPosition={"Type": "TRIM_HORIZON"}
    )
    frames = FrameDecoder().feed(answer.raw.body)
    kinds = [frame.get(":event-type") for frame in frames]
    assert kinds[0] == "initial-response" and set(kinds[1:]) == {"SubscribeToShardEvent"}, kinds
    assert b'"cHVzaGVk"' in frames[1].payload, frames[1].payload
    assert b'"ChildShards"' in frames[-1].payload, frames[-1].payload


@probe(
    "kinesis",
    "SubscribeToShard",
    "A second subscription within five seconds of the first is refused",
    API + "API_SubscribeToShard.html",
)
def one_subscription_in_five_seconds(trial):
    made = trial.fixture("ended")
    given = {"ConsumerARN": made["ConsumerARN"], "ShardId": FIRST, "StartingPosition": {"Type": "TRIM_HORIZON"}}
    assert trial.call("SubscribeToShard", **given).ok
    trial.refused(
        "SubscribeToShard",
        "ResourceInUseException",
        400,
        "Another active subscription exists for this consumer.",
        **given,
    )
