"""What lies on disk is sealed, is read back whole and in ranges, and is refused once it was changed."""

import base64
import hashlib
import os

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.testing import emulated

MARK = b"nobody shall read this on the disk "
SMALL = MARK * 20
LARGE = MARK * 30_000  # about 1 MB: a file of many chunks
KEY = bytes(range(32))
CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def stored(data_dir):
    """A client of an emulator with a data directory; the bucket ``bucket`` is there."""
    with emulated(data_dir=data_dir) as emulator:
        client = client_of(emulator)
        client.kms = client_of(emulator, "kms")
        client.create_bucket(Bucket="bucket")
        yield client


def client_of(emulator, service="s3"):
    return boto3.client(
        service, endpoint_url=emulator.url, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip


def on_disk(directory) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def content(client, key: str, **more) -> bytes:
    return client.get_object(Bucket="bucket", Key=key, **more)["Body"].read()


@pytest.mark.parametrize("more", [{}, CUSTOMER, {"ServerSideEncryption": "aws:kms"}], ids=["s3", "customer", "kms"])
@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])
def test_contents_cannot_be_read_on_disk(stored, data_dir, body, more):
    stored.put_object(Bucket="bucket", Key="k", Body=body, **more)
    lying = on_disk(data_dir)
    assert MARK not in lying and KEY not in lying
    given = more if more is CUSTOMER else {}
    assert content(stored, "k", **given) == body
    for start, end in ((0, 0), (5, 99), (65_530, 65_550), (len(body) - 3, len(body) - 1)):
        if end < len(body):
            assert content(stored, "k", Range=f"bytes={start}-{end}", **given) == body[start : end + 1]


def test_parts_and_copies_change_keys_without_rewriting(stored, data_dir):
    upload = stored.create_multipart_upload(Bucket="bucket", Key="parts", **CUSTOMER)["UploadId"]
    where = {"Bucket": "bucket", "Key": "parts", "UploadId": upload}
    first = MARK * 150_000
    parts = []
    for number, body in ((1, first), (2, SMALL)):
        etag = stored.upload_part(**where, PartNumber=number, Body=body, **CUSTOMER)["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    stored.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    assert content(stored, "parts", **CUSTOMER) == first + SMALL
    files = sorted(data_dir.glob("blobs/*/*"))
    source = {"Bucket": "bucket", "Key": "parts"}
    customer = {f"CopySource{name}": value for name, value in CUSTOMER.items()}
    stored.copy_object(Bucket="bucket", Key="plain", CopySource=source, **customer)
    stored.create_bucket(Bucket="other")
    stored.copy_object(Bucket="other", Key="again", CopySource={"Bucket": "bucket", "Key": "plain"})
    stored.delete_object(Bucket="bucket", Key="parts")
    stored.delete_object(Bucket="bucket", Key="plain")
    assert stored.get_object(Bucket="other", Key="again")["Body"].read() == first + SMALL
    assert sorted(data_dir.glob("blobs/*/*")) == files and MARK not in on_disk(data_dir)


def test_part_copies_of_ranges_are_sealed_anew(stored, data_dir):
    stored.put_object(Bucket="bucket", Key="source", Body=LARGE, **CUSTOMER)
    upload = stored.create_multipart_upload(Bucket="bucket", Key="k")["UploadId"]
    customer = {f"CopySource{name}": value for name, value in CUSTOMER.items()}
    copied = stored.upload_part_copy(
        Bucket="bucket", Key="k", UploadId=upload, PartNumber=1, CopySourceRange="bytes=7-700006",
        CopySource={"Bucket": "bucket", "Key": "source"}, **customer,
    )  # fmt: skip
    part = {"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}
    stored.complete_multipart_upload(Bucket="bucket", Key="k", UploadId=upload, MultipartUpload={"Parts": [part]})
    assert content(stored, "k") == LARGE[7:700_007] and MARK not in on_disk(data_dir)


def test_the_encryption_of_an_object_is_changed_in_place(stored, data_dir):
    before = stored.put_object(Bucket="bucket", Key="k", Body=LARGE)
    files = sorted(data_dir.glob("blobs/*/*"))
    key = stored.kms.create_key()["KeyMetadata"]["Arn"]
    stored.update_object_encryption(Bucket="bucket", Key="k", ObjectEncryption={"SSEKMS": {"KMSKeyArn": key}})
    after = stored.get_object(Bucket="bucket", Key="k")
    assert (after["ServerSideEncryption"], after["SSEKMSKeyId"], after["ETag"]) == ("aws:kms", key, before["ETag"])
    assert after["Body"].read() == LARGE and sorted(data_dir.glob("blobs/*/*")) == files


def test_the_wrong_key_opens_nothing(stored):
    stored.put_object(Bucket="bucket", Key="k", Body=SMALL, **CUSTOMER)
    wrong = os.urandom(32)
    with pytest.raises(ClientError) as caught:
        content(stored, "k", SSECustomerAlgorithm="AES256", SSECustomerKey=wrong)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    digest = base64.b64encode(hashlib.md5(KEY).digest()).decode()
    assert stored.head_object(Bucket="bucket", Key="k", **CUSTOMER)["SSECustomerKeyMD5"] == digest


def test_everything_is_there_after_a_restart(data_dir):
    with emulated(data_dir=data_dir) as emulator:
        client = client_of(emulator)
        client.create_bucket(Bucket="bucket")
        client.put_object(Bucket="bucket", Key="small", Body=SMALL)
        client.put_object(Bucket="bucket", Key="large", Body=LARGE)
    with emulated(data_dir=data_dir) as emulator:
        client = client_of(emulator)
        assert content(client, "small") == SMALL and content(client, "large") == LARGE


def test_a_changed_file_is_never_passed_off_as_the_content(stored, data_dir):
    stored.put_object(Bucket="bucket", Key="k", Body=LARGE)
    (path,) = data_dir.glob("blobs/*/*")
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises((BotoCoreError, ConnectionError)):
        content(stored, "k")
    path.write_bytes(bytes(damaged[: len(damaged) // 2]))
    with pytest.raises((BotoCoreError, ConnectionError)):
        content(stored, "k")
    stored.put_object(Bucket="bucket", Key="other", Body=SMALL)
    assert content(stored, "other") == SMALL
