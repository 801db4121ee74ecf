"""CopyObject: metadata, tags, versions, checksums, conditions."""

import hashlib

import pytest

SOURCE = {"Bucket": "bucket", "Key": "source"}


@pytest.fixture
def source(s3):
    s3.put_object(**SOURCE, Body=b"content", Metadata={"a": "1"}, ContentType="text/plain", Tagging="t=v",
                  ContentLanguage="en")  # fmt: skip
    return s3


def test_a_copy_takes_metadata_and_tags_along(source):
    ignored = {"ContentType": "ignored/type", "Tagging": "x=y"}
    answer = source.copy_object(Bucket="bucket", Key="copy", CopySource=SOURCE, **ignored)
    assert answer["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(b"content").hexdigest()}"'
    head = source.head_object(Bucket="bucket", Key="copy")
    assert (head["Metadata"], head["ContentType"], head["ContentLanguage"]) == ({"a": "1"}, "text/plain", "en")
    assert source.get_object_tagging(Bucket="bucket", Key="copy")["TagSet"] == [{"Key": "t", "Value": "v"}]
    assert source.get_object(Bucket="bucket", Key="copy")["Body"].read() == b"content"


def test_a_copy_replaces_them_when_told(source):
    source.copy_object(Bucket="bucket", Key="copy", CopySource=SOURCE, MetadataDirective="REPLACE", Metadata={"b": "2"},
                       TaggingDirective="REPLACE", Tagging="x=y", StorageClass="STANDARD_IA")  # fmt: skip
    head = source.head_object(Bucket="bucket", Key="copy")
    assert (head["Metadata"], head["ContentType"]) == ({"b": "2"}, "binary/octet-stream")
    assert head["StorageClass"] == "STANDARD_IA" and "ContentLanguage" not in head
    assert source.get_object_tagging(Bucket="bucket", Key="copy")["TagSet"] == [{"Key": "x", "Value": "y"}]


def test_a_copy_onto_itself_must_change_something(source, error_of):
    answer = error_of(source.copy_object, **SOURCE, CopySource=SOURCE)
    assert answer["Error"]["Code"] == "InvalidRequest"
    source.copy_object(**SOURCE, CopySource=SOURCE, MetadataDirective="REPLACE")
    assert source.head_object(**SOURCE)["Metadata"] == {}
    source.copy_object(**SOURCE, CopySource=SOURCE, StorageClass="STANDARD")


def test_a_version_is_copied_by_its_id(versioned, error_of):
    first = versioned.put_object(**SOURCE, Body=b"1")["VersionId"]
    versioned.put_object(**SOURCE, Body=b"2")
    answer = versioned.copy_object(**SOURCE, CopySource={**SOURCE, "VersionId": first})
    assert answer["CopySourceVersionId"] == first and answer["VersionId"] != first
    assert versioned.get_object(**SOURCE)["Body"].read() == b"1"
    marker = versioned.delete_object(**SOURCE)["VersionId"]
    answer = error_of(versioned.copy_object, Bucket="bucket", Key="k", CopySource={**SOURCE, "VersionId": marker})
    assert answer["Error"]["Code"] == "InvalidRequest"
    assert error_of(versioned.copy_object, Bucket="bucket", Key="k", CopySource=SOURCE)["Error"]["Code"] == "NoSuchKey"


def test_a_copy_of_an_upload_in_parts_is_whole(s3):
    upload = {"Bucket": "bucket", "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    bodies = [b"a" * 5 * 1024 * 1024, b"b"]
    parts = [{"PartNumber": number, "ETag": s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]}
             for number, body in enumerate(bodies, 1)]  # fmt: skip
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    answer = s3.copy_object(Bucket="bucket", Key="copy", CopySource="bucket/parts")
    assert answer["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(b"".join(bodies)).hexdigest()}"'
    s3.delete_object(Bucket="bucket", Key="parts")
    assert s3.get_object(Bucket="bucket", Key="copy")["Body"].read() == b"".join(bodies)


def test_conditions_on_the_source_and_the_destination(source, error_of):
    etag = source.head_object(**SOURCE)["ETag"]
    target = {"Bucket": "bucket", "Key": "copy", "CopySource": SOURCE}
    answer = error_of(source.copy_object, **target, CopySourceIfNoneMatch=etag)
    assert answer["Error"]["Condition"] == "x-amz-copy-source-If-None-Match"
    source.copy_object(**target, CopySourceIfMatch=etag, CopySourceIfUnmodifiedSince="2000-01-01")
    assert error_of(source.copy_object, **target, IfNoneMatch="*")["Error"]["Condition"] == "If-None-Match"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_a_copy_may_get_another_checksum(source, algorithm):
    answer = source.copy_object(Bucket="bucket", Key="copy", CopySource=SOURCE, ChecksumAlgorithm=algorithm)
    put = source.put_object(Bucket="bucket", Key="put", Body=b"content", ChecksumAlgorithm=algorithm)
    assert answer["CopyObjectResult"][f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"]


def test_sources_that_can_not_be(source, error_of):
    codes = {"nowhere": "InvalidArgument", "other-bucket/k": "NoSuchBucket", "bucket/none": "NoSuchKey"}
    for given, code in codes.items():
        answer = error_of(source.copy_object, Bucket="bucket", Key="copy", CopySource=given)
        assert answer["Error"]["Code"] == code


def test_the_source_may_go_while_it_is_copied(s3):
    """The copy of a large upload in parts is read in a thread; deleting the source meanwhile must not hurt it."""
    from concurrent.futures import ThreadPoolExecutor

    upload = {"Bucket": "bucket", "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    body = b"x" * 24 * 1024 * 1024
    etag = s3.upload_part(**upload, PartNumber=1, Body=body)["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    with ThreadPoolExecutor() as pool:
        copy = pool.submit(s3.copy_object, Bucket="bucket", Key="copy", CopySource="bucket/parts",
                           ChecksumAlgorithm="SHA1")  # fmt: skip
        s3.list_objects_v2(Bucket="bucket")
        s3.delete_object(Bucket="bucket", Key="parts")
        try:
            copy.result()
        except s3.exceptions.NoSuchKey:
            return  # the delete came first
    assert s3.get_object(Bucket="bucket", Key="copy")["Body"].read() == body
