"""Signed chunks: AWS's published example, trailers, and recorded uploads that are taken with new signatures."""

import hashlib
import hmac

import pytest

from emulator.testing import InProcess
from lab.cassette.model import Body, Cassette, Interaction, Request, Response, Truth
from lab.cassette.values import Unreplayable
from lab.replayer import chunks
from lab.replayer.bindings import Bindings
from lab.replayer.clients import Clients
from lab.replayer.endpoint import OwnEmulator
from lab.replayer.http_steps import outgoing, rebuild
from lab.replayer.player import Player

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
SIGNATURES = ("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
              "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
              "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")


def example_sign(text):
    key = b"AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    for part in ("20130524", "us-east-1", "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_the_published_example():
    parts = [b"a" * 65536, b"a" * 1024]
    body = chunks.frame(parts, [], "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", SEED, example_sign)
    assert len(body) == 66824
    assert [body.count(each.encode()) for each in SIGNATURES] == [1, 1, 1]
    assert chunks.parse(body) == (parts, [])


def test_trailers_are_kept_and_their_signature_is_not():
    body = chunks.frame([b"x"], [("x-amz-checksum-crc32", "AAAAAA==")], "", "", "", lambda text: "f" * 64)
    assert body.endswith(b"x-amz-trailer-signature:" + b"f" * 64 + b"\r\n\r\n")
    assert chunks.parse(body) == ([b"x"], [("x-amz-checksum-crc32", "AAAAAA==")])


@pytest.mark.parametrize(("sizes", "content", "expected"), [
    ([4, 4], b"abcdefgh", [b"abcd", b"efgh"]), ([4, 4], b"abcdefghij", [b"abcd", b"efghij"]), ([4, 4], b"ab", [b"ab"])])
def test_chunks_keep_their_sizes(sizes, content, expected):
    assert chunks.resized([bytes(each) for each in sizes], content) == expected


def upload(trailing):
    """A recorded upload whose signatures are of another time, in three chunks."""
    trailers = [("x-amz-checksum-crc32", "X9RA0w==")] if trailing else []
    body = chunks.frame([b"a" * 8192, b"a" * 2048], trailers, "", "", "", lambda text: "0" * 64)
    headers = [("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260128/us-east-1/s3/aws4_request, Signature=0"),
               ("Content-Encoding", "aws-chunked"), ("X-Amz-Decoded-Content-Length", "10240"),
               ("X-Amz-Content-Sha256", chunks.SIGNED[trailing]), *(("X-Amz-Trailer", name) for name, _ in trailers)]
    request = Request("PUT", "bucket.s3.us-east-1.amazonaws.com", "/key", headers=headers, body=Body.of(body))
    answer = Response(200, [("ETag", '"416671d9da6b155c340c93ca08845194"'), ("x-amz-server-side-encryption", "AES256")])
    return Interaction(service="s3", operation="PutObject", region="us-east-1", request=request, response=answer,
                       input={"Bucket": "bucket", "Key": "key"}, output={}, truth=[Truth("wire")])


@pytest.fixture(scope="module")
def strict():
    """An emulator that checks signatures."""
    running = InProcess(verify_signatures=True).start()
    yield OwnEmulator(running.url)
    running.stop()


@pytest.mark.parametrize("trailing", [False, True])
def test_a_recorded_upload_is_signed_anew(trailing, strict):
    def played(step):
        cassette = Cassette(id="c", title="t", service="s3", provenance="aws-imported", interactions=[step])
        row, = Player(cassette, strict, Clients(strict.transport())).play()
        return {each.path for each in row.differences}, row

    paths, row = played(upload(trailing))
    assert paths <= {"ChecksumCRC64NVME", "ChecksumCRC32", "ChecksumType"}, row
    sent = outgoing(upload(trailing), Bindings(), "test")
    assert chunks.parse(sent.body)[0] == [b"a" * 8192, b"a" * 2048] and b"=" + b"0" * 64 not in sent.body


def test_a_bound_value_in_a_chunk_is_replaced_and_the_trailer_follows():
    step = upload(True)
    changed = chunks.parse(rebuild(step.request, Bindings({"a" * 8192: "b" * 8192})).body)
    assert changed[0][0] == b"b" * 8192 and changed[1][0][1] != "X9RA0w=="


def test_framing_that_can_not_be_read_is_told():
    step = upload(False)
    step.request.body = Body(text="no chunk")
    with pytest.raises(Unreplayable, match="byte 0"):
        outgoing(step, Bindings(), "test")
