"""The capture addon: every request to AWS and its answer, whole, also when they stream, without holding them up."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from lab.recorder.exchange import Exchange, Headers, Message

AWS_HOST = re.compile(r"(?:^|\.)(?:amazonaws\.(?:com(?:\.cn)?|eu)|api\.aws|on\.aws)$")
SIGNED = re.compile(r"AWS4-|AWS \w+:|X-Amz-Signature=|AWSAccessKeyId=")
CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]+)[^\r\n]*\r\n")


class Tee:
    """Hands every piece of a body on as it comes, and keeps a copy."""

    def __init__(self):
        self.pieces: list[bytes] = []

    def __call__(self, piece: bytes) -> bytes:
        self.pieces.append(piece)
        return piece

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


class Capture:
    """Turns mitmproxy's flows into exchanges and gives each to ``sink``, also one that broke off."""

    def __init__(self, sink: Callable[[Exchange], None], everything: bool = False, trusted: bool = True,
                 hold: bool = False):
        """``everything``: take requests that do not look like AWS's too. ``trusted``: public certificates only.

        ``hold``: let requests go on only when they are whole, so that another addon can answer them.
        """
        self.sink = sink
        self.everything = everything
        self.trusted = trusted
        self.hold = hold

    def requestheaders(self, flow: Any) -> None:
        request = flow.request
        wanted = self.everything or AWS_HOST.search(request.pretty_host) or SIGNED.search(
            f"{request.headers.get('authorization', '')} {request.path}")
        if wanted:
            flow.metadata["request"] = Tee()
            if not self.hold:
                request.stream = flow.metadata["request"]

    def request(self, flow: Any) -> None:
        if self.hold and self.takes(flow):
            flow.metadata["request"](flow.request.raw_content or b"")

    @staticmethod
    def takes(flow: Any) -> bool:
        """Whether a flow is to be recorded: AWS's, and not answered from a cassette."""
        return "request" in flow.metadata and "played" not in flow.metadata

    def responseheaders(self, flow: Any) -> None:
        if self.takes(flow):
            flow.metadata["response"] = flow.response.stream = Tee()

    def response(self, flow: Any) -> None:
        if self.takes(flow):
            self.sink(self.exchange(flow))

    error = response

    @staticmethod
    def headers(message: Any) -> Headers:
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.headers.fields]

    def exchange(self, flow: Any) -> Exchange:
        path, _, query = flow.request.path.partition("?")
        started = flow.request.timestamp_start
        response = None
        if flow.response is not None and "response" in flow.metadata:
            response = Message(self.headers(flow.response), flow.metadata["response"].body)
        ended = flow.response.timestamp_end if flow.response is not None else None
        return Exchange(
            method=flow.request.method,
            host=flow.request.headers.get("host", flow.request.pretty_host),
            path=path,
            query=query,
            request=unchunked(Message(self.headers(flow.request), flow.metadata["request"].body)),
            status=flow.response.status_code if response else 0,
            response=response,
            error=flow.error.msg if flow.error else None,
            live=self.trusted and is_live(flow.server_conn),
            started=started,
            duration=(ended or started) - started,
        )


def is_live(server: Any) -> bool:
    """Whether a connection went to AWS itself: its own host, over TLS that verified, and not to this machine."""
    if not (server.address and AWS_HOST.search(server.address[0]) and server.tls_established and server.peername):
        return False
    return not ip_address(server.peername[0]).is_loopback and not server.error


def unchunked(message: Message) -> Message:
    """A request freed of aws-chunked framing: the plain body, its length, the trailers among the headers.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
    """
    encodings = [each.strip() for each in message.header("Content-Encoding").split(",")]
    streamed = message.header("X-Amz-Content-Sha256").startswith("STREAMING-")
    if "aws-chunked" not in encodings and not streamed:
        return message
    body, trailers = dechunk(message.body)
    rest = [each for each in encodings if each and each != "aws-chunked"]
    dropped = {"content-encoding", "x-amz-decoded-content-length", "x-amz-trailer", "transfer-encoding",
               "content-length", "x-amz-content-sha256"}
    headers = [(name, value) for name, value in message.headers if name.lower() not in dropped]
    headers += [("Content-Encoding", ", ".join(rest))] if rest else []
    headers += [("Content-Length", str(len(body))), ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), *trailers]
    return Message(headers, body)


def dechunk(raw: bytes) -> tuple[bytes, Headers]:
    """The content and the trailers of an aws-chunked body; a broken one comes back as far as it goes."""
    pieces, at = [], 0
    while match := CHUNK_HEAD.match(raw, at):
        size = int(match[1], 16)
        pieces.append(raw[match.end():match.end() + size])
        at = match.end() + size
        if size == 0:
            break
        at += 2
    lines = raw[at:].decode("latin-1").split("\r\n")
    trailers = [tuple(each.strip() for each in line.split(":", 1)) for line in lines if ":" in line]
    return b"".join(pieces), [each for each in trailers if each[0].lower() != "x-amz-trailer-signature"]
