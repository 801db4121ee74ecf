"""Directory buckets: their own listing, sessions that SDKs open by themselves, renaming."""

import pytest

NAME = "fast--use1-az4--x-s3"


@pytest.fixture
def express(s3):
    """A client; beside ``bucket`` there is a directory bucket."""
    made = s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={
        "Location": {"Type": "AvailabilityZone", "Name": "use1-az4"},
        "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"},
    })  # fmt: skip
    assert made["BucketArn"] == f"arn:aws:s3express:us-east-1:000000000000:bucket/{NAME}"
    return s3


def test_each_kind_has_its_own_list(express):
    assert [each["Name"] for each in express.list_buckets()["Buckets"]] == ["bucket"]
    assert [each["Name"] for each in express.list_directory_buckets()["Buckets"]] == [NAME]


def test_the_name_must_tell_the_zone(s3, error_of):
    configuration = {"Location": {"Type": "AvailabilityZone", "Name": "use1-az5"}, "Bucket": {"Type": "Directory"}}
    refused = error_of(s3.create_bucket, Bucket=NAME, CreateBucketConfiguration=configuration)
    assert refused["Error"]["Code"] == "InvalidRequest"
    refused = error_of(s3.create_bucket, Bucket="plain", CreateBucketConfiguration=configuration)
    assert refused["Error"]["Code"] == "InvalidBucketName"


def test_objects_are_written_and_read_with_sessions(express, emulator):
    express.put_object(Bucket=NAME, Key="k", Body=b"fast")
    assert express.get_object(Bucket=NAME, Key="k")["Body"].read() == b"fast"
    assert emulator.requests(operation="CreateSession")


def test_a_session_is_good_for_its_bucket_and_mode_only(express, client, emulator, error_of, monkeypatch):
    given = express.create_session(Bucket=NAME, SessionMode="ReadOnly")["Credentials"]
    assert given["AccessKeyId"].startswith("ASIA")
    express.put_object(Bucket=NAME, Key="k", Body=b"x")
    monkeypatch.setenv("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "true")  # else the SDK opens another one by itself
    session = client("s3", access_key=given["AccessKeyId"], aws_session_token=given["SessionToken"])
    assert session.get_object(Bucket=NAME, Key="k")["Body"].read() == b"x"
    assert error_of(session.put_object, Bucket=NAME, Key="k")["Error"]["Code"] == "AccessDenied"
    emulator.advance(301)
    assert error_of(session.get_object, Bucket=NAME, Key="k")["Error"]["Code"] == "ExpiredToken"


def test_an_object_is_renamed_at_once(express, error_of):
    express.put_object(Bucket=NAME, Key="old", Body=b"content")
    express.rename_object(Bucket=NAME, Key="new", RenameSource=f"/{NAME}/old", DestinationIfNoneMatch="*")
    assert express.get_object(Bucket=NAME, Key="new")["Body"].read() == b"content"
    assert error_of(express.get_object, Bucket=NAME, Key="old")["Error"]["Code"] == "NoSuchKey"
    express.put_object(Bucket=NAME, Key="other")
    refused = error_of(
        express.rename_object, Bucket=NAME, Key="new", RenameSource=f"/{NAME}/other", DestinationIfNoneMatch="*"
    )
    assert refused["Error"]["Code"] == "PreconditionFailed"


def test_only_directory_buckets_open_sessions_and_rename(s3, error_of):
    assert error_of(s3.create_session, Bucket="bucket")["Error"]["Code"] == "InvalidRequest"
    s3.put_object(Bucket="bucket", Key="k")
    assert error_of(s3.rename_object, Bucket="bucket", Key="n", RenameSource="k")["Error"]["Code"] == "InvalidRequest"
