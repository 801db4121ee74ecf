"""A small HTTP server around a function, and which operation a request is for."""

import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from emulator.model import SERVICES, Operation, load
from emulator.protocol import Protocol, Request, protocol_for

SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")


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


@cache
def signed_as(name: str) -> tuple[str, ...]:
    """The services that sign with a name."""
    return tuple(service for service in SERVICES if load(service).signing_name == name)


def service_of(headers: dict[str, str]) -> str | None:
    """The service that a request is for: by what it signs for, and by its target where several sign alike."""
    scope = SCOPE.search(headers.get("authorization", ""))
    found = signed_as(scope[1]) if scope else ()
    target = headers.get("x-amz-target", "").partition(".")[0]
    fitting = [name for name in found if load(name).metadata.get("targetPrefix") == target]
    return next(iter((*fitting, *found)), None)


def spoken(service: str, headers: dict[str, str]) -> str:
    """Which of its protocols a service is spoken to in."""
    first, *others = load(service).protocols
    said = "json" if "x-amz-target" in headers else headers.get("smithy-protocol", "").replace(
        "rpc-v2-cbor", "smithy-rpc-v2-cbor") or ("query" if "form" in headers.get("content-type", "") else first)
    return said if said in (first, *others) else first


def understood(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Asked:
    """Find service, operation and input by the credential scope and the service's own routing."""
    by_name = {name.lower(): value for name, value in headers}
    name = service_of(by_name)
    if not name:
        return Asked(method, target, headers, body, None, None, {})
    path, _, query = target.partition("?")
    protocol = protocol_for(load(name), spoken(name, by_name))
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
