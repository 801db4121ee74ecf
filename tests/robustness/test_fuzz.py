"""Mutated requests by the thousand: every answer has a status below 500 (501 for what is not implemented)."""

import random
import socket
import urllib.parse

import pytest

from emulator.model import load

REQUESTS = 12_000
SERVICES = {"s3": "rest-xml", "sqs": "json", "sts": "query"}
NASTY = [
    b"", b"\x00", b"\xff\xfe", b"..", b"../" * 20, b"%00", b"%", b"%zz", b"'", b'"', b"<", b"&", b"]]>", b"{}",
    b"[]", b"null", b"-1", b"0", b"9" * 40, b"1e999", b"NaN", b"true", b"a" * 3000, "\u00fc\U0001f600".encode(),
    b"\r\n", b"{" * 50, b"<a>" * 50,
    b"&a;", b"${x}", b"arn:aws:s3:::x", b"2026-13-45T99:99:99Z",
]  # fmt: skip


def scope(service):
    credential = f"test/20260101/us-east-1/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"


def corpus():
    """One plausible request per operation: (method, path, query, headers, body)."""
    for service, protocol in SERVICES.items():
        model = load(service)
        for operation in model.operations.values():
            headers = {"authorization": scope(service)}
            if protocol == "rest-xml":
                path, _, query = operation.uri.replace("{Bucket}", "fuzz").replace("{Key+}", "key").partition("?")
                names = [(each.get("locationName"), name) for name, each in operation.input.members.items()
                         if each.get("location") == "querystring"] if operation.input else []  # fmt: skip
                query = "&".join([query, *(f"{wire}={name}" for wire, name in names)]).strip("&")
                body = b"<X><A>1</A><B><C>2</C></B></X>" if operation.method in ("PUT", "POST") else b""
                yield operation.method, path, query, headers, body
            elif protocol == "json":
                members = ", ".join(f'"{name}": {example(each)}' for name, each in operation.input.members.items())
                headers |= {"x-amz-target": f"AmazonSQS.{operation.name}", "content-type": "application/x-amz-json-1.0"}
                yield "POST", "/", "", headers, f"{{{members}}}".encode()
                form = "&".join([f"Action={operation.name}", "Version=2012-11-05", *(
                    f"{name}=1" for name in operation.input.members)])  # fmt: skip
                yield "POST", "/", "", form_headers(service), form.encode()
            else:
                members = operation.input.members if operation.input else {}
                form = "&".join([f"Action={operation.name}", f"Version={model.metadata['apiVersion']}", *(
                    f"{name}=value" for name in members)])  # fmt: skip
                yield "POST", "/", "", form_headers(service), form.encode()


def form_headers(service):
    return {"authorization": scope(service), "content-type": "application/x-www-form-urlencoded"}


def example(shape):
    return {
        "integer": "1", "boolean": "true", "list": "[]", "map": "{}", "structure": "{}", "blob": '"YQ=="',
    }.get(shape.type, '"000000000000/fuzz"')  # fmt: skip


def mutate(source: random.Random, data: bytes) -> bytes:
    """Flip, cut, repeat or insert."""
    for _ in range(source.randint(1, 3)):
        at, end = sorted((source.randint(0, len(data)), source.randint(0, len(data))))
        choice = source.randrange(5)
        if choice == 0:
            data = data[:at] + data[end:]
        elif choice == 1:
            data = data[:at] + source.choice(NASTY) + data[at:]
        elif choice == 2:
            data = data[:at] + source.choice(NASTY) + data[end:]
        elif choice == 3:
            data = data[:at] + data[at:end] * 2 + data[end:]
        elif data:
            at = source.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ (1 << source.randrange(8))]) + data[at + 1 :]
    return data


def clean(data: bytes, banned: bytes = b"\r\n\x00 ") -> bytes:
    """Keep the request itself well-formed, so that the mutation reaches the codecs and not only the HTTP parser."""
    return bytes(each for each in data if each not in banned)


def mutated(source: random.Random, request) -> bytes:
    method, path, query, headers, body = request
    headers = {name: value.encode() for name, value in headers.items()}
    path, query, body = path.encode(), query.encode(), body
    for part in source.sample(("path", "query", "headers", "body", "body"), source.randint(1, 2)):
        if part == "path":
            path = b"/" + clean(mutate(source, path)).lstrip(b"/")
        elif part == "query":
            query = clean(mutate(source, query), b"\r\n\x00 #")
        elif part == "headers":
            name = source.choice([*headers, "content-md5", "range", "x-amz-copy-source", "x-amz-tagging", "if-match",
                                  "x-amz-content-sha256", "x-amz-acl", "content-encoding", "x-amz-checksum-crc32",
                                  "x-amz-decoded-content-length", "x-amz-trailer", "host"])  # fmt: skip
            headers[name] = clean(mutate(source, headers.get(name, b"aws-chunked")), b"\r\n\x00")
        else:
            body = mutate(source, body)
    if source.random() < 0.02:
        method = source.choice(("HEAD", "OPTIONS", "PATCH", "DELETE"))
    target = path + (b"?" + query if query else b"")
    lines = [method.encode() + b" " + target + b" HTTP/1.1", b"content-length: %d" % len(body)]
    lines += [name.encode() + b": " + value for name, value in {"host": b"localhost", **headers}.items()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Peer:
    """Sends raw requests over a kept connection and reads whole answers."""

    def __init__(self, endpoint):
        self.address = urllib.parse.urlsplit(endpoint)
        self.file = self.connection = None

    def ask(self, data: bytes) -> int:
        if self.connection is None:
            self.connection = socket.create_connection((self.address.hostname, self.address.port), timeout=30)
            self.file = self.connection.makefile("rb")
        self.connection.sendall(data)
        status = int(self.file.readline().split()[1])
        length, close = 0, False
        chunked = False
        while (line := self.file.readline().strip().lower()) != b"":
            length = int(line[15:]) if line.startswith(b"content-length:") else length
            chunked |= line == b"transfer-encoding: chunked"
            close |= line == b"connection: close"
        if not data.startswith(b"HEAD"):
            self.file.read(length)
            while chunked and (size := int(self.file.readline(), 16)):
                self.file.read(size + 2)
            chunked and self.file.readline()
        if close:
            self.connection.close()
            self.connection = None
        return status


@pytest.mark.parametrize("seed", range(3))
def test_no_mutated_request_is_a_500(endpoint, client, seed):
    source, requests, peer = random.Random(seed), list(corpus()), Peer(endpoint)
    client("s3").create_bucket(Bucket="fuzz")
    client("sqs").create_queue(QueueName="fuzz")
    seen: dict[int, int] = {}
    for _ in range(REQUESTS // 3):
        data = mutated(source, source.choice(requests))
        status = peer.ask(data)
        seen[status] = seen.get(status, 0) + 1
        assert status < 500 or status == 501, (status, data)
    assert sum(count for status, count in seen.items() if 400 <= status < 500) > REQUESTS / 10, seen
    assert client("sts").get_caller_identity()["Account"]
