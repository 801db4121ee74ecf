"""What counts as AWS itself, and how bodies are freed of their framing."""

from types import SimpleNamespace

import pytest

from lab.recorder.capture import dechunk, is_live, unchunked
from lab.recorder.envelope import provenance
from lab.recorder.exchange import Exchange, Message
from lab.recorder.route import Upstream


def server(host="sqs.us-east-1.amazonaws.com", tls=True, peer="52.46.130.5", error=None):
    return SimpleNamespace(address=(host, 443), tls_established=tls, peername=(peer, 443), error=error)


def test_aws_over_verified_tls_is_live():
    assert is_live(server())
    assert is_live(server("bucket.s3.cn-north-1.amazonaws.com.cn"))


@pytest.mark.parametrize("changed", [
    {"host": "127.0.0.1"}, {"host": "amazonaws.com.evil.example"}, {"host": "notamazonaws.com"}, {"tls": False},
    {"peer": "127.0.0.1"}, {"peer": "::1"}, {"error": "certificate verify failed"},
])
def test_nothing_else_is(changed):
    assert not is_live(server(**changed))


def test_one_answer_from_elsewhere_spoils_the_provenance():
    def one(live):
        return Exchange("GET", "h", "/", "", Message([]), 200, Message([]), live=live)

    assert provenance([one(True), one(True)]) == "aws-live"
    assert provenance([one(True), one(False)]) == "emulator"
    assert provenance([]) == "emulator"


def test_chunks_and_trailers():
    raw = b"5;chunk-signature=ab\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n" \
          b"x-amz-trailer-signature:ff\r\n\r\n"
    assert dechunk(raw) == (b"hello world", [("x-amz-checksum-crc32", "AAAAAA==")])
    message = unchunked(Message([("Content-Encoding", "aws-chunked, gzip"), ("X-Amz-Decoded-Content-Length", "11"),
                                 ("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")], raw))
    assert message.header("content-encoding") == "gzip" and message.header("content-length") == "11"
    assert message.header("x-amz-checksum-crc32") == "AAAAAA==" and message.body == b"hello world"


def test_a_broken_chunk_gives_what_there_is():
    assert dechunk(b"ff\r\nshort") == (b"short", [])


@pytest.mark.parametrize(("text", "expected"), [
    ("127.0.0.1:4566", Upstream(None, "http", "127.0.0.1", 4566)),
    ("https://host", Upstream(None, "https", "host", 443)),
    ("s3=http://[::1]:9000", Upstream("s3", "http", "::1", 9000)),
])
def test_upstreams_are_read(text, expected):
    assert Upstream.parse(text) == expected
