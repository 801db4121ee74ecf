"""Queues on a stream: received, acknowledged, given out again, dead letters; and channels to a bucket."""

import gzip
import threading

import pytest

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"
NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


@pytest.fixture
def queue(emulator, kinesis, make_stream):
    emulator.freeze(NOON)
    make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})
    return kinesis.create_queue(
        QueueName="work",
        StreamConfigurationList=[{"StreamARN": ARN}],
        QueueAttributes={"DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 2}},
    )["QueueDescription"]["QueueARN"]


@pytest.fixture
def receive(kinesis, queue):
    def get(operation="receive_queue_records", **more):
        return getattr(kinesis, operation)(QueueARN=queue, WaitTimeSeconds=1, **more)["QueueRecords"]

    return get


def put(kinesis, *datas):
    kinesis.put_records(StreamName="clicks", Records=[{"Data": each, "PartitionKey": each} for each in datas])


def test_a_queue_is_told(kinesis, queue, refused):
    found = kinesis.describe_queue(QueueARN=queue)["QueueDescription"]
    assert (found["QueueName"], found["QueueStatus"]) == ("work", "ACTIVE")
    assert found["QueueAttributes"]["VisibilityTimeoutSeconds"] == 30
    assert [each["QueueARN"] for each in kinesis.list_queues(StreamFilter=[{"StreamARN": ARN}])["QueueSummaries"]] == [
        queue
    ]
    summary = kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]
    assert (summary["QueueCount"], summary["ConsumerCount"]) == (1, 0)
    assert refused(kinesis.delete_stream, StreamName="clicks")[0] == "ResourceInUseException"
    kinesis.update_queue(QueueARN=queue, QueueAttributes={"VisibilityTimeoutSeconds": 5})
    assert kinesis.describe_queue(QueueARN=queue)["QueueDescription"]["QueueAttributes"] == {
        "VisibilityTimeoutSeconds": 5,
        "DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 2},
    }
    kinesis.delete_queue(QueueARN=queue)
    assert refused(kinesis.describe_queue, QueueARN=queue)[0] == "ResourceNotFoundException"


def test_what_is_acknowledged_does_not_come_again(emulator, kinesis, queue, receive):
    put(kinesis, "a", "b")
    first = receive()
    assert sorted(each["Data"] for each in first) == [b"a", b"b"] and first[0]["ReceiveCount"] == 1
    done = kinesis.acknowledge_queue_records(
        QueueARN=queue, Entries=[{"ReceiptHandle": first[0]["ReceiptHandle"]}, {"ReceiptHandle": "made up"}]
    )
    assert len(done["Successful"]) == 1 and done["Failed"][0]["ErrorCode"] == "InvalidArgumentException"
    assert receive() == []
    emulator.advance(30)
    again = receive()
    assert [each["RecordId"] for each in again] == [first[1]["RecordId"]] and again[0]["ReceiveCount"] == 2


def test_a_record_received_too_often_is_a_dead_letter(emulator, kinesis, queue, receive):
    put(kinesis, "bad")
    for _ in range(2):
        assert len(receive()) == 1
        emulator.advance(30)
    assert receive() == []
    dead = receive("receive_dead_letter_queue_records")
    assert [each["Data"] for each in dead] == [b"bad"]
    entry = [{"ReceiptHandle": dead[0]["ReceiptHandle"]}]
    assert kinesis.acknowledge_queue_records(QueueARN=queue, Entries=entry)["Failed"]
    assert kinesis.restore_dead_letter_queue_records(QueueARN=queue, Entries=entry)["Successful"]
    back = receive()
    assert [(each["Data"], each["ReceiveCount"]) for each in back] == [(b"bad", 1)]


def test_visibility_is_changed(kinesis, queue, receive):
    put(kinesis, "a")
    entry = {"ReceiptHandle": receive()[0]["ReceiptHandle"], "VisibilityTimeoutSeconds": 0}
    assert kinesis.update_queue_records_visibility(QueueARN=queue, Entries=[entry])["Successful"]
    assert len(receive()) == 1


def test_a_receiver_waits_for_what_comes(client, queue, kinesis):
    writer = client("kinesis")
    timer = threading.Timer(0.2, lambda: put(writer, "late"))
    timer.start()
    found = kinesis.receive_queue_records(QueueARN=queue, WaitTimeSeconds=10)["QueueRecords"]
    timer.join()
    assert [each["Data"] for each in found] == [b"late"]


def test_queues_are_for_on_demand_streams(kinesis, make_stream, refused):
    make_stream("provisioned")
    given = {"QueueName": "q", "StreamConfigurationList": [{"StreamARN": ARN.replace("clicks", "provisioned")}]}
    assert refused(kinesis.create_queue, **given)[0] == "ValidationException"


def test_a_channel_delivers_to_a_bucket(emulator, client, kinesis, make_stream, refused):
    emulator.freeze(NOON)
    s3 = client("s3")
    s3.create_bucket(Bucket="lake")
    make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})
    put(kinesis, '{"before": 1}')
    storage = {"BucketARN": "arn:aws:s3:::lake", "ExpectedBucketOwner": "000000000000", "CompressionType": "GZIP"}
    arn = kinesis.create_channel(
        ChannelName="lake",
        ServiceExecutionRoleARN="arn:aws:iam::000000000000:role/r",
        StreamConfigurationList=[{"StreamARN": ARN, "RecordConfiguration": {"RecordFormatType": "JSON"}}],
        S3DestinationConfiguration={"StorageConfiguration": storage},
    )["ChannelDescription"]["ChannelARN"]
    found = kinesis.describe_channel(ChannelARN=arn)["ChannelDescription"]
    assert found["ChannelStatus"] == "ACTIVE" and found["S3DestinationConfiguration"]["DataFreshnessInSeconds"] == 300
    put(kinesis, '{"a": 1}', "no json")
    emulator.advance(300)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="lake")["Contents"]]
    assert [key.partition("/")[0] for key in keys] == ["error", "kinesis-channel"]
    assert keys[1].startswith(f"kinesis-channel/lake/{found['ChannelId']}/2027/01/15/12/lake-")
    assert gzip.decompress(s3.get_object(Bucket="lake", Key=keys[1])["Body"].read()) == b'{"a": 1}\n'
    assert kinesis.list_channels()["ChannelSummaries"][0]["ChannelDestinationType"] == "S3"
    kinesis.update_channel(ChannelARN=arn, S3DestinationConfiguration={"DataFreshnessInSeconds": 900})
    kinesis.delete_channel(ChannelARN=arn)
    assert refused(kinesis.describe_channel, ChannelARN=arn)[0] == "ResourceNotFoundException"
