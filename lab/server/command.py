"""``lab serve CASSETTE…``: answer SDKs and the AWS CLI from recordings, offline."""

import argparse
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lab.server.answers import Answer, Answerer
from lab.server.library import Library

EPILOG = """\
A call is matched by its decoded operation and input; the same call gets its recorded answers in their order, and the
last one again after that. What no recording answers gets status 501 and the code NotRecorded, with the nearest
recording and what differs from it. Point a client there with AWS_ENDPOINT_URL and any credentials.
"""

#: Bytes of a request body that are read.
LARGEST = 1 << 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"{EPILOG}\n{parser.epilog or ''}"
    parser.add_argument("cassettes", nargs="+", type=Path, metavar="CASSETTE", help="files, or folders of them")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=4567, help="default: 4567; 0: any free one")
    parser.add_argument("--once", action="store_true", help="give every recorded answer once only")


class Handler(BaseHTTPRequestHandler):
    """One connection; the class made by :func:`server` knows the answerer."""

    protocol_version = "HTTP/1.1"
    answerer: Answerer

    def handle_one(self) -> None:
        try:
            body = self.body()
        except ValueError as problem:
            self.send(Answer(400, [("Content-Type", "text/plain"), ("Connection", "close")], str(problem).encode()))
            return
        self.send(self.answerer.answer(self.command, self.path, list(self.headers.items()), body))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = handle_one

    def body(self) -> bytes:
        """The request's body. Raises ValueError for framing that can't be read."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.handle_expect_100()
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(self.chunks())
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= LARGEST:
            raise ValueError(f"a body of {length} bytes is not taken")
        return self.rfile.read(length)

    def chunks(self):
        while size := int(self.rfile.readline(64).partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline(8)
        while self.rfile.readline(8192).strip():
            pass  # trailers

    def send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        bodiless = self.command == "HEAD" or answer.status in (204, 304)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", answer.length or str(len(answer.body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """The answerer logs."""


def server(host: str, port: int, answerer: Answerer) -> ThreadingHTTPServer:
    """A server that listens; call ``serve_forever``. Raises OSError when the port is taken."""
    made = ThreadingHTTPServer((host, port), type("BoundHandler", (Handler,), {"answerer": answerer}))
    made.daemon_threads = True
    return made


def log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(args: argparse.Namespace) -> int:
    """Serves until it is interrupted. Raises LabError for what is no cassette or a port that is taken."""
    from lab.errors import LabError
    from lab.replayer.command import load

    library = Library(load(args.cassettes), args.once)
    try:
        serving = server(args.host, args.port, Answerer(library, log))
    except OSError as problem:
        raise LabError(f"can't listen on {args.host}:{args.port}: {problem.strerror}. Choose another --port.") from None
    steps = sum(map(len, library.entries.values()))
    print(f"{steps} recorded answers at http://{args.host}:{serving.server_port}\nReady.", flush=True)
    try:
        serving.serve_forever()
    finally:
        serving.server_close()
    return 0
