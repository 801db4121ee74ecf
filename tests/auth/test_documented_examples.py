"""The signing examples that AWS publishes with its keys and signatures.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and the pages beside it on
query strings (sigv4-query-string-auth.html) and chunks (sigv4-streaming.html)
"""

from types import SimpleNamespace

import pytest

from emulator.auth import canonical, chunks, sigv4
from emulator.auth.claims import read
from emulator.auth.credentials import Credential, credentials
from emulator.auth.refusals import dialect
from emulator.kernel.context import root
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Store
from emulator.model import load
from emulator.protocol.aws_chunked import Decoder
from emulator.protocol.wire import Request

MOMENT = canonical.moment("20130524T000000Z")
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SCOPE = f"{KEY}/20130524/us-east-1/s3/aws4_request"
EMPTY = canonical.EMPTY_SHA256
HOST = "examplebucket.s3.amazonaws.com"


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setattr(sigv4, "time", lambda: MOMENT)
    made = Store()
    with made.transaction():
        made.rows(credentials).put(Credential(KEY, SECRET, root("111122223333")))
    return made


def verify(request, store, now=MOMENT):
    bucket = "examplebucket" if request.headers["host"] == HOST else None
    if bucket:
        request.path = f"/{bucket}{request.path}"  # as the chain rewrites a virtual host
    identity = SimpleNamespace(service="s3", bucket=bucket)
    sigv4.verify(request, identity, load("s3").operations["GetObject"], "rest-xml", store, now)


def request_of(method, path, query, signature, headers, payload=EMPTY):
    given = {"host": HOST, "x-amz-date": "20130524T000000Z", "x-amz-content-sha256": payload, **headers}
    signed = ";".join(sorted(given))
    given["authorization"] = f"AWS4-HMAC-SHA256 Credential={SCOPE},SignedHeaders={signed},Signature={signature}"
    return Request(method, path, query, given)


EXAMPLES = {
    "get object": (
        "GET", "/test.txt", "", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        {"range": "bytes=0-9"},
    ),
    "get bucket lifecycle": (
        "GET", "/", "lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", {},
    ),
    "list objects": (
        "GET", "/", "max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_header(name, store):
    verify(request_of(*EXAMPLES[name]), store)
    method, path, query, signature, headers = EXAMPLES[name]
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        verify(request_of(method, path + "x", query, signature, headers), store)


def test_put_object(store):
    headers = {
        "date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY",
    }  # fmt: skip
    payload = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
    signature = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    verify(request_of("PUT", "/test%24file.text", "", signature, headers, payload), store)


def test_presigned(store):
    signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SCOPE.replace('/', '%2F')}&X-Amz-Date=20130524T000000Z"
        f"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
    )
    verify(Request("GET", "/test.txt", query, {"host": HOST}), store, MOMENT + 86400)
    with pytest.raises(AwsError, match="Request has expired") as raised:
        verify(Request("GET", "/test.txt", query, {"host": HOST}), store, MOMENT + 86401)
    assert raised.value.members == {
        "X-Amz-Expires": 86400, "Expires": "2013-05-25T00:00:00Z", "ServerTime": "2013-05-25T00:00:01Z",
    }  # fmt: skip


CHUNKS = (
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)


def streaming():
    request = request_of(
        "PUT", "/examplebucket/chunkObject.txt", "", "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        {
            "host": "s3.amazonaws.com", "content-encoding": "aws-chunked", "content-length": "66824",
            "x-amz-decoded-content-length": "66560", "x-amz-storage-class": "REDUCED_REDUNDANCY",
        },
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    )  # fmt: skip
    body = b"".join(b"%x;chunk-signature=%s\r\n%s\r\n" % (size, sign.encode(), b"a" * size) for size, sign in CHUNKS)
    return request, body


def decode(request, body, store):
    signatures = chunks.signatures_of(request, store, MOMENT)
    decoder = Decoder(signatures.on_chunk, signatures.on_data)
    content = b"".join(decoder.feed(body[at : at + 5000]) for at in range(0, len(body), 5000))
    signatures.finish(decoder.trailers)
    return content


def test_chunks(store):
    request, body = streaming()
    verify(request, store)
    request, body = streaming()
    assert decode(request, body, store) == b"a" * 66560


@pytest.mark.parametrize("at", [100, 66000, 66700])
def test_changed_chunks(at, store):
    request, body = streaming()
    body = body[:at] + (b"b" if body[at : at + 1] != b"b" else b"c") + body[at + 1 :]
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        decode(request, body, store)


def test_trailer_signature(store):
    request, _ = streaming()
    request.headers["x-amz-content-sha256"] = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    claim = read(request, dialect("s3", "rest-xml"), ("s3",))
    key = canonical.signing_key(SECRET, claim.date, claim.region, claim.service)
    digest = canonical.sha256(b"x-amz-checksum-crc32:AAAAAA==\n").hexdigest()
    last = f"AWS4-HMAC-SHA256-PAYLOAD\n{claim.timestamp}\n{claim.scope}\n{claim.signature}\n{EMPTY}\n{EMPTY}"
    last = canonical.sign(key, last)
    trailer = canonical.sign(key, f"AWS4-HMAC-SHA256-TRAILER\n{claim.timestamp}\n{claim.scope}\n{last}\n{digest}")

    def body(signature):
        return (
            f"0;chunk-signature={last}\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:{signature}\r\n\r\n"
        ).encode()

    assert decode(request, body(trailer), store) == b""
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        decode(request, body("0" * 64), store)
