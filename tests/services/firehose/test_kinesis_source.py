"""A data stream as source."""

import time

import boto3

from emulator.testing import InProcess

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/source"
ROLE = "arn:aws:iam::000000000000:role/firehose"


def test_records_come_from_a_data_stream(emulator, client, make, bucket, firehose, refused):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="source", ShardCount=2)
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/source"
    make(
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn, "RoleARN": "arn:aws:iam::000000000000:role/f"},
    )
    source = firehose.describe_delivery_stream(DeliveryStreamName="clicks")["DeliveryStreamDescription"]["Source"]
    assert source["KinesisStreamSourceDescription"]["KinesisStreamARN"] == arn
    kinesis.put_records(StreamName="source", Records=[{"Data": f"{n};", "PartitionKey": str(n)} for n in range(6)])
    emulator.advance(1)
    kinesis.put_record(StreamName="source", Data="last;", PartitionKey="x")
    emulator.advance(300)
    deadline = time.monotonic() + 5
    while not bucket() and time.monotonic() < deadline:
        time.sleep(0.01)
    (content,) = bucket().values()
    assert sorted(content.decode().split(";")) == ["", "0", "1", "2", "3", "4", "5", "last"]
    given = {"DeliveryStreamName": "clicks", "Record": {"Data": b"x"}}
    assert refused(firehose.put_record, **given) == (
        "InvalidArgumentException",
        "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
    )


def test_two_runs_of_one_seed_deliver_the_same():
    def run():
        running = InProcess(seed=7).start()
        try:
            running.freeze(1_800_014_400.0)
            keys = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
            kinesis, firehose, s3 = (
                boto3.client(service, endpoint_url=running.url, **keys) for service in ("kinesis", "firehose", "s3")
            )
            s3.create_bucket(Bucket="lake")
            kinesis.create_stream(StreamName="source", ShardCount=2)
            source = {"KinesisStreamARN": ARN, "RoleARN": ROLE}
            firehose.create_delivery_stream(
                DeliveryStreamName="clicks",
                DeliveryStreamType="KinesisStreamAsSource",
                KinesisStreamSourceConfiguration=source,
                ExtendedS3DestinationConfiguration={"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake"},
            )
            for number in range(5):
                records = [{"Data": f"{number}.{key};", "PartitionKey": str(key)} for key in range(20)]
                kinesis.put_records(StreamName="source", Records=records)
                running.advance(10)
            running.advance(300)
            found = s3.list_objects_v2(Bucket="lake")["Contents"]
            return [(each["Key"], s3.get_object(Bucket="lake", Key=each["Key"])["Body"].read()) for each in found]
        finally:
            running.stop()

    first = run()
    assert first == run() and len(first[0][1].split(b";")) == 101
