"""Uploads to an emulator that verifies signatures: whole, in signed chunks, small (in memory) and large (spooled)."""

import http.client
from hashlib import sha256
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from emulator.auth import canonical
from emulator.protocol.aws_chunked import encode
from emulator.testing import emulated

SIZES = [0, 1000, 300_000]


@pytest.fixture(scope="module")
def verifying():
    with emulated(verify_signatures=True) as emulator:
        s3(emulator, s3={"addressing_style": "path"}).create_bucket(Bucket="bucket")
        yield emulator


def s3(emulator, **config):
    return boto3.client(
        "s3", endpoint_url=emulator.url.replace("127.0.0.1", "localhost"), region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )  # fmt: skip


class Streaming(S3SigV4Auth):
    """Signs the head of a request whose body follows in chunks."""

    def payload(self, request):
        return request.headers["X-Amz-Content-SHA256"]

    def _modify_request_before_signing(self, request):
        kind = request.headers["X-Amz-Content-SHA256"]
        super()._modify_request_before_signing(request)
        request.headers.replace_header("X-Amz-Content-SHA256", kind)


def upload(emulator, content, break_at=None, trailer=False):
    """PUT in chunks of 64 KiB; ``break_at`` changes a byte of the framed body after it was signed."""
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
    headers = {
        "X-Amz-Content-SHA256": kind, "Content-Encoding": "aws-chunked",
        "x-amz-decoded-content-length": str(len(content)),
    } | ({"x-amz-trailer": "x-amz-checksum-sha256"} if trailer else {})  # fmt: skip
    request = AWSRequest("PUT", f"{emulator.url}/bucket/key", headers=headers)
    Streaming(Credentials("test", "test"), "s3", "us-east-1").add_auth(request)
    stamp, previous = request.context["timestamp"], request.headers["Authorization"].rpartition("=")[2]
    key = canonical.signing_key("test", stamp[:8], "us-east-1", "s3")
    scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"

    def sign(part):
        nonlocal previous
        digest = f"{canonical.EMPTY_SHA256}\n{sha256(part).hexdigest()}"
        previous = canonical.sign(key, f"AWS4-HMAC-SHA256-PAYLOAD\n{stamp}\n{scope}\n{previous}\n{digest}")
        return previous

    parts = [content[at : at + 65536] for at in range(0, len(content), 65536)]
    body = b"".join(encode(parts, sign=sign))
    if trailer:
        line = f"x-amz-checksum-sha256:{canonical_base64(content)}\n"
        digest = sha256(line.encode()).hexdigest()
        signature = canonical.sign(key, f"AWS4-HMAC-SHA256-TRAILER\n{stamp}\n{scope}\n{previous}\n{digest}")
        body = body[:-2] + line[:-1].encode() + f"\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode()
    if break_at is not None:
        body = body[:break_at] + bytes((body[break_at] ^ 1,)) + body[break_at + 1 :]
    parts = urlsplit(emulator.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("PUT", "/bucket/key", body, dict(request.headers.items()))
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def canonical_base64(content):
    from base64 import b64encode

    return b64encode(sha256(content).digest()).decode()


@pytest.mark.parametrize("size", SIZES)
def test_whole_bodies(verifying, size):
    client = s3(verifying)
    client.put_object(Bucket="bucket", Key="a key/é+(x)", Body=b"x" * size)
    assert client.get_object(Bucket="bucket", Key="a key/é+(x)")["Body"].read() == b"x" * size


@pytest.mark.parametrize("trailer", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_signed_chunks(verifying, size, trailer):
    content = bytes(at % 251 for at in range(size))
    status, text = upload(verifying, content, trailer=trailer)
    assert (status, text) == (200, "")
    answer = s3(verifying).get_object(Bucket="bucket", Key="key")
    assert answer["Body"].read() == content
    assert answer.get("ContentEncoding") is None


@pytest.mark.parametrize(("size", "at"), [(1000, 200), (300_000, 100_000)])
def test_a_changed_chunk_is_refused(verifying, size, at):
    s3(verifying).delete_object(Bucket="bucket", Key="key")
    status, text = upload(verifying, b"x" * size, break_at=at)
    assert status == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in text
    assert "AWS4-HMAC-SHA256-PAYLOAD" in text
    with pytest.raises(ClientError, match="404"):
        s3(verifying).head_object(Bucket="bucket", Key="key")


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_presigned_urls(verifying, version, style):
    s3(verifying, s3={"addressing_style": "path"}).put_object(Bucket="bucket", Key="presigned", Body=b"content")
    client = s3(verifying, signature_version=version, s3={"addressing_style": style})
    url = client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "presigned"}, 60)
    parts = urlsplit(url)
    assert parts.hostname == {"path": "localhost", "virtual": "bucket.localhost"}[style]
    server = urlsplit(verifying.url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Host": parts.netloc})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"content")
    connection.request("GET", f"{parts.path}x?{parts.query}", headers={"Host": parts.netloc})
    assert b"SignatureDoesNotMatch" in connection.getresponse().read()
    connection.close()
