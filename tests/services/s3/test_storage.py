"""What comes between a writer and the disk: no room, a lost connection, a wrong checksum, another writer, kill -9."""

import base64
import hashlib
import http.client
import itertools
import os
import socket
import threading
import urllib.parse
import zlib
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config

from emulator.kernel import space
from emulator.testing import emulated
from tests.robustness.test_crash import Emulator

LARGE = os.urandom(3 * 1024 * 1024)
PART = 5 * 1024 * 1024
INTERNAL = ("InternalError", "We encountered an internal error. Please try again.", 500)


def client_of(url: str):
    return boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )  # fmt: skip


@pytest.fixture
def stored(tmp_path):
    """A client of an emulator with a data directory; the bucket ``bucket`` holds ``old``."""
    with emulated(data_dir=tmp_path) as emulator:
        client = client_of(emulator.url)
        client.create_bucket(Bucket="bucket")
        client.put_object(Bucket="bucket", Key="old", Body=LARGE)
        yield client


def files(directory) -> list:
    return sorted(path for folder in ("staging", "blobs") for path in (directory / folder).rglob("*") if path.is_file())


# No room


@pytest.fixture
def full(stored, monkeypatch):
    """``full(True)``: the disk has no room but the reserve from now on; ``full(False)``: it has again."""

    def turn(on: bool) -> None:
        room = 0 if on else 10 * space.RESERVE
        monkeypatch.setattr(space, "left", lambda _: room)
        if on:  # the journal looks after each commit
            stored.put_object(Bucket="bucket", Key="last", Body=b"")

    return turn


@pytest.mark.parametrize("body", [b"small", b"x" * 50_000, LARGE[::-1]], ids=["tiny", "inline", "file"])
def test_without_room_a_write_fails_and_changes_nothing(stored, full, tmp_path, error_of, body):
    full(True)
    before = files(tmp_path)
    answer = error_of(stored.put_object, Bucket="bucket", Key="old", Body=body)
    error = answer["Error"]
    assert (error["Code"], error["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]) == INTERNAL
    assert stored.get_object(Bucket="bucket", Key="old")["Body"].read() == LARGE
    assert files(tmp_path) == before
    full(False)
    stored.put_object(Bucket="bucket", Key="old", Body=body)
    assert stored.get_object(Bucket="bucket", Key="old")["Body"].read() == body


def test_without_room_an_upload_waits_and_removals_make_some(stored, full, error_of):
    place = {"Bucket": "bucket", "Key": "upload"}
    place["UploadId"] = stored.create_multipart_upload(**place)["UploadId"]
    first = stored.upload_part(**place, PartNumber=1, Body=LARGE * 2)
    full(True)
    for body in (b"last", LARGE):
        assert error_of(stored.upload_part, **place, PartNumber=2, Body=body)["Error"]["Code"] == "InternalError"
    assert [each["PartNumber"] for each in stored.list_parts(**place)["Parts"]] == [1]
    stored.delete_object(Bucket="bucket", Key="old")
    full(False)
    second = stored.upload_part(**place, PartNumber=2, Body=b"last")
    parts = [{"PartNumber": number, "ETag": each["ETag"]} for number, each in ((1, first), (2, second))]
    stored.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
    assert stored.get_object(Bucket="bucket", Key="upload")["Body"].read() == LARGE * 2 + b"last"


# Bodies that are not what they should be


def raw(client, path: str, body: bytes, length: int, **headers) -> bytes:
    """Send a request by hand, and close our side when the body is short; everything that is answered."""
    address = urllib.parse.urlsplit(client.meta.endpoint_url)
    head = {"host": address.netloc, "connection": "close", "content-length": length, **headers,
            "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"}  # fmt: skip
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(f"PUT {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        if len(body) < length:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("sent", [b"beginning", LARGE], ids=["small", "large"])
def test_a_body_that_breaks_off_leaves_nothing(stored, tmp_path, sent):
    before = files(tmp_path)
    assert b" 200 " not in raw(stored, "/bucket/old", sent, len(sent) + 1)
    assert stored.get_object(Bucket="bucket", Key="old")["Body"].read() == LARGE
    for _ in range(100):  # the writer's thread lets go of its file a moment later
        if files(tmp_path) == before:
            break
        threading.Event().wait(0.02)
    assert files(tmp_path) == before


@pytest.mark.parametrize("size", [9, 400_000])
def test_a_framed_body_that_breaks_off_is_incomplete(stored, size):
    body = f"{size:x};chunk-signature=0\r\n".encode() + b"x" * size + b"\r\n"  # and no last chunk
    answer = raw(
        stored, "/bucket/framed", body, len(body), content_encoding="aws-chunked",
        x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER", x_amz_decoded_content_length=size,
    )  # fmt: skip
    assert b" 400 " in answer.split(b"\r\n")[0] and b"<Code>IncompleteBody</Code>" in answer
    assert stored.list_objects_v2(Bucket="bucket")["KeyCount"] == 1


@pytest.mark.parametrize("body", [b"small", LARGE], ids=["small", "large"])
@pytest.mark.parametrize("claim", ["ContentMD5", "ChecksumCRC32", "ChecksumSHA256"])
def test_a_wrong_checksum_is_refused_and_leaves_nothing(stored, tmp_path, error_of, body, claim):
    digests = {"ContentMD5": hashlib.md5(b"other").digest(), "ChecksumSHA256": hashlib.sha256(b"other").digest(),
               "ChecksumCRC32": zlib.crc32(b"other").to_bytes(4, "big")}  # fmt: skip
    before, wrong = files(tmp_path), {claim: base64.b64encode(digests[claim]).decode()}
    answer = error_of(stored.put_object, Bucket="bucket", Key="old", Body=body, **wrong)
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("BadDigest", 400)
    place = {"Bucket": "bucket", "Key": "upload"}
    place["UploadId"] = stored.create_multipart_upload(**place)["UploadId"]
    answer = error_of(stored.upload_part, **place, PartNumber=1, Body=body, **wrong)
    assert answer["Error"]["Code"] == "BadDigest" and "Parts" not in stored.list_parts(**place)
    assert stored.get_object(Bucket="bucket", Key="old")["Body"].read() == LARGE
    assert files(tmp_path) == before


# Several writers


def test_two_writers_on_one_key_leave_one_of_their_bodies(stored):
    bodies = [bytes([number]) * size for number, size in enumerate((10, 100_000, 500_000, 2_000_000) * 3)]
    stored.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    with ThreadPoolExecutor(6) as pool:
        put = list(pool.map(lambda body: stored.put_object(Bucket="bucket", Key="one", Body=body), bodies))
    newest = stored.get_object(Bucket="bucket", Key="one")
    assert newest["Body"].read() in bodies
    ids = [each["VersionId"] for each in stored.list_object_versions(Bucket="bucket", Prefix="one")["Versions"]]
    assert sorted(ids) == sorted(each["VersionId"] for each in put) and ids[0] == newest["VersionId"]
    for body, each in zip(bodies, put):
        assert stored.get_object(Bucket="bucket", Key="one", VersionId=each["VersionId"])["Body"].read() == body


def test_of_many_that_want_to_be_first_one_is(stored):
    def attempt(number: int) -> int:
        try:
            stored.put_object(Bucket="bucket", Key="once", Body=bytes([number]) * 300_000, IfNoneMatch="*")
        except stored.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict")
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


# Kill -9


def test_an_upload_goes_on_after_a_kill(tmp_path):
    """Parts that were acknowledged are there; the one that was on its way is not; completion is all or nothing."""
    emulator = Emulator(tmp_path)
    try:
        client = client_of(emulator.address.geturl())
        client.create_bucket(Bucket="bucket")
        place = {"Bucket": "bucket", "Key": "large"}
        place["UploadId"] = client.create_multipart_upload(**place)["UploadId"]
        bodies = {number: os.urandom(PART) for number in (1, 2)}
        tags = {number: client.upload_part(**place, PartNumber=number, Body=body)["ETag"]
                for number, body in bodies.items()}  # fmt: skip
        connection = http.client.HTTPConnection(emulator.address.hostname, emulator.address.port)
        connection.putrequest("PUT", f"/bucket/large?partNumber=3&uploadId={place['UploadId']}")
        connection.putheader("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request")
        connection.putheader("content-length", str(PART))
        connection.endheaders(os.urandom(PART // 2))
        for _ in itertools.repeat(None, 200):
            if files(tmp_path)[-1].parent.name == "staging":
                break
            threading.Event().wait(0.02)
        emulator.kill()
        emulator = Emulator(tmp_path)
        client = client_of(emulator.address.geturl())
        listed = client.list_parts(**place)["Parts"]
        assert {each["PartNumber"]: each["ETag"] for each in listed} == tags
        assert [path.parent.parent.name for path in files(tmp_path)] == ["blobs", "blobs"]
        assert "Contents" not in client.list_objects_v2(Bucket="bucket")
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in tags.items()]
        client.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
        emulator.kill()
        emulator = Emulator(tmp_path)
        client = client_of(emulator.address.geturl())
        assert client.get_object(Bucket="bucket", Key="large")["Body"].read() == b"".join(bodies.values())
        assert "Uploads" not in client.list_multipart_uploads(Bucket="bucket")
    finally:
        emulator.kill()
