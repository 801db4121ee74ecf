"""A small HTTP server around a function, and which operation a request is for."""

import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from emulator.model import SERVICES, Operation, load
from emulator.protocol import Protocol, Request, protocol_for

SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")
#: Signing name to service, where the two differ.
SIGNED_AS = {load(name).signing_name: name for name in ("s3", "sqs", "sts", "scheduler")}


class Asked(NamedTuple):
    """A request as the server sees it: as it came, and what it asks for (None where that can't be told)."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    operation: Operation | None
    protocol: Protocol | None
    given: dict


class Told(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def understood(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Asked:
    """Find service, operation and input by the credential scope and the service's own routing."""
    by_name = {name.lower(): value for name, value in headers}
    scope = SCOPE.search(by_name.get("authorization", ""))
    name = scope and (SIGNED_AS.get(scope[1]) or (scope[1] if scope[1] in SERVICES else None))
    if not name:
        return Asked(method, target, headers, body, None, None, {})
    path, _, query = target.partition("?")
    protocol = protocol_for(load(name), load(name).protocols[0])
    request = Request(method, path, query, by_name, body)
    try:
        operation, labels = protocol.route(request)
        given = protocol.codec(operation).decode(request, labels)
    except Exception:  # a stub is not there to judge requests
        return Asked(method, target, headers, body, None, protocol, {})
    return Asked(method, target, headers, body, operation, protocol, given)


@contextmanager
def serving(answer: Callable[[Asked], Told]):
    """Serve on a free port of the loopback for as long as the context lasts; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def handle_any(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b""
            told = answer(understood(self.command, self.path, list(self.headers.items()), body))
            self.send_response_only(told.status)
            for name, value in told.headers:
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            if self.command != "HEAD" and told.status not in (204, 304):
                self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.body)
            self.wfile.flush()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = handle_any

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
