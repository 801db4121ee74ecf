"""Objects through boto3: put, get, head, delete, ranges, overrides, limits."""

import base64
import hashlib

import pytest


def test_what_is_put_is_got(s3):
    put = s3.put_object(
        Bucket="bucket", Key="a b/ä?#", Body=b"hello", ContentType="text/plain", CacheControl="no-cache",
        ContentDisposition="inline", ContentLanguage="en", Metadata={"Name": "value"}, WebsiteRedirectLocation="/there",
    )  # fmt: skip
    got = s3.get_object(Bucket="bucket", Key="a b/ä?#")
    assert put["ETag"] == got["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
    assert got["Body"].read() == b"hello"
    assert got["Metadata"] == {"name": "value"}
    for name, value in {
        "ContentType": "text/plain", "CacheControl": "no-cache", "ContentDisposition": "inline",
        "ContentLanguage": "en", "WebsiteRedirectLocation": "/there", "ServerSideEncryption": "AES256",
        "ContentLength": 5, "AcceptRanges": "bytes",
    }.items():  # fmt: skip
        assert got[name] == value
    head = s3.head_object(Bucket="bucket", Key="a b/ä?#")
    assert head["ContentLength"] == 5 and head["Metadata"] == {"name": "value"}
    assert "VersionId" not in got


def test_an_object_without_type_is_an_octet_stream(s3):
    s3.put_object(Bucket="bucket", Key="k")
    got = s3.get_object(Bucket="bucket", Key="k")
    assert got["ContentType"] == "binary/octet-stream" and got["Body"].read() == b""


def test_a_large_object_streams_through_files(s3):
    body = bytes(range(256)) * 40_000
    s3.put_object(Bucket="bucket", Key="large", Body=body)
    assert s3.get_object(Bucket="bucket", Key="large")["Body"].read() == body
    got = s3.get_object(Bucket="bucket", Key="large", Range="bytes=300000-300255")
    assert got["Body"].read() == body[300000:300256]
    assert got["ContentRange"] == f"bytes 300000-300255/{len(body)}"


@pytest.mark.parametrize(
    ("text", "status", "content"),
    [
        ("bytes=0-3", 206, b"0123"), ("bytes=4-", 206, b"456789"), ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, b"0123456789"), ("bytes=8-99", 206, b"89"), ("bytes=3-2", 200, b"0123456789"),
        ("bytes=0-1,3-4", 200, b"0123456789"),
        ("0-1", 200, b"0123456789"), ("bytes=-", 200, b"0123456789"),
    ],
)  # fmt: skip
def test_ranges(s3, text, status, content):
    s3.put_object(Bucket="bucket", Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket="bucket", Key="k", Range=text)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == status
    assert got["Body"].read() == content


@pytest.mark.parametrize("text", ["bytes=10-", "bytes=-0", "bytes=99-100"])
def test_a_range_beyond_the_end_is_refused(s3, error_of, text):
    s3.put_object(Bucket="bucket", Key="k", Body=b"0123456789")
    answer = error_of(s3.get_object, Bucket="bucket", Key="k", Range=text)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 416
    assert answer["Error"] == {
        "Code": "InvalidRange", "Message": "The requested range is not satisfiable", "RangeRequested": text,
        "ActualObjectSize": "10",
    }  # fmt: skip


def test_a_reader_may_override_headers(s3):
    s3.put_object(Bucket="bucket", Key="k", ContentType="text/plain")
    got = s3.get_object(Bucket="bucket", Key="k", ResponseContentType="text/html", ResponseCacheControl="max-age=1")
    assert got["ContentType"] == "text/html" and got["CacheControl"] == "max-age=1"


def test_missing_keys(s3, error_of):
    answer = error_of(s3.get_object, Bucket="bucket", Key="none")
    assert answer["Error"] == {"Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "none"}
    assert error_of(s3.head_object, Bucket="bucket", Key="none")["ResponseMetadata"]["HTTPStatusCode"] == 404
    answer = error_of(s3.get_object, Bucket="other-bucket", Key="none")
    assert (answer["Error"]["Code"], answer["Error"]["BucketName"]) == ("NoSuchBucket", "other-bucket")


def test_limits(s3, error_of):
    assert error_of(s3.put_object, Bucket="bucket", Key="k" * 1025)["Error"]["Code"] == "KeyTooLongError"
    s3.put_object(Bucket="bucket", Key="k" * 1024)
    answer = error_of(s3.put_object, Bucket="bucket", Key="k", Metadata={"name": "v" * 2045})
    assert answer["Error"]["Code"] == "MetadataTooLarge" and answer["Error"]["MaxSizeAllowed"] == "2048"
    error = error_of(s3.put_object, Bucket="bucket", Key="k", StorageClass="OUTPOSTS")["Error"]
    assert error["StorageClassRequested"] == "OUTPOSTS"


def test_delete_is_idempotent(s3, error_of):
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    for _ in range(2):
        answer = s3.delete_object(Bucket="bucket", Key="k")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204 and "DeleteMarker" not in answer
    assert error_of(s3.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "NoSuchKey"


def test_delete_objects(s3, error_of):
    for key in "abc":
        s3.put_object(Bucket="bucket", Key=key)
    answer = s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "a"}, {"Key": "none"}]})
    assert answer["Deleted"] == [{"Key": "a"}, {"Key": "none"}]
    answer = s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "b"}], "Quiet": True})
    assert "Deleted" not in answer and "Errors" not in answer
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["c"]
    many = {"Objects": [{"Key": str(number)} for number in range(1001)]}
    assert error_of(s3.delete_objects, Bucket="bucket", Delete=many)["Error"]["Code"] == "MalformedXML"


def test_read_conditions(s3, error_of):
    etag = s3.put_object(Bucket="bucket", Key="k", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket="bucket", Key="k")["LastModified"]
    for call in (s3.get_object, s3.head_object):
        assert call(Bucket="bucket", Key="k", IfMatch=etag)["ETag"] == etag
        answer = error_of(call, Bucket="bucket", Key="k", IfNoneMatch=etag)["ResponseMetadata"]
        assert answer["HTTPStatusCode"] == 304 and answer["HTTPHeaders"]["etag"] == etag
        assert error_of(call, Bucket="bucket", Key="k", IfMatch='"0"')["ResponseMetadata"]["HTTPStatusCode"] == 412
        answer = error_of(call, Bucket="bucket", Key="k", IfModifiedSince=modified)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 304
        # A tag that matches makes the date void, as a tag that doesn't match does for its counterpart.
        call(Bucket="bucket", Key="k", IfMatch=etag, IfUnmodifiedSince="2000-01-01")
        call(Bucket="bucket", Key="k", IfNoneMatch='"0"', IfModifiedSince=modified)
    answer = error_of(s3.get_object, Bucket="bucket", Key="k", IfUnmodifiedSince="2000-01-01")
    assert answer["Error"]["Condition"] == "If-Unmodified-Since"


def test_write_conditions(s3, error_of):
    s3.put_object(Bucket="bucket", Key="k", Body=b"1", IfNoneMatch="*")
    answer = error_of(s3.put_object, Bucket="bucket", Key="k", IfNoneMatch="*")
    assert (answer["Error"]["Code"], answer["Error"]["Condition"]) == ("PreconditionFailed", "If-None-Match")
    etag = s3.head_object(Bucket="bucket", Key="k")["ETag"]
    s3.put_object(Bucket="bucket", Key="k", Body=b"2", IfMatch=etag)
    assert error_of(s3.put_object, Bucket="bucket", Key="k", IfMatch=etag)["Error"]["Condition"] == "If-Match"
    assert error_of(s3.put_object, Bucket="bucket", Key="none", IfMatch=etag)["Error"]["Code"] == "NoSuchKey"
    answer = error_of(s3.put_object, Bucket="bucket", Key="k", IfNoneMatch=etag)
    assert answer["Error"]["Code"] == "NotImplemented" and answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"2"


def test_customer_keys(s3, error_of):
    key = "k" * 32
    digest = base64.b64encode(hashlib.md5(key.encode()).digest()).decode()
    given = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}
    put = s3.put_object(Bucket="bucket", Key="k", Body=b"secret", **given)
    assert put["SSECustomerKeyMD5"] == digest and "ServerSideEncryption" not in put
    assert put["ETag"] != f'"{hashlib.md5(b"secret").hexdigest()}"'
    assert s3.get_object(Bucket="bucket", Key="k", **given)["Body"].read() == b"secret"
    assert error_of(s3.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "InvalidRequest"
    wrong = {**given, "SSECustomerKey": "w" * 32}
    assert error_of(s3.get_object, Bucket="bucket", Key="k", **wrong)["Error"]["Code"] == "AccessDenied"


def test_archived_objects_are_read_after_a_restore(s3, error_of, emulator):
    s3.put_object(Bucket="bucket", Key="k", Body=b"cold", StorageClass="GLACIER")
    answer = error_of(s3.get_object, Bucket="bucket", Key="k")
    assert answer["Error"]["Code"] == "InvalidObjectState" and answer["Error"]["StorageClass"] == "GLACIER"
    answer = s3.restore_object(Bucket="bucket", Key="k", RestoreRequest={"Days": 2})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert s3.head_object(Bucket="bucket", Key="k")["Restore"] == 'ongoing-request="true"'
    answer = error_of(s3.restore_object, Bucket="bucket", Key="k", RestoreRequest={"Days": 2})
    assert answer["Error"]["Code"] == "RestoreAlreadyInProgress"
    emulator.advance(6 * 3600)
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"cold"
    assert s3.head_object(Bucket="bucket", Key="k")["Restore"].startswith('ongoing-request="false", expiry-date=')
    emulator.advance(4 * 86400)
    assert error_of(s3.get_object, Bucket="bucket", Key="k")["Error"]["Code"] == "InvalidObjectState"
