"""Checksums and Content-MD5 of whole objects."""

import base64
import hashlib
import zlib

import pytest
from botocore.config import Config

ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]


@pytest.fixture
def plain(client, s3):
    """A client that adds no checksums by itself."""
    when = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    return client("s3", config=Config(**when))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_checksum_is_verified_kept_and_told(plain, error_of, algorithm):
    member = f"Checksum{algorithm}"
    value = plain.put_object(Bucket="bucket", Key="k", Body=b"body", ChecksumAlgorithm=algorithm)[member]
    plain.put_object(Bucket="bucket", Key="k", Body=b"body", **{member: value})
    got = plain.get_object(Bucket="bucket", Key="k", ChecksumMode="ENABLED")
    assert (got[member], got["ChecksumType"]) == (value, "FULL_OBJECT")
    assert member not in plain.get_object(Bucket="bucket", Key="k")
    found = plain.get_object_attributes(Bucket="bucket", Key="k", ObjectAttributes=["Checksum"])
    assert found["Checksum"] == {member: value, "ChecksumType": "FULL_OBJECT"}
    error = error_of(plain.put_object, Bucket="bucket", Key="k", Body=b"other", **{member: value})["Error"]
    message = f"The {algorithm} you specified did not match the calculated checksum."
    assert error == {"Code": "BadDigest", "Message": message}
    error = error_of(plain.put_object, Bucket="bucket", Key="k", Body=b"body", **{member: "bad"})["Error"]
    assert error["Message"] == f"Value for x-amz-checksum-{algorithm.lower()} header is invalid."


def test_values_are_those_of_the_algorithms(plain):
    expected = {
        "CRC32": zlib.crc32(b"123456789").to_bytes(4, "big"),
        "CRC32C": bytes.fromhex("e3069283"),
        "CRC64NVME": bytes.fromhex("ae8b14860a799888"),
        "SHA256": hashlib.sha256(b"123456789").digest(),
    }
    for algorithm, digest in expected.items():
        answer = plain.put_object(Bucket="bucket", Key="k", Body=b"123456789", ChecksumAlgorithm=algorithm)
        assert base64.b64decode(answer[f"Checksum{algorithm}"]) == digest


def test_without_any_there_is_crc64nvme(plain):
    answer = plain.put_object(Bucket="bucket", Key="k", Body=b"123456789")
    assert answer["ChecksumCRC64NVME"] == "rosUhgp5mIg="


def test_content_md5(plain, error_of):
    digest = base64.b64encode(hashlib.md5(b"body").digest()).decode()
    plain.put_object(Bucket="bucket", Key="k", Body=b"body", ContentMD5=digest)
    error = error_of(plain.put_object, Bucket="bucket", Key="k", Body=b"other", ContentMD5=digest)["Error"]
    assert error["Code"] == "BadDigest" and error["ExpectedDigest"] == hashlib.md5(b"body").hexdigest()
    error = error_of(plain.put_object, Bucket="bucket", Key="k", Body=b"body", ContentMD5="bad")["Error"]
    assert (error["Code"], error["Content-MD5"]) == ("InvalidDigest", "bad")
