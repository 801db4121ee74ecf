"""Delivery streams: what they refuse, what they tell, and what they deliver."""

import gzip
import time

from conformance.probes import probe
from conformance.services.firehose.fixtures import BUCKET, DYNAMIC, HTTP, ROLE, active

API = "https://docs.aws.amazon.com/firehose/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/firehose/latest/dev/"
PREFIXES = GUIDE + "s3-prefixes.html"
WORDS = "Ths supplied prefix(es) do not satisfy the following constraint: "
SOON = {"SizeInMBs": 1, "IntervalInSeconds": 0}


def made(trial, kind="ExtendedS3", **more):
    name = trial.unique("probe")
    config = {**BUCKET, **more} if kind == "ExtendedS3" else more
    trial.ask("CreateDeliveryStream", DeliveryStreamName=name, **{f"{kind}DestinationConfiguration": config})
    trial.later(lambda: trial.ask("DeleteDeliveryStream", DeliveryStreamName=name))
    active(trial.world, name)
    return name


def refused(trial, code="InvalidArgumentException", message=None, **more):
    trial.refused(
        "CreateDeliveryStream",
        code,
        400,
        message,
        DeliveryStreamName=trial.unique("bad"),
        ExtendedS3DestinationConfiguration={**BUCKET, **more},
    )


def lake(trial):
    """A bucket of the trial's own, and what configures it."""
    bucket = trial.unique("lake")
    trial.ask("CreateBucket", service="s3", Bucket=bucket)
    role = ROLE.replace("111122223333", trial.world.account)
    return bucket, {"RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}", "BufferingHints": SOON}


def delivered(trial, bucket, count=1):
    """Keys and contents, once there are so many objects."""
    for _ in range(100):
        keys = [each["Key"] for each in trial.ask("ListObjectsV2", service="s3", Bucket=bucket).get("Contents", [])]
        if len(keys) >= count:
            break
        time.sleep(0.05)
    assert len(keys) == count, keys
    found = {}
    for key in keys:
        body = trial.ask("GetObject", service="s3", Bucket=bucket, Key=key)["Body"]
        found[key] = body if isinstance(body, bytes) else body.read()
    return found


def put(trial, name, *datas):
    trial.ask("PutRecordBatch", DeliveryStreamName=name, Records=[{"Data": data} for data in datas])


@probe(
    "firehose",
    "CreateDeliveryStream",
    "A delivery stream has exactly one destination",
    API + "API_CreateDeliveryStream.html",
)
def one_destination(trial):
    trial.refused(
        "CreateDeliveryStream",
        "InvalidArgumentException",
        400,
        DeliveryStreamName=trial.unique("bad"),
        S3DestinationConfiguration=BUCKET,
        ExtendedS3DestinationConfiguration=BUCKET,
    )


@probe(
    "firehose",
    "CreateDeliveryStream",
    "The name of a delivery stream is taken once",
    API + "API_CreateDeliveryStream.html",
)
def names_are_taken(trial):
    name = made(trial)
    trial.refused(
        "CreateDeliveryStream",
        "ResourceInUseException",
        400,
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration=BUCKET,
    )


@probe("firehose", "CreateDeliveryStream", "A prefix with expressions needs an error prefix", PREFIXES)
def expressions_need_an_error_prefix(trial):
    refused(
        trial,
        message=WORDS + "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions",
        Prefix="!{timestamp:yyyy}/",
    )


@probe(
    "firehose",
    "CreateDeliveryStream",
    "Partition keys stand in a prefix only with dynamic partitioning",
    GUIDE + "dynamic-partitioning-s3bucketprefix.html",
)
def keys_need_dynamic_partitioning(trial):
    refused(trial, Prefix="!{partitionKeyFromQuery:c}/", ErrorOutputPrefix="e/")


@probe(
    "firehose",
    "CreateDeliveryStream",
    "Dynamic partitioning needs a buffer of at least 64 MiB",
    GUIDE + "dynamic-partitioning.html",
)
def partitions_need_a_large_buffer(trial):
    refused(trial, **{**DYNAMIC, "BufferingHints": {"SizeInMBs": 63, "IntervalInSeconds": 60}})


@probe(
    "firehose",
    "CreateDeliveryStream",
    "Converted records are not compressed a second time",
    GUIDE + "record-format-conversion.html",
)
def conversion_compresses_itself(trial):
    refused(
        trial,
        CompressionFormat="GZIP",
        BufferingHints={"SizeInMBs": 64, "IntervalInSeconds": 60},
        DataFormatConversionConfiguration={
            "SchemaConfiguration": {"RoleARN": ROLE, "DatabaseName": "d", "TableName": "t"},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
        },
    )


@probe(
    "firehose",
    "DescribeDeliveryStream",
    "Without hints a buffer is delivered at 5 MiB or after 300 seconds",
    GUIDE + "buffering-hints.html",
)
def buffers_have_defaults(trial):
    found = active(trial.world, made(trial))["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert found["BufferingHints"] == {"SizeInMBs": 5, "IntervalInSeconds": 300}, found


@probe(
    "firehose",
    "DescribeDeliveryStream",
    "An endpoint's access key is not told",
    API + "API_HttpEndpointDescription.html",
)
def secrets_are_not_told(trial):
    found = active(trial.world, made(trial, "HttpEndpoint", **HTTP))
    endpoint = found["Destinations"][0]["HttpEndpointDestinationDescription"]["EndpointConfiguration"]
    assert "AccessKey" not in endpoint and endpoint["Name"] == "mine", endpoint


@probe(
    "firehose",
    "UpdateDestination",
    "An update names the version that it changes, and makes the next",
    API + "API_UpdateDestination.html",
)
def updates_name_the_version(trial):
    name = made(trial)
    given = {
        "DeliveryStreamName": name,
        "DestinationId": "destinationId-000000000001",
        "ExtendedS3DestinationUpdate": {"Prefix": "new/"},
    }
    trial.ask("UpdateDestination", CurrentDeliveryStreamVersionId="1", **given)
    trial.refused(
        "UpdateDestination", "ConcurrentModificationException", 400, CurrentDeliveryStreamVersionId="1", **given
    )
    assert active(trial.world, name)["VersionId"] == "2"


@probe("firehose", "UpdateDestination", "What an update leaves out stays as it was", API + "API_UpdateDestination.html")
def updates_merge(trial):
    name = made(trial, Prefix="old/", CompressionFormat="GZIP")
    trial.ask(
        "UpdateDestination",
        DeliveryStreamName=name,
        DestinationId="destinationId-000000000001",
        CurrentDeliveryStreamVersionId="1",
        ExtendedS3DestinationUpdate={"Prefix": "new/"},
    )
    found = active(trial.world, name)["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert (found["Prefix"], found["CompressionFormat"]) == ("new/", "GZIP"), found


@probe(
    "firehose",
    "PutRecord",
    "A stream that reads a data stream takes no records from producers",
    API + "API_PutRecord.html",
)
def sources_exclude_producers(trial):
    trial.ask("CreateStream", service="kinesis", StreamName="source", ShardCount=1)
    arn = f"arn:aws:kinesis:{trial.world.region}:{trial.world.account}:stream/source"
    name = trial.unique("reader")
    trial.ask(
        "CreateDeliveryStream",
        DeliveryStreamName=name,
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn, "RoleARN": ROLE},
        ExtendedS3DestinationConfiguration=BUCKET,
    )
    trial.later(lambda: trial.ask("DeleteDeliveryStream", DeliveryStreamName=name))
    active(trial.world, name)
    trial.refused(
        "PutRecord",
        "InvalidArgumentException",
        400,
        "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
        DeliveryStreamName=name,
        Record={"Data": b"x"},
    )


@probe("firehose", "PutRecordBatch", "A batch holds at most 4 MiB", GUIDE + "limits.html")
def batches_have_a_size(trial):
    trial.refused(
        "PutRecordBatch",
        "InvalidArgumentException",
        400,
        "Records size exceeds 4 MB limit",
        DeliveryStreamName=made(trial),
        Records=[{"Data": b"x" * 1_000_000}] * 5,
    )


@probe(
    "firehose",
    "PutRecordBatch",
    "Records are concatenated in one object under the hour of their arrival",
    GUIDE + "s3-object-name.html",
)
def records_are_delivered(trial):
    bucket, config = lake(trial)
    name = made(trial, **config)
    put(trial, name, b"a\n", b"b\n")
    ((key, content),) = delivered(trial, bucket).items()
    parts = key.split("/")
    assert [len(part) for part in parts[:4]] == [4, 2, 2, 2] and parts[4].startswith(f"{name}-1-"), key
    assert content == b"a\nb\n", content


@probe("firehose", "PutRecordBatch", "GZIP objects are compressed and end in .gz", GUIDE + "s3-object-name.html")
def objects_are_compressed(trial):
    bucket, config = lake(trial)
    put(trial, made(trial, CompressionFormat="GZIP", **config), b"hello")
    ((key, content),) = delivered(trial, bucket).items()
    assert key.endswith(".gz") and gzip.decompress(content) == b"hello", key


@probe("firehose", "PutRecordBatch", "A jq query sorts records into prefixes", GUIDE + "dynamic-partitioning.html")
def records_are_partitioned(trial):
    bucket, config = lake(trial)
    name = made(
        trial,
        **{
            **DYNAMIC,
            "RoleARN": config["RoleARN"],
            "BucketARN": config["BucketARN"],
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 0},
        },
    )
    put(trial, name, b'{"c":"x"}', b'{"c":7}', b'{"c":"x"}')
    found = {key.partition("/")[0]: content for key, content in delivered(trial, bucket, 2).items()}
    assert found == {"c=x": b'{"c":"x"}{"c":"x"}', "c=7": b'{"c":7}'}, found


@probe(
    "firehose",
    "PutRecordBatch",
    "A record without its partition key goes under the error prefix",
    GUIDE + "dynamic-partitioning-error-handling.html",
)
def unpartitioned_records_fail(trial):
    bucket, config = lake(trial)
    name = made(
        trial,
        **{
            **DYNAMIC,
            "RoleARN": config["RoleARN"],
            "BucketARN": config["BucketARN"],
            "ErrorOutputPrefix": "bad/",
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 0},
        },
    )
    put(trial, name, b'{"d":1}')
    ((key, content),) = delivered(trial, bucket).items()
    assert key.startswith("bad/processing-failed/") and b'"rawData":"eyJkIjoxfQ=="' in content, (key, content)


@probe(
    "firehose", "StartDeliveryStreamEncryption", "Records put while encryption is on say so", GUIDE + "encryption.html"
)
def encryption_is_told(trial):
    name = trial.fixture("encrypted")["DeliveryStreamName"]
    assert trial.ask("PutRecord", DeliveryStreamName=name, Record={"Data": b"x"})["Encrypted"] is True


@probe("firehose", "CreateDeliveryStream", "A delivery stream can read a topic of MSK", GUIDE + "writing-with-msk.html")
def topics_as_sources(trial):
    trial.ask(
        "CreateDeliveryStream",
        DeliveryStreamName=trial.unique("msk"),
        DeliveryStreamType="MSKAsSource",
        MSKSourceConfiguration={
            "MSKClusterARN": "arn:aws:kafka:us-east-1:111122223333:cluster/c/12345678-1234-1234-1234-123456789012-1",
            "TopicName": "t",
            "AuthenticationConfiguration": {"RoleARN": ROLE, "Connectivity": "PRIVATE"},
        },
        ExtendedS3DestinationConfiguration=BUCKET,
    )
