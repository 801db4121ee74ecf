"""Bad input costs its sender a 4xx of AWS's form, and nobody else anything."""

import json
import socket
import urllib.parse

import pytest

JSON_HEADERS = {"content-type": "application/x-amz-json-1.0"}
QUERY_HEADERS = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def scope(service):
    return (f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, "
            f"SignedHeaders=host, Signature={'0' * 64}")  # fmt: skip


@pytest.fixture
def send(endpoint):
    """``send(method, path, service, headers, body)`` over a raw socket: (status, headers, body)."""
    address = urllib.parse.urlsplit(endpoint)

    def raw(data: bytes) -> tuple[int, dict, bytes]:
        with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR) if b"connection: close" in data else None
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before all of it was sent
            answer = b""
            while True:
                try:
                    piece = connection.recv(65536)
                except ConnectionResetError:
                    break
                if not piece:
                    break
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), {name.lower(): value for name, value in headers.items()}, body

    def request(method, path, service=None, headers=None, body=b""):
        lines = [f"{method} {path} HTTP/1.1", "host: localhost", "connection: keep-alive, close"]
        if service:
            lines.append(f"authorization: {scope(service)}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines.append(f"content-length: {len(body)}")
        return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    request.raw = raw
    return request


def sqs(send, operation, body):
    return send("POST", "/", "sqs", {**JSON_HEADERS, "x-amz-target": f"AmazonSQS.{operation}"}, body)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"QueueName": ', b"[]", b'"text"', b"null", b'{"QueueName": "\xff"}',
     b"{'a': 1}", b'{"QueueName": 5}',
     b'{"QueueName": {"a": 1}}', b'{"QueueName": ["x"]}', b"[" * 100_000, b'{"a":' * 50_000, b"\x00" * 100],
)  # fmt: skip
def test_broken_json_is_a_400(send, body):
    status, _, answer = sqs(send, "CreateQueue", body)
    assert status == 400 and "__type" in json.loads(answer)


@pytest.mark.parametrize(
    "body",
    [b"<", b"<CreateBucketConfiguration>", b"not xml", b"<a></b>", b"<a>" * 100_000,
     b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
     b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
     b"<VersioningConfiguration>&c;</VersioningConfiguration>",
     b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><VersioningConfiguration/>'],
)  # fmt: skip
def test_broken_xml_is_a_400(send, client, body):
    client("s3").create_bucket(Bucket="bucket")
    status, _, answer = send("PUT", "/bucket?versioning", "s3", {}, body)
    assert status == 400 and b"<Code>MalformedXML</Code>" in answer and b"root:" not in answer


@pytest.mark.parametrize(
    "body",
    [b"", b"Action=", b"Action=Nonsense&Version=2011-06-15", b"%%%%", b"\xff\xfe=1", b"Action=AssumeRole&" * 5000],
)
def test_broken_forms_are_a_400(send, body):
    status, _, answer = send("POST", "/", "sts", QUERY_HEADERS, body)
    assert status == 400 and b"<Code>" in answer


@pytest.mark.parametrize(
    ("method", "path", "service", "headers", "statuses"),
    [
        ("POST", "/", "nosuchservice", {}, {501}),
        ("POST", "/", "sqs", {**JSON_HEADERS, "x-amz-target": "AmazonSQS.Nonsense"}, {400}),
        ("POST", "/", None, {**JSON_HEADERS, "x-amz-target": "Nobody.Nonsense"}, {501}),
        ("POST", "/", "rds", QUERY_HEADERS, {400, 501}),
        ("BREW", "/bucket", "s3", {}, {400, 405, 501}),
        ("GET", "/bucket/../../../../etc/passwd", "s3", {}, {400, 403, 404}),
        ("GET", "/..%2f..%2f..%2fetc%2fpasswd", "s3", {}, {400, 403, 404}),
        ("GET", "/bucket/%2e%2e/%00", "s3", {}, {400, 403, 404}),
        ("GET", "/%ff%fe/%c0%ae", "s3", {}, {400, 403, 404}),
        ("GET", "/_emulator/../../etc/passwd", None, {}, {400, 404}),
    ],
)
def test_what_is_not_there_is_said_so(send, method, path, service, headers, statuses):
    status, _, answer = send(method, path, service, headers)
    assert status in statuses, (status, answer)
    assert b"Traceback" not in answer and b"root:" not in answer


def test_a_key_that_looks_like_a_path_is_only_a_key(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="keys")
    keys = ("../../escape", "/etc/passwd", "a//b", "./x", "a/../b", "%2e%2e", "\u00fc\u4e2d\U0001f600", "a\nb",
            "a b+c&d=e?f#g")  # fmt: skip
    for key in keys:
        s3.put_object(Bucket="keys", Key=key, Body=key.encode())
        assert s3.get_object(Bucket="keys", Key=key)["Body"].read() == key.encode()
    assert s3.list_objects_v2(Bucket="keys")["KeyCount"] == len(keys)


def test_an_endless_header_is_refused_early(send):
    status, headers, answer = send.raw(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: " + b"a" * 5_000_000)
    assert status == 400 and headers["connection"] == "close" and b"RequestHeaderSectionTooLarge" in answer


def test_endless_headers_are_refused_early(send):
    status, _, _ = send.raw(b"GET / HTTP/1.1\r\nhost: localhost\r\n" + b"a: b\r\n" * 200_000)
    assert status == 400


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
             b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
             b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
             b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
)  # fmt: skip
def test_what_is_not_http_is_a_400(send, data):
    status, headers, _ = send.raw(data)
    assert status == 400 and headers["connection"] == "close"


def test_header_values_cannot_split_an_answer(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="split")
    s3.put_object(Bucket="split", Key="k", Body=b"")
    answer = s3.get_object(Bucket="split", Key="k", ResponseContentType="text/plain\r\nx-injected: yes")
    assert "x-injected" not in answer["ResponseMetadata"]["HTTPHeaders"]


def test_pipelined_requests_are_answered_in_order(endpoint):
    address = urllib.parse.urlsplit(endpoint)
    one = "GET /{} HTTP/1.1\r\nhost: localhost\r\nauthorization: " + scope("s3") + "\r\n{}content-length: 0\r\n\r\n"
    data = "".join(one.format(f"no-such-bucket-{n}", "connection: close\r\n" if n == 9 else "") for n in range(10))
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(data.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    at = [answer.index(b"<BucketName>no-such-bucket-%d<" % n) for n in range(10)]
    assert at == sorted(at) and answer.count(b"HTTP/1.1 404") == 10


def test_a_sender_that_goes_away_leaves_nothing_behind(endpoint, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="gone")
    address = urllib.parse.urlsplit(endpoint)
    head = (f"PUT /gone/half HTTP/1.1\r\nhost: localhost\r\nauthorization: {scope('s3')}\r\n"
            "content-length: 900000\r\n\r\n")  # fmt: skip
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * 400_000)
    assert s3.list_objects_v2(Bucket="gone")["KeyCount"] == 0
