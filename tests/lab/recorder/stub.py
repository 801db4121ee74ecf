"""A little AWS on the loopback: answers S3, SQS and STS just enough for an SDK, with secrets in the answers."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import planted_secrets as planted

from lab.recorder.bodies import frame

OBJECTS: dict[str, bytes] = {}
ARRIVED = threading.Event()

CREDENTIALS = f"""<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult>
<Credentials><AccessKeyId>{planted.TEMPORARY}</AccessKeyId><SecretAccessKey>{planted.SECRET}</SecretAccessKey>
<SessionToken>{planted.TOKEN}</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials>
</GetSessionTokenResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetSessionTokenResponse>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def do_PUT(self) -> None:
        body = self.body()
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = body.partition(b"\r\n")[2].partition(b"\r\n0\r\n")[0]
        OBJECTS[self.path] = body
        self.answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def stream(self) -> None:
        """Two events; the second one only when the first has arrived (the client sets ARRIVED)."""
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.amazon.eventstream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(frame(b"", b'{"n":1}'))
        self.wfile.flush()
        ARRIVED.wait(10)
        self.wfile.write(frame(b"", b'{"n":2}'))
        self.close_connection = True

    def do_GET(self) -> None:
        if self.path == "/stream":
            self.stream()
        elif self.path in OBJECTS:
            self.answer(200, OBJECTS[self.path], Content_Type="application/octet-stream")
        else:
            self.answer(404, b"<Error><Code>NoSuchKey</Code><Message>None.</Message></Error>",
                        Content_Type="application/xml")

    def do_POST(self) -> None:
        body = self.body()
        match self.headers.get("X-Amz-Target", ""):
            case "AmazonSQS.SendMessage":
                text = json.loads(body)["MessageBody"]
                answer = {"MD5OfMessageBody": hashlib.md5(text.encode()).hexdigest(), "MessageId": "m-1"}
                self.answer(200, json.dumps(answer).encode(), Content_Type="application/x-amz-json-1.0")
            case _:
                self.answer(200, CREDENTIALS.encode(), Content_Type="text/xml")


def serve() -> ThreadingHTTPServer:
    """A server on a free port of the loopback; call ``serve_forever`` in a thread."""
    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
