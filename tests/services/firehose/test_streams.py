"""Delivery streams: made, told, listed, changed, deleted."""

ROLE = "arn:aws:iam::000000000000:role/firehose"
BUCKET = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake"}


def told(firehose):
    return firehose.describe_delivery_stream(DeliveryStreamName="clicks")["DeliveryStreamDescription"]


def test_a_stream_is_told_with_its_defaults(firehose, make):
    make(Prefix="p/")
    found = told(firehose)
    assert found["DeliveryStreamARN"] == "arn:aws:firehose:us-east-1:000000000000:deliverystream/clicks"
    assert (found["DeliveryStreamStatus"], found["DeliveryStreamType"], found["VersionId"]) == (
        "ACTIVE",
        "DirectPut",
        "1",
    )
    assert found["DeliveryStreamEncryptionConfiguration"] == {"Status": "DISABLED"}
    (destination,) = found["Destinations"]
    assert destination["DestinationId"] == "destinationId-000000000001"
    plain = {
        **BUCKET,
        "Prefix": "p/",
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        "CloudWatchLoggingOptions": {"Enabled": False},
    }
    assert destination["S3DestinationDescription"] == plain
    assert destination["ExtendedS3DestinationDescription"] == {**plain, "S3BackupMode": "Disabled"}


def test_secrets_are_not_told(firehose, make):
    make("HttpEndpoint", EndpointConfiguration={"Url": "https://localhost:1/", "AccessKey": "secret", "Name": "mine"})
    found = told(firehose)["Destinations"][0]["HttpEndpointDestinationDescription"]
    assert found["EndpointConfiguration"] == {"Url": "https://localhost:1/", "Name": "mine"}
    assert found["S3DestinationDescription"]["BucketARN"] == "arn:aws:s3:::lake"
    assert found["S3BackupMode"] == "FailedDataOnly"


def test_names_are_taken_once(firehose, make, refused):
    make()
    given = {"DeliveryStreamName": "clicks", "ExtendedS3DestinationConfiguration": BUCKET}
    assert refused(firehose.create_delivery_stream, **given) == (
        "ResourceInUseException",
        "Firehose clicks under accountId 000000000000 already exists",
    )
    firehose.delete_delivery_stream(DeliveryStreamName="clicks")
    assert refused(firehose.describe_delivery_stream, DeliveryStreamName="clicks") == (
        "ResourceNotFoundException",
        "Firehose clicks under account 000000000000 not found.",
    )
    make()


def test_a_stream_has_one_destination(firehose, refused):
    both = {"S3DestinationConfiguration": BUCKET, "ExtendedS3DestinationConfiguration": BUCKET}
    assert refused(firehose.create_delivery_stream, DeliveryStreamName="x", **both)[0] == "InvalidArgumentException"
    assert refused(firehose.create_delivery_stream, DeliveryStreamName="x")[0] == "InvalidArgumentException"


def test_prefixes_have_rules(firehose, refused):
    def message(**config):
        return refused(
            firehose.create_delivery_stream,
            DeliveryStreamName="x",
            ExtendedS3DestinationConfiguration={**BUCKET, **config},
        )[1]

    assert message(Prefix="!{timestamp:yyyy}/") == (
        "Ths supplied prefix(es) do not satisfy the following constraint: ErrorOutputPrefix cannot be null or empty "
        "when Prefix contains expressions"
    )
    assert "partition keys only when" in message(Prefix="!{partitionKeyFromQuery:a}/", ErrorOutputPrefix="e/")
    assert "not a valid namespace" in message(Prefix="!{time:a}/", ErrorOutputPrefix="e/")


def test_streams_are_listed_by_name(firehose, make):
    for name in ("c", "a", "b"):
        make(name=name)
    first = firehose.list_delivery_streams(Limit=2)
    assert first == first | {"DeliveryStreamNames": ["a", "b"], "HasMoreDeliveryStreams": True}
    rest = firehose.list_delivery_streams(ExclusiveStartDeliveryStreamName="b")
    assert rest == rest | {"DeliveryStreamNames": ["c"], "HasMoreDeliveryStreams": False}
    assert firehose.list_delivery_streams(DeliveryStreamType="KinesisStreamAsSource")["DeliveryStreamNames"] == []


def test_an_update_names_the_version(firehose, make, refused):
    make()
    given = {
        "DeliveryStreamName": "clicks",
        "DestinationId": "destinationId-000000000001",
        "ExtendedS3DestinationUpdate": {"Prefix": "new/", "BufferingHints": {"SizeInMBs": 1}},
    }
    code, message = refused(firehose.update_destination, CurrentDeliveryStreamVersionId="2", **given)
    assert code == "ConcurrentModificationException" and "specified version id: 2 do not match" in message
    firehose.update_destination(CurrentDeliveryStreamVersionId="1", **given)
    found = told(firehose)
    changed = found["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert found["VersionId"] == "2" and found["LastUpdateTimestamp"]
    assert changed["Prefix"] == "new/" and changed["BufferingHints"] == {"SizeInMBs": 1, "IntervalInSeconds": 300}


def test_encryption_is_switched(firehose, make):
    make()
    firehose.start_delivery_stream_encryption(DeliveryStreamName="clicks")
    assert told(firehose)["DeliveryStreamEncryptionConfiguration"] == {"KeyType": "AWS_OWNED_CMK", "Status": "ENABLED"}
    assert firehose.put_record(DeliveryStreamName="clicks", Record={"Data": b"x"})["Encrypted"] is True
    firehose.stop_delivery_stream_encryption(DeliveryStreamName="clicks")
    assert told(firehose)["DeliveryStreamEncryptionConfiguration"] == {"Status": "DISABLED"}


def test_tags(firehose, make):
    make(Tags=[{"Key": "a", "Value": "1"}])
    firehose.tag_delivery_stream(DeliveryStreamName="clicks", Tags=[{"Key": "b", "Value": "2"}, {"Key": "c"}])
    firehose.untag_delivery_stream(DeliveryStreamName="clicks", TagKeys=["a"])
    page = firehose.list_tags_for_delivery_stream(DeliveryStreamName="clicks", Limit=1)
    assert page["Tags"] == [{"Key": "b", "Value": "2"}] and page["HasMoreTags"]


def test_other_sources_are_not_implemented(firehose, refused):
    given = {"DeliveryStreamName": "x", "DeliveryStreamType": "MSKAsSource", "S3DestinationConfiguration": BUCKET}
    assert refused(firehose.create_delivery_stream, **given)[0] == "NotImplemented"
