"""Buckets: names, regions, listing, deleting."""

import pytest
from botocore.exceptions import ClientError
from botocore.handlers import validate_bucket_name


def refused(call, *arguments, **params) -> tuple[str, str, int]:
    """The code, message and status of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **params)
    response = caught.value.response
    return (
        response["Error"]["Code"], response["Error"].get("Message"), response["ResponseMetadata"]["HTTPStatusCode"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["ab", "Upper", "under_score", "two..dots", "-begins", "ends-", "192.168.5.4", "xn--name", "a-s3alias", "x" * 64],
)
def test_invalid_names(client, name):
    s3 = client("s3")
    s3.meta.events.unregister("before-parameter-build.s3", validate_bucket_name)
    assert refused(s3.create_bucket, Bucket=name) == ("InvalidBucketName", "The specified bucket is not valid.", 400)


def test_head_tells_the_region(client):
    client("s3", region="eu-central-1").create_bucket(
        Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    answer = client("s3").head_bucket(Bucket="abroad")
    assert (answer["BucketRegion"], answer["BucketArn"]) == ("eu-central-1", "arn:aws:s3:::abroad")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert (headers["x-amz-access-point-alias"], headers["content-type"]) == ("false", "application/xml")
    assert client("s3").get_bucket_location(Bucket="abroad")["LocationConstraint"] == "eu-central-1"
    assert refused(client("s3").head_bucket, Bucket="nowhere") == ("404", "Not Found", 404)


def test_us_east_1_has_no_location_constraint(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="home")
    assert s3.get_bucket_location(Bucket="home")["LocationConstraint"] is None


def test_location_constraints(client):
    def create(region, constraint):
        configuration = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
        return refused(client("s3", region=region).create_bucket, Bucket="somewhere", **configuration)

    assert create("us-east-1", "us-east-1") == (
        "InvalidLocationConstraint", "The specified location-constraint is not valid", 400
    )  # fmt: skip
    for region, constraint in (("eu-west-1", "eu-central-1"), ("us-east-2", "EU"), ("us-west-1", None)):
        assert create(region, constraint) == (
            "IllegalLocationConstraintException",
            f"The {constraint or 'unspecified'} location constraint is incompatible for the region specific endpoint "
            "this request was sent to.",
            400,
        )
    client("s3", region="eu-west-1").create_bucket(
        Bucket="old-europe", CreateBucketConfiguration={"LocationConstraint": "EU"}
    )
    assert client("s3").get_bucket_location(Bucket="old-europe")["LocationConstraint"] == "EU"
    assert client("s3").head_bucket(Bucket="old-europe")["BucketRegion"] == "eu-west-1"


def test_creating_again(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="mine")
    assert s3.create_bucket(Bucket="mine")["Location"] == "/mine"
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    assert refused(s3.create_bucket, Bucket="mine", **elsewhere)[0] == "BucketAlreadyOwnedByYou"
    code, message, status = refused(client("s3", access_key="222222222222").create_bucket, Bucket="mine")
    assert (code, status) == ("BucketAlreadyExists", 409)
    assert message.startswith("The requested bucket name is not available.")


def test_delete_needs_an_empty_bucket(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="full")
    s3.put_object(Bucket="full", Key="a", Body=b"1")
    assert refused(s3.delete_bucket, Bucket="full") == (
        "BucketNotEmpty", "The bucket you tried to delete is not empty", 409
    )  # fmt: skip
    s3.delete_object(Bucket="full", Key="a")
    upload = s3.create_multipart_upload(Bucket="full", Key="b")["UploadId"]
    s3.upload_part(Bucket="full", Key="b", UploadId=upload, PartNumber=1, Body=b"part")
    s3.delete_bucket(Bucket="full")
    assert refused(s3.delete_bucket, Bucket="full")[0] == "NoSuchBucket"


def test_listing_in_pages(client):
    s3 = client("s3")
    names = [f"page-{number:02}" for number in range(5)]
    for name in reversed(names):
        s3.create_bucket(Bucket=name)
    s3.create_bucket(Bucket="other")
    client("s3", access_key="222222222222").create_bucket(Bucket="page-not-mine")
    plain = s3.list_buckets()
    assert [each["Name"] for each in plain["Buckets"]] == ["other", *names]
    assert "BucketRegion" not in plain["Buckets"][0]
    pages = list(s3.get_paginator("list_buckets").paginate(Prefix="page-", PaginationConfig={"PageSize": 2}))
    assert [[each["Name"] for each in page["Buckets"]] for page in pages] == [names[:2], names[2:4], names[4:]]
    assert pages[0]["Prefix"] == "page-" and pages[0]["Buckets"][0]["BucketRegion"] == "us-east-1"
    assert s3.list_buckets(BucketRegion="eu-west-1").get("Buckets", []) == []


def test_expected_owner(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="owned")
    assert s3.head_bucket(Bucket="owned", ExpectedBucketOwner="000000000000")["BucketRegion"] == "us-east-1"
    assert refused(s3.get_bucket_location, Bucket="owned", ExpectedBucketOwner="111111111111")[0] == "AccessDenied"
    assert refused(s3.get_bucket_location, Bucket="owned", ExpectedBucketOwner="12") == (
        "InvalidBucketOwnerAWSAccountID",
        "The value of the expected bucket owner parameter must be an AWS Account ID... [12]",
        400,
    )


def test_settings_at_creation(client):
    s3 = client("s3")
    assert refused(s3.create_bucket, Bucket="public", ACL="public-read")[0] == "InvalidBucketAclWithObjectOwnership"
    assert (
        refused(s3.create_bucket, Bucket="public", ACL="public-read", ObjectOwnership="ObjectWriter")[0]
        == "InvalidBucketAclWithBlockPublicAccessError"
    )
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True, ObjectOwnership="BucketOwnerPreferred")
    assert s3.get_bucket_versioning(Bucket="locked")["Status"] == "Enabled"
    lock = s3.get_object_lock_configuration(Bucket="locked")["ObjectLockConfiguration"]
    assert lock == {"ObjectLockEnabled": "Enabled"}
    rules = s3.get_bucket_ownership_controls(Bucket="locked")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerPreferred"}]
