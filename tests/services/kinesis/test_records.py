"""Records: written to the shard that their key names, read from every kind of place, kept as long as is asked."""

import hashlib
from datetime import UTC, datetime

from boto3.session import Session
from botocore.config import Config

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


def put(kinesis, *datas, key="k", name="clicks"):
    return [kinesis.put_record(StreamName=name, Data=each, PartitionKey=key)["SequenceNumber"] for each in datas]


def test_records_come_back_in_order(kinesis, make_stream, read):
    make_stream()
    first, second, third = map(int, put(kinesis, "a", "b", "c"))
    assert first < second < third and len(str(first)) == 56
    assert read("clicks") == ["a", "b", "c"]
    assert read("clicks", "AT_SEQUENCE_NUMBER", StartingSequenceNumber=str(second)) == ["b", "c"]
    assert read("clicks", "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=str(second)) == ["c"]


def test_the_digest_of_the_key_names_the_shard(kinesis, make_stream, shards):
    make_stream(shards=5)
    ranges = {each["ShardId"]: each["HashKeyRange"] for each in shards("clicks")}
    keys = [f"key-{number}" for number in range(40)]
    answer = kinesis.put_records(StreamName="clicks", Records=[{"Data": key, "PartitionKey": key} for key in keys])
    assert answer["FailedRecordCount"] == 0
    for key, result in zip(keys, answer["Records"], strict=True):
        found = ranges[result["ShardId"]]
        digest = int(hashlib.md5(key.encode()).hexdigest(), 16)
        assert int(found["StartingHashKey"]) <= digest <= int(found["EndingHashKey"])


def test_an_explicit_hash_key_wins(kinesis, make_stream, refused):
    make_stream(shards=2)
    given = {"StreamName": "clicks", "Data": b"x", "PartitionKey": "same"}
    assert kinesis.put_record(**given, ExplicitHashKey="0")["ShardId"] == "shardId-000000000000"
    assert kinesis.put_record(**given, ExplicitHashKey=str(2**128 - 1))["ShardId"] == "shardId-000000000001"
    assert refused(kinesis.put_record, **given, ExplicitHashKey=str(2**128))[0] == "InvalidArgumentException"


def test_latest_sees_what_comes_later(kinesis, make_stream, iterate):
    make_stream()
    put(kinesis, "before")
    iterator = iterate("clicks", "LATEST")
    put(kinesis, "after")
    found = kinesis.get_records(ShardIterator=iterator)
    assert [each["Data"] for each in found["Records"]] == [b"after"] and found["MillisBehindLatest"] == 0
    assert kinesis.get_records(ShardIterator=found["NextShardIterator"])["Records"] == []


def test_a_timestamp_is_a_place(emulator, kinesis, make_stream, read, refused, iterate):
    emulator.freeze(NOON)
    make_stream()
    put(kinesis, "early")
    emulator.advance(60)
    put(kinesis, "late")
    assert read("clicks", "AT_TIMESTAMP", Timestamp=datetime.fromtimestamp(NOON + 30, UTC)) == ["late"]
    assert read("clicks", "AT_TIMESTAMP", Timestamp=datetime.fromtimestamp(NOON - 30, UTC)) == ["early", "late"]
    code, message = refused(
        iterate, name="clicks", kind="AT_TIMESTAMP", Timestamp=datetime.fromtimestamp(NOON + 99, UTC)
    )
    assert code == "InvalidArgumentException" and message.startswith(
        "The timestampInMillis parameter cannot be greater"
    )


def test_a_limit_leaves_the_rest_and_tells_how_far_behind(emulator, kinesis, make_stream, iterate):
    emulator.freeze(NOON)
    make_stream()
    kinesis.put_records(StreamName="clicks", Records=[{"Data": str(n), "PartitionKey": "k"} for n in range(10)])
    emulator.advance(3)
    put(kinesis, "last")
    first = kinesis.get_records(ShardIterator=iterate("clicks"), Limit=4)
    assert [each["Data"] for each in first["Records"]] == [b"0", b"1", b"2", b"3"]
    assert first["MillisBehindLatest"] == 3000
    rest = kinesis.get_records(ShardIterator=first["NextShardIterator"])
    assert len(rest["Records"]) == 7 and rest["MillisBehindLatest"] == 0


def test_an_iterator_expires_after_five_minutes(emulator, kinesis, make_stream, iterate, refused):
    emulator.freeze(NOON)
    make_stream()
    iterator = iterate("clicks")
    emulator.advance(300)
    assert kinesis.get_records(ShardIterator=f'"{iterator}"')["Records"] == []
    emulator.advance(1)
    assert refused(kinesis.get_records, ShardIterator=iterator) == (
        "ExpiredIteratorException",
        "Iterator expired. The iterator was created at time Fri Jan 15 12:00:00 UTC 2027 while right now it is Fri Jan "
        "15 12:05:01 UTC 2027 which is further in the future than the tolerated delay of 300000 milliseconds.",
    )


def test_iterators_can_not_be_made_up(kinesis, make_stream, iterate, refused):
    make_stream()
    iterator = iterate("clicks")
    middle = len(iterator) // 2
    forged = iterator[:middle] + ("A" if iterator[middle] != "A" else "B") + iterator[middle + 1 :]
    for each in (forged, "nonsense", iterator[:-8]):
        assert refused(kinesis.get_records, ShardIterator=each) == (
            "InvalidArgumentException",
            "Invalid ShardIterator.",
        )


def test_iterator_types_and_sequence_numbers_go_together(kinesis, make_stream, iterate, refused):
    make_stream(shards=2)
    number = kinesis.put_record(StreamName="clicks", Data="x", PartitionKey="k", ExplicitHashKey="0")["SequenceNumber"]
    message = refused(iterate, name="clicks", kind="AT_SEQUENCE_NUMBER")[1]
    assert message.endswith("Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber.")
    message = refused(iterate, name="clicks", StartingSequenceNumber=number)[1]
    assert message.endswith("Request specified TRIM_HORIZON and also a StartingSequenceNumber.")
    message = refused(iterate, name="clicks", kind="AT_SEQUENCE_NUMBER", shard=1, StartingSequenceNumber=number)[1]
    assert message == (
        "Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a call to "
        "a shard with shardId-000000000001"
    )


def test_records_go_when_their_time_is_over(emulator, kinesis, make_stream, read):
    emulator.freeze(NOON)
    make_stream()
    put(kinesis, "old")
    emulator.advance(20 * 3600)
    put(kinesis, "young")
    emulator.advance(4 * 3600 + 1)
    assert read("clicks") == ["young"]
    kinesis.increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    emulator.advance(24 * 3600)
    assert read("clicks") == ["young"]
    kinesis.decrease_stream_retention_period(StreamName="clicks", RetentionPeriodHours=24)
    assert read("clicks") == []


def test_a_shard_takes_a_thousand_records_a_second(emulator, kinesis, make_stream, refused):
    emulator.freeze(NOON)
    make_stream()
    records = [{"Data": b"x", "PartitionKey": "k"}] * 500
    assert [kinesis.put_records(StreamName="clicks", Records=records)["FailedRecordCount"] for _ in range(2)] == [0, 0]
    full = kinesis.put_records(StreamName="clicks", Records=records[:2])
    told = "Rate exceeded for shard shardId-000000000000 in stream clicks under account 000000000000."
    assert full["FailedRecordCount"] == 2
    assert full["Records"][0] == {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": told}
    given = {"StreamName": "clicks", "Data": b"x", "PartitionKey": "k"}
    assert refused(kinesis.put_record, **given) == ("ProvisionedThroughputExceededException", told)
    emulator.advance(1)
    assert kinesis.put_record(**given)["ShardId"]


def test_a_shard_takes_a_mebibyte_a_second(emulator, kinesis, make_stream, refused):
    emulator.freeze(NOON)
    make_stream()
    given = {"StreamName": "clicks", "Data": b"x" * 600_000, "PartitionKey": "k"}
    kinesis.put_record(**given)
    assert refused(kinesis.put_record, **given)[0] == "ProvisionedThroughputExceededException"
    emulator.advance(1)
    kinesis.put_record(**given)


def test_a_shard_answers_five_reads_a_second(emulator, kinesis, make_stream, iterate, refused):
    emulator.freeze(NOON)
    make_stream()
    iterator = iterate("clicks")
    for _ in range(5):
        kinesis.get_records(ShardIterator=iterator)
    assert refused(kinesis.get_records, ShardIterator=iterator)[0] == "ProvisionedThroughputExceededException"
    emulator.advance(1)
    kinesis.get_records(ShardIterator=iterator)


def test_records_have_a_largest_size(kinesis, make_stream, refused):
    make_stream()
    code, message = refused(kinesis.put_record, StreamName="clicks", Data=b"x" * 1048577, PartitionKey="k")
    assert code == "ValidationException" and message.endswith("Member must have length less than or equal to 1048576")
    kinesis.update_max_record_size(
        StreamARN="arn:aws:kinesis:us-east-1:000000000000:stream/clicks", MaxRecordSizeInKiB=2048
    )
    kinesis.put_record(StreamName="clicks", Data=b"x" * 1048577, PartitionKey="k")


def test_a_dry_run_writes_nothing(kinesis, make_stream, read, refused):
    make_stream()
    given = {"StreamName": "clicks", "Data": b"x", "PartitionKey": "k", "DryRun": True}
    assert refused(kinesis.put_record, **given)[0] == "DryRunOperationException"
    assert read("clicks") == []


def test_an_automatic_distribution_needs_no_key(kinesis, make_stream, refused):
    make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"}, RecordDistributionStrategy="AUTO")
    kinesis.put_record(StreamName="clicks", Data=b"x")
    make_stream("other")
    assert refused(kinesis.put_record, StreamName="other", Data=b"x")[0] == "ValidationException"


def test_records_survive_a_restart(tmp_path):
    from emulator.testing import InProcess

    def connect(url):
        return Session().client(
            "kinesis",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    first = InProcess(data_dir=tmp_path).start()
    kinesis = connect(first.url)
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    number = put(kinesis, "kept")[0]
    first.stop()
    second = InProcess(data_dir=tmp_path).start()
    try:
        kinesis = connect(second.url)
        iterator = kinesis.get_shard_iterator(
            StreamName="clicks", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = kinesis.get_records(ShardIterator=iterator)["Records"]
        assert [(each["SequenceNumber"], each["Data"]) for each in found] == [(number, b"kept")]
    finally:
        second.stop()
