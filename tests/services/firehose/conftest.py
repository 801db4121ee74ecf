"""Delivery streams into a bucket of this test, on a clock that stands still until the test moves it."""

import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
ROLE = "arn:aws:iam::000000000000:role/firehose"
BUCKET = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake"}


@pytest.fixture
def firehose(emulator, client):
    emulator.freeze(NOON)
    return client("firehose")


@pytest.fixture
def bucket(client, firehose):
    """What lies in the bucket: content by key."""
    s3 = client("s3")
    s3.create_bucket(Bucket="lake")

    def contents(prefix=""):
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket="lake", Prefix=prefix).get("Contents", [])]
        return {key: s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys}

    return contents


@pytest.fixture
def make(firehose, bucket):
    """Make a stream of a kind (extended S3 unless another is named) with some of its configuration; its name."""

    def create(kind="ExtendedS3", name="clicks", **config):
        options = {
            key: config.pop(key)
            for key in ("DeliveryStreamType", "KinesisStreamSourceConfiguration", "Tags")
            if key in config
        }
        whole = {**BUCKET, **config} if kind in ("S3", "ExtendedS3") else {"S3Configuration": BUCKET, **config}
        firehose.create_delivery_stream(
            DeliveryStreamName=name, **options, **{f"{kind}DestinationConfiguration": whole}
        )
        return name

    return create


@pytest.fixture
def put(firehose):
    def send(*datas, name="clicks"):
        firehose.put_record_batch(DeliveryStreamName=name, Records=[{"Data": each} for each in datas])

    return send
