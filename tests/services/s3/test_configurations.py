"""The subresources of a bucket: what is written is read back, what is missing or wrong is refused."""

import pytest

from tests.services.s3.test_buckets import refused

MALFORMED = (
    "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema", 400
)  # fmt: skip
LIFECYCLE = {"Rules": [{"ID": "one", "Filter": {"Prefix": "a"}, "Status": "Enabled", "Expiration": {"Days": 3}}]}


@pytest.fixture
def s3(client):
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    return made


# Operation's noun, document's parameter, document, code when missing.
ROUND_TRIPS = [
    ("bucket_tagging", "Tagging", {"TagSet": [{"Key": "k", "Value": "v"}]}, "NoSuchTagSet"),
    ("bucket_cors", "CORSConfiguration", {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"],
     "MaxAgeSeconds": 5}]}, "NoSuchCORSConfiguration"),
    ("bucket_website", "WebsiteConfiguration", {"IndexDocument": {"Suffix": "i.html"}}, "NoSuchWebsiteConfiguration"),
    ("public_access_block", "PublicAccessBlockConfiguration", {"BlockPublicAcls": True, "IgnorePublicAcls": False,
     "BlockPublicPolicy": True, "RestrictPublicBuckets": False}, "NoSuchPublicAccessBlockConfiguration"),
    ("bucket_ownership_controls", "OwnershipControls", {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
     "OwnershipControlsNotFoundError"),
]  # fmt: skip


@pytest.mark.parametrize(("noun", "parameter", "document", "code"), ROUND_TRIPS, ids=[each[0] for each in ROUND_TRIPS])
def test_put_get_delete(s3, noun, parameter, document, code):
    get, put, delete = (getattr(s3, f"{verb}_{noun}") for verb in ("get", "put", "delete"))
    delete(Bucket="bucket")
    assert refused(get, Bucket="bucket")[::2] == (code, 404)
    put(Bucket="bucket", **{parameter: document})
    answer = get(Bucket="bucket")
    answer.pop("ResponseMetadata")
    assert answer in (document, {parameter: document})
    delete(Bucket="bucket")
    delete(Bucket="bucket")
    assert refused(get, Bucket="bucket")[::2] == (code, 404)


def test_defaults(s3):
    rule = s3.get_bucket_encryption(Bucket="bucket")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert s3.get_bucket_request_payment(Bucket="bucket")["Payer"] == "BucketOwner"
    assert "Status" not in s3.get_bucket_versioning(Bucket="bucket")
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="bucket")
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket="bucket")
    block = s3.get_public_access_block(Bucket="bucket")["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True} and len(block) == 4


def test_every_subresource_needs_its_bucket(client):
    s3 = client("s3")
    for name in ("versioning", "tagging", "cors", "website", "policy", "lifecycle_configuration", "logging",
                 "notification_configuration", "encryption", "replication", "acl", "request_payment"):  # fmt: skip
        assert refused(getattr(s3, f"get_bucket_{name}"), Bucket="nowhere")[0] == "NoSuchBucket", name


def test_lifecycle(s3):
    assert refused(s3.get_bucket_lifecycle_configuration, Bucket="bucket") == (
        "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404
    )  # fmt: skip
    s3.put_bucket_lifecycle_configuration(Bucket="bucket", LifecycleConfiguration=LIFECYCLE)
    answer = s3.get_bucket_lifecycle_configuration(Bucket="bucket")
    assert answer["Rules"] == LIFECYCLE["Rules"]
    assert answer["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    assert refused(
        s3.put_bucket_lifecycle_configuration, Bucket="bucket", LifecycleConfiguration=LIFECYCLE,
        TransitionDefaultMinimumObjectSize="value",
    ) == ("InvalidRequest", "Invalid TransitionDefaultMinimumObjectSize found: value", 400)  # fmt: skip
    s3.delete_bucket_lifecycle(Bucket="bucket")
    assert refused(s3.get_bucket_lifecycle_configuration, Bucket="bucket")[0] == "NoSuchLifecycleConfiguration"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Filter": None}, "MalformedXML"),
        ({"Expiration": None}, "InvalidRequest"),
        ({"Expiration": {"Days": 0}}, "InvalidArgument"),
        ({"Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": True}}, "MalformedXML"),
        ({"Transitions": [{"Days": 3, "StorageClass": "STANDARD_IA"}]}, "InvalidArgument"),
        ({"Status": "enabled"}, "MalformedXML"),
    ],
)
def test_lifecycle_refusals(s3, change, code):
    rule = {name: value for name, value in {**LIFECYCLE["Rules"][0], **change}.items() if value is not None}
    answer = refused(s3.put_bucket_lifecycle_configuration, Bucket="bucket", LifecycleConfiguration={"Rules": [rule]})
    assert answer[0] == code


def test_replication_needs_versions_on_both_sides(s3):
    s3.create_bucket(Bucket="target")
    document = {
        "Role": "arn:aws:iam::000000000000:role/r",
        "Rules": [{"Status": "Enabled", "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"},
                   "Destination": {"Bucket": "arn:aws:s3:::target"}}],
    }  # fmt: skip

    def put():
        return s3.put_bucket_replication(Bucket="bucket", ReplicationConfiguration=document)

    assert refused(put)[1] == "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    assert refused(put)[1] == "Destination bucket must have versioning enabled."
    s3.put_bucket_versioning(Bucket="target", VersioningConfiguration={"Status": "Enabled"})
    put()
    rule = s3.get_bucket_replication(Bucket="bucket")["ReplicationConfiguration"]["Rules"][0]
    assert rule.pop("ID") and rule == document["Rules"][0]


def test_object_lock_configuration(s3):
    put = s3.put_object_lock_configuration
    enabled = {"ObjectLockEnabled": "Enabled"}
    assert refused(put, Bucket="bucket", ObjectLockConfiguration=enabled)[::2] == ("InvalidBucketState", 409)
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for wrong in ({}, {**enabled, "Rule": {}}, {**enabled, "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE"}}}):
        assert refused(put, Bucket="bucket", ObjectLockConfiguration=wrong) == MALFORMED
    put(Bucket="bucket", ObjectLockConfiguration=enabled)
    suspend = {"VersioningConfiguration": {"Status": "Suspended"}}
    assert refused(s3.put_bucket_versioning, Bucket="bucket", **suspend)[0] == "InvalidBucketState"


def test_configurations_by_id(s3):
    for number in range(102):
        name = f"metric-{number:03}"
        s3.put_bucket_metrics_configuration(
            Bucket="bucket", Id=name, MetricsConfiguration={"Id": name, "Filter": {"Prefix": "p"}}
        )
    first = s3.list_bucket_metrics_configurations(Bucket="bucket")
    assert first["IsTruncated"] and len(first["MetricsConfigurationList"]) == 100
    token = first["NextContinuationToken"]
    last = s3.list_bucket_metrics_configurations(Bucket="bucket", ContinuationToken=token)
    assert [each["Id"] for each in last["MetricsConfigurationList"]] == ["metric-100", "metric-101"]
    assert last["ContinuationToken"] == token and not last["IsTruncated"]
    s3.delete_bucket_metrics_configuration(Bucket="bucket", Id="metric-101")
    for verb in ("get", "delete"):
        assert refused(getattr(s3, f"{verb}_bucket_metrics_configuration"), Bucket="bucket", Id="metric-101") == (
            "NoSuchConfiguration", "The specified configuration does not exist.", 404
        )  # fmt: skip


def test_inventory_refusals(s3):
    def put(**change):
        destination = {"Bucket": "arn:aws:s3:::target", "Format": "CSV", **change.pop("destination", {})}
        document = {"Id": "one", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
                    "Destination": {"S3BucketDestination": destination}, **change}  # fmt: skip
        return s3.put_bucket_inventory_configuration(Bucket="bucket", Id="one", InventoryConfiguration=document)

    put()
    assert refused(put, Id="two")[0] == "IdMismatch"
    assert refused(put, destination={"Bucket": "target"}) == ("InvalidS3DestinationBucket", "Invalid bucket ARN.", 400)
    assert refused(put, destination={"Format": "WRONG"}) == MALFORMED
    assert refused(put, OptionalFields=["Wrong"]) == MALFORMED


def test_bucket_tag_refusals(s3):
    def put(*tags):
        return s3.put_bucket_tagging(
            Bucket="bucket", Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags]}
        )

    assert refused(put, ("a", "1"), ("a", "1"))[1] == "Cannot provide multiple Tags with the same key"
    assert refused(put, ("aws:a", "1"))[1] == "System tags cannot be added/updated by requester"
    assert refused(put, ("a,b", "1"))[1] == "The TagKey you have provided is invalid"
    assert refused(put, ("a", "1,2"))[1] == "The TagValue you have provided is invalid"
    put(("a", "1"))
    put()
    assert refused(s3.get_bucket_tagging, Bucket="bucket")[0] == "NoSuchTagSet"


def test_logging_targets(s3, client):
    def put(target):
        return s3.put_bucket_logging(
            Bucket="bucket", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log"}}
        )

    s3.create_bucket(Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    assert refused(put, "nowhere")[:2] == (
        "InvalidTargetBucketForLogging", "The target bucket for logging does not exist"
    )  # fmt: skip
    assert refused(put, "abroad")[::2] == ("CrossLocationLoggingProhibitted", 403)
    put("bucket")
    assert s3.get_bucket_logging(Bucket="bucket")["LoggingEnabled"]["TargetBucket"] == "bucket"
    s3.put_bucket_logging(Bucket="bucket", BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="bucket")


def test_a_failed_put_changes_nothing(s3):
    s3.put_bucket_cors(Bucket="bucket", CORSConfiguration=ROUND_TRIPS[1][2])
    wrong = {"CORSRules": [{"AllowedMethods": ["MYMETHOD"], "AllowedOrigins": ["*"]}]}
    assert refused(s3.put_bucket_cors, Bucket="bucket", CORSConfiguration=wrong) == (
        "InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD", 400
    )  # fmt: skip
    assert s3.get_bucket_cors(Bucket="bucket")["CORSRules"] == ROUND_TRIPS[1][2]["CORSRules"]
