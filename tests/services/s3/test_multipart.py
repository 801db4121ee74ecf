"""Uploads in parts, from boto3's side."""

import hashlib

import pytest

MIB = 1024 * 1024


def begin(s3, key="k", **params) -> dict:
    upload = s3.create_multipart_upload(Bucket="bucket", Key=key, **params)
    return {"Bucket": "bucket", "Key": key, "UploadId": upload["UploadId"]}


def send(s3, upload, number, body, **params) -> dict:
    answer = s3.upload_part(**upload, PartNumber=number, Body=body, **params)
    sums = {name: value for name, value in answer.items() if name.startswith("Checksum")}
    return {"PartNumber": number, "ETag": answer["ETag"], **sums}


def plain(part) -> dict:
    return {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}


def test_parts_become_one_object(s3):
    bodies = [b"a" * 5 * MIB, b"b" * 6 * MIB, b"end"]
    upload = begin(s3, Metadata={"name": "value"}, ContentType="text/plain", Tagging="t=v")
    sent = [send(s3, upload, number, body) for number, body in enumerate(bodies, 1)]
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [plain(each) for each in sent]})
    digest = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
    assert done["ETag"] == f'"{digest}-3"' and done["ChecksumType"] == "FULL_OBJECT"
    got = s3.get_object(Bucket="bucket", Key="k")
    assert got["Body"].read() == b"".join(bodies)
    assert (got["Metadata"], got["ContentType"], got["TagCount"]) == ({"name": "value"}, "text/plain", 1)
    part = s3.get_object(Bucket="bucket", Key="k", PartNumber=3)
    assert (part["Body"].read(), part["PartsCount"]) == (b"end", 3)
    across = s3.get_object(Bucket="bucket", Key="k", Range=f"bytes={5 * MIB - 1}-{5 * MIB}")
    assert across["Body"].read() == b"ab"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="bucket")
    again = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [plain(each) for each in sent]})
    assert again["ETag"] == done["ETag"]


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256"])
def test_composite_checksums(s3, algorithm):
    upload = begin(s3, ChecksumAlgorithm=algorithm)
    sent = [send(s3, upload, 1, b"a" * 5 * MIB, ChecksumAlgorithm=algorithm),
            send(s3, upload, 2, b"b", ChecksumAlgorithm=algorithm)]  # fmt: skip
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": sent})
    assert done[f"Checksum{algorithm}"].endswith("-2") and done["ChecksumType"] == "COMPOSITE"
    found = s3.get_object_attributes(Bucket="bucket", Key="k", ObjectAttributes=["Checksum", "ObjectParts"])
    assert found["Checksum"][f"Checksum{algorithm}"] == done[f"Checksum{algorithm}"][:-2]
    assert [each["PartNumber"] for each in found["ObjectParts"]["Parts"]] == [1, 2]


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_full_object_checksums_are_those_of_the_whole(s3, algorithm):
    upload = begin(s3, ChecksumAlgorithm=algorithm, ChecksumType="FULL_OBJECT")
    sent = [send(s3, upload, 1, b"a" * 5 * MIB, ChecksumAlgorithm=algorithm),
            send(s3, upload, 2, b"b", ChecksumAlgorithm=algorithm)]  # fmt: skip
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [plain(each) for each in sent]})
    whole = s3.put_object(Bucket="bucket", Key="whole", Body=b"a" * 5 * MIB + b"b", ChecksumAlgorithm=algorithm)
    assert done[f"Checksum{algorithm}"] == whole[f"Checksum{algorithm}"]


def test_what_completion_refuses(s3, error_of):
    upload = begin(s3)
    first, second = send(s3, upload, 1, b"small"), send(s3, upload, 2, b"small")

    def refused(parts) -> str:
        answer = error_of(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts})
        return answer["Error"]["Code"]

    assert refused([plain(second), plain(first)]) == "InvalidPartOrder"
    assert refused([plain(first), plain(second)]) == "EntityTooSmall"
    assert refused([{"PartNumber": 3, "ETag": first["ETag"]}]) == "InvalidPart"
    assert refused([{"PartNumber": 1, "ETag": '"0"'}]) == "InvalidPart"
    assert refused([first]) == "InvalidPart"  # the upload has no checksums of its own
    assert error_of(s3.complete_multipart_upload, **upload)["Error"]["Message"] == "You must specify at least one part"
    s3.abort_multipart_upload(**upload)
    assert refused([plain(first)]) == "NoSuchUpload"
    assert error_of(s3.upload_part, **upload, PartNumber=1, Body=b"")["Error"]["Code"] == "NoSuchUpload"


def test_a_conditional_completion_conflicts_with_a_delete(s3, error_of):
    s3.put_object(Bucket="bucket", Key="k")
    upload = begin(s3)
    parts = {"Parts": [plain(send(s3, upload, 1, b"x"))]}
    answer = error_of(s3.complete_multipart_upload, **upload, MultipartUpload=parts, IfNoneMatch="*")
    assert answer["Error"]["Code"] == "PreconditionFailed"
    s3.delete_object(Bucket="bucket", Key="k")
    answer = error_of(s3.complete_multipart_upload, **upload, MultipartUpload=parts, IfNoneMatch="*")
    assert answer["Error"]["Code"] == "ConditionalRequestConflict"


def test_parts_are_listed_in_pages(s3):
    upload = begin(s3)
    for number in (1, 2, 5):
        send(s3, upload, number, b"x" * number)
    page = s3.list_parts(**upload, MaxParts=2)
    assert [each["PartNumber"] for each in page["Parts"]] == [1, 2]
    assert page["IsTruncated"] and page["NextPartNumberMarker"] == 2
    page = s3.list_parts(**upload, PartNumberMarker=2)
    assert [(each["PartNumber"], each["Size"]) for each in page["Parts"]] == [(5, 5)]


def test_a_part_replaced_is_the_one_that_counts(s3):
    upload = begin(s3)
    send(s3, upload, 1, b"first")
    part = plain(send(s3, upload, 1, b"second"))
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]})
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"second"


def test_parts_from_objects(s3, error_of):
    s3.put_object(Bucket="bucket", Key="source", Body=b"0123456789" * MIB)
    upload = begin(s3)
    source = {"CopySource": {"Bucket": "bucket", "Key": "source"}}
    parts = []
    for number, text in ((1, f"bytes=5-{6 * MIB}"), (2, None), (3, "bytes=1-3")):
        ranged = {"CopySourceRange": text} if text else {}
        answer = s3.upload_part_copy(**upload, PartNumber=number, **source, **ranged)
        parts.append({"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]})
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    whole = b"0123456789" * MIB
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == whole[5 : 6 * MIB + 1] + whole + b"123"
    other = begin(s3)
    answer = error_of(s3.upload_part_copy, **other, PartNumber=1, **source, CopySourceRange=f"bytes=0-{10 * MIB}")
    assert answer["Error"]["Message"] == f"Range specified is not valid for source object of size: {10 * MIB}"
