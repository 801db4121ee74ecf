"""Annotations, metadata configurations, torrents."""

JOURNAL = {"RecordExpiration": {"Expiration": "DISABLED"}}


def test_an_annotation_is_read_back_listed_and_removed(versioned, error_of):
    version = versioned.put_object(Bucket="bucket", Key="k")["VersionId"]
    where = {"Bucket": "bucket", "Key": "k"}
    put = versioned.put_object_annotation(**where, AnnotationName="summary", AnnotationPayload="héllo".encode())
    versioned.put_object_annotation(**where, AnnotationName="labels", AnnotationPayload=b"{}")
    found = versioned.get_object_annotation(**where, AnnotationName="summary", VersionId=version)
    assert found["AnnotationPayload"].read().decode() == "héllo" and found["ETag"] == put["ETag"]
    listed = versioned.list_object_annotations(**where)
    assert [(each["AnnotationName"], each["Size"]) for each in listed["Annotations"]] == [("labels", 2), ("summary", 6)]
    page = versioned.list_object_annotations(**where, MaxAnnotationResults=1)
    rest = versioned.list_object_annotations(**where, ContinuationToken=page["NextContinuationToken"])
    assert [each["AnnotationName"] for each in rest["Annotations"]] == ["summary"]
    versioned.delete_object_annotation(**where, AnnotationName="summary")
    missing = error_of(versioned.get_object_annotation, **where, AnnotationName="summary")
    assert missing["Error"]["Code"] == "NoSuchAnnotation"
    versioned.put_object(Bucket="bucket", Key="k")
    assert versioned.list_object_annotations(**where)["AnnotationCount"] == 0


def test_annotations_have_limits(s3, error_of):
    s3.put_object(Bucket="bucket", Key="k")
    call = {"Bucket": "bucket", "Key": "k"}
    for payload, name, code in (
        (b"\xff", "n", "UnsupportedMediaType"), (b"", "n", "InvalidRequest"),
        (b"x", "n" * 513, "AnnotationNameTooLong"), (b"x" * (1024 * 1024 + 1), "n", "EntityTooLarge"),
    ):  # fmt: skip
        refused = error_of(s3.put_object_annotation, **call, AnnotationName=name, AnnotationPayload=payload)
        assert refused["Error"]["Code"] == code


def test_a_metadata_configuration_is_shown_changed_and_deleted(s3, error_of):
    disabled = {"ConfigurationState": "DISABLED"}
    configuration = {"JournalTableConfiguration": JOURNAL, "InventoryTableConfiguration": disabled}
    s3.create_bucket_metadata_configuration(Bucket="bucket", MetadataConfiguration=configuration)
    found = s3.get_bucket_metadata_configuration(Bucket="bucket")["GetBucketMetadataConfigurationResult"]
    result = found["MetadataConfigurationResult"]
    assert result["JournalTableConfigurationResult"]["TableName"] == "journal"
    assert "TableName" not in result["InventoryTableConfigurationResult"]
    s3.update_bucket_metadata_inventory_table_configuration(
        Bucket="bucket", InventoryTableConfiguration={"ConfigurationState": "ENABLED"}
    )
    found = s3.get_bucket_metadata_configuration(Bucket="bucket")["GetBucketMetadataConfigurationResult"]
    assert found["MetadataConfigurationResult"]["InventoryTableConfigurationResult"]["TableName"] == "inventory"
    s3.delete_bucket_metadata_configuration(Bucket="bucket")
    missing = error_of(s3.get_bucket_metadata_configuration, Bucket="bucket")
    assert missing["Error"]["Code"] == "MetadataConfigurationNotFound"


def test_a_metadata_table_configuration_is_shown(s3):
    destination = {"TableBucketArn": "arn:aws:s3tables:us-east-1:000000000000:bucket/t", "TableName": "mine"}
    s3.create_bucket_metadata_table_configuration(
        Bucket="bucket", MetadataTableConfiguration={"S3TablesDestination": destination}
    )
    found = s3.get_bucket_metadata_table_configuration(Bucket="bucket")["GetBucketMetadataTableConfigurationResult"]
    shown = found["MetadataTableConfigurationResult"]["S3TablesDestinationResult"]
    assert shown["TableName"] == "mine" and shown["TableArn"].startswith(destination["TableBucketArn"])


def test_torrents_are_no_longer_served(s3, error_of):
    s3.put_object(Bucket="bucket", Key="k")
    assert error_of(s3.get_object_torrent, Bucket="bucket", Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 405
