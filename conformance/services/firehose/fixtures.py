"""What must stand before calls to Firehose: delivery streams of several kinds; and the hints."""

import time

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

ROLE = "arn:aws:iam::111122223333:role/firehose"
LAKE = "arn:aws:s3:::conformance-lake"
BUCKET = {"RoleARN": ROLE, "BucketARN": LAKE}
NO_STREAM = Error("ResourceNotFoundException", 400,
                  "Firehose {DeliveryStreamName} under account {Account} not found.")
DYNAMIC = {
    **BUCKET, "Prefix": "c=!{partitionKeyFromQuery:c}/", "ErrorOutputPrefix": "bad/",
    "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60}, "DynamicPartitioningConfiguration": {"Enabled": True},
    "ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "MetadataExtraction", "Parameters": [
        {"ParameterName": "MetadataExtractionQuery", "ParameterValue": "{c:.c}"},
        {"ParameterName": "JsonParsingEngine", "ParameterValue": "JQ-1.6"}]}]},
}
EXTENDED = (
    BUCKET, DYNAMIC, {**BUCKET, "Prefix": "p/", "CompressionFormat": "GZIP", "FileExtension": ".gz"},
    {**BUCKET, "Prefix": "!{timestamp:yyyy}/", "ErrorOutputPrefix": "!{firehose:error-output-type}/",
     "CustomTimeZone": "Europe/Berlin"},
    {**BUCKET, "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0}, "S3BackupMode": "Enabled",
     "S3BackupConfiguration": {**BUCKET, "Prefix": "raw/"}},
    {**BUCKET, "EncryptionConfiguration": {
        "KMSEncryptionConfig": {"AWSKMSKeyARN": "arn:aws:kms:us-east-1:111122223333:key/1"}}},
    {**BUCKET, "CloudWatchLoggingOptions": {"Enabled": True, "LogGroupName": "g", "LogStreamName": "s"}},
)
HTTP = {"EndpointConfiguration": {"Url": "https://localhost:1/", "Name": "mine", "AccessKey": "k"},
        "S3Configuration": BUCKET}
SPLUNK = {"HECEndpoint": "https://localhost:1", "HECEndpointType": "Event", "HECToken": "t", "S3Configuration": BUCKET}
SEARCH = {"RoleARN": ROLE, "IndexName": "i", "ClusterEndpoint": "https://localhost:1", "S3Configuration": BUCKET}
SERVERLESS = {"RoleARN": ROLE, "IndexName": "i", "CollectionEndpoint": "https://localhost:1", "S3Configuration": BUCKET}
REDSHIFT = {
    "RoleARN": ROLE, "ClusterJDBCURL": "jdbc:redshift://c.abc.us-east-1.redshift.amazonaws.com:5439/db",
    "CopyCommand": {"DataTableName": "t"}, "Username": "u", "Password": "Passw0rd", "S3Configuration": BUCKET,
}
SNOWFLAKE = {"AccountUrl": "https://a.snowflakecomputing.com", "Database": "d", "Schema": "s", "Table": "t",
             "RoleARN": ROLE, "S3Configuration": BUCKET}
ICEBERG = {"RoleARN": ROLE, "CatalogConfiguration": {"CatalogARN": "arn:aws:glue:us-east-1:111122223333:catalog"},
           "S3Configuration": BUCKET}
DESTINATIONS = {
    "S3": (BUCKET, {**BUCKET, "Prefix": "p/", "CompressionFormat": "ZIP"}), "ExtendedS3": EXTENDED,
    "HttpEndpoint": (HTTP,), "Splunk": (SPLUNK,), "Elasticsearch": (SEARCH,), "Amazonopensearchservice": (SEARCH,),
    "AmazonOpenSearchServerless": (SERVERLESS,), "Redshift": (REDSHIFT,), "Snowflake": (SNOWFLAKE,),
    "Iceberg": (ICEBERG,),
}
SOURCE = {"KinesisStreamARN": "arn:aws:kinesis:us-east-1:111122223333:stream/source", "RoleARN": ROLE}
UPDATE = "ExtendedS3DestinationUpdate"

declared = Declared("firehose", {
    "DeliveryStreamName": Ref("stream", "DeliveryStreamName"),
    "CreateDeliveryStream.DeliveryStreamName": Unique("d"),
    "DeliveryStreamType": Samples("DirectPut", "KinesisStreamAsSource"),
    "DirectPutSourceConfiguration": Samples({"ThroughputHintInMBs": 1}, {"ThroughputHintInMBs": 100}),
    "KinesisStreamSourceConfiguration": Samples(SOURCE),
    "MSKSourceConfiguration": Leave("sources of MSK are not there: a probe tells so"),
    "DatabaseSourceConfiguration": Leave("databases as sources are not there"),
    "DeliveryStreamEncryptionConfigurationInput": Samples({"KeyType": "AWS_OWNED_CMK"}),
    **{f"{kind}DestinationConfiguration": Samples(*samples) for kind, samples in DESTINATIONS.items()},
    "S3DestinationUpdate": Samples({"Prefix": "new/"}),
    UPDATE: Samples({"Prefix": "new/"}, {"BufferingHints": {"SizeInMBs": 2}}, {"CompressionFormat": "GZIP"},
                    {"S3BackupMode": "Enabled", "S3BackupUpdate": {**BUCKET, "Prefix": "raw/"}}),
    **{f"{kind}DestinationUpdate": Leave("another kind than the stream's; probes use it")
       for kind in DESTINATIONS if kind not in ("S3", "ExtendedS3")},
    "UpdateDestination.DestinationId": Ref("stream", "DestinationId", must=False),
    "CurrentDeliveryStreamVersionId": Ref("stream", "VersionId", must=False),
    "ExclusiveStartDestinationId": Samples("destinationId-000000000000"),
    "ExclusiveStartDeliveryStreamName": Samples("0"),
    "ListDeliveryStreams.Limit": Samples(10000, 1),
    "ListDeliveryStreams.DeliveryStreamType": Samples("DirectPut"),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "b"}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    "ExclusiveStartTagKey": Samples("a"),
    "ListTagsForDeliveryStream.Limit": Samples(50, 1),
    "Record": Samples({"Data": b"hello"}, {"Data": b"\x00\xff"}, {"Data": b"x" * 1024000}),
    "Records": Samples([{"Data": b"a"}], [{"Data": b"a"}, {"Data": b""}], [{"Data": b"x"}] * 500),
    **{f"{operation}.DeliveryStreamName": Ref("flowing", "DeliveryStreamName")
       for operation in ("PutRecord", "PutRecordBatch")},
    "StopDeliveryStreamEncryption.DeliveryStreamName": Ref("encrypted", "DeliveryStreamName"),
})  # fmt: skip
declared.hints.always["CreateDeliveryStream"] = ("ExtendedS3DestinationConfiguration",)
declared.hints.always["UpdateDestination"] = (UPDATE,)
declared.before["ListDeliveryStreams"] = ("stream",)


@declared.rule("CreateDeliveryStream")
def one_destination_and_its_source(given):
    """A stream has one destination; the source that is asked for decides what else there is."""
    given = dict(given)
    others = [name for name in given if name.endswith("DestinationConfiguration") and not name.startswith("ExtendedS3")]
    if others:
        given.pop("ExtendedS3DestinationConfiguration", None)
        for name in others[1:]:
            del given[name]
    if given.get("DeliveryStreamType") in ("MSKAsSource", "DatabaseAsSource"):
        given["DeliveryStreamType"] = "KinesisStreamAsSource"
    if given.get("DeliveryStreamType") == "KinesisStreamAsSource" or "KinesisStreamSourceConfiguration" in given:
        given.pop("DeliveryStreamEncryptionConfigurationInput", None)
        given.pop("DirectPutSourceConfiguration", None)
        given["DeliveryStreamType"] = "KinesisStreamAsSource"
        given.setdefault("KinesisStreamSourceConfiguration", SOURCE)
    return given


@declared.rule("UpdateDestination")
def one_update(given):
    """One destination at a time."""
    return {name: value for name, value in given.items() if name != UPDATE or "S3DestinationUpdate" not in given}


def absent(world):
    return {"DeliveryStreamName": f"absent{world.tag}", "Account": world.account}


def drop(world, fields):
    world.ask("DeleteDeliveryStream", {"DeliveryStreamName": fields["DeliveryStreamName"]})


def active(world, name):
    """The description of a stream, once it is active and its encryption settled."""
    for _ in range(100):
        found = world.ask("DescribeDeliveryStream", {"DeliveryStreamName": name})["DeliveryStreamDescription"]
        if found["DeliveryStreamStatus"] == "ACTIVE" and found["DeliveryStreamEncryptionConfiguration"][
                "Status"] in ("ENABLED", "DISABLED"):
            return found
        time.sleep(0.05)
    raise LookupError(f"{name} does not become active")


def made_stream(world, prefix, **given):
    world.unknown("DescribeDeliveryStream", {"DeliveryStreamName": absent(world)["DeliveryStreamName"]})
    name = world.unique(prefix)
    given = given or {"ExtendedS3DestinationConfiguration": BUCKET}
    world.ask("CreateDeliveryStream", {"DeliveryStreamName": name, "Tags": [
        {"Key": "k", "Value": "v"}, {"Key": "other", "Value": world.tag}], **given})
    found = active(world, name)
    return {"DeliveryStreamName": name, "DeliveryStreamARN": found["DeliveryStreamARN"], "Account": world.account,
            "VersionId": found["VersionId"], "DestinationId": found["Destinations"][0]["DestinationId"]}


@declared.fixture("stream", drop, absent, NO_STREAM)
def stream(world):
    return made_stream(world, "stream")


@declared.fixture("flowing", drop, absent, NO_STREAM)
def flowing(world):
    """A stream that delivers at once, into a bucket of the world's own."""
    bucket = world.unique("lake")
    world.ask("CreateBucket", {"Bucket": bucket}, "s3")
    made = made_stream(world, "flowing", ExtendedS3DestinationConfiguration={
        "RoleARN": ROLE.replace("111122223333", world.account), "BucketARN": f"arn:aws:s3:::{bucket}",
        "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0}})
    return {**made, "Bucket": bucket}


@declared.fixture("encrypted", drop, absent, NO_STREAM)
def encrypted(world):
    made = made_stream(world, "encrypted")
    world.ask("StartDeliveryStreamEncryption", {"DeliveryStreamName": made["DeliveryStreamName"]})
    active(world, made["DeliveryStreamName"])
    return made
