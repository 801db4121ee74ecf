"""A small HTTP/1.1 server on the emulator's event loop: requests whole, answers whole or streamed, tunnels.

For data planes that listen on ports of their own (load balancers). The gateway has a leaner one.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Any, NamedTuple

import httptools

logger = logging.getLogger("emulator.http_server")

LARGEST_HEAD, LARGEST_BODY = 65536, 128 * 2**20  # bytes
PIECE = 65536
Headers = tuple[tuple[str, str], ...]


class Request(NamedTuple):
    """``target`` as it stood in the request line; ``tls`` is the connection's ssl object, None without TLS."""

    method: str
    target: str
    version: str
    headers: Headers
    body: bytes
    client: tuple[str, int]
    tls: Any = None

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name), None)


class Response(NamedTuple):
    """``body`` is bytes or an iterator of them. ``tunnel`` goes on with raw bytes both ways after the head (101)."""

    status: int
    headers: Headers = ()
    body: "bytes | AsyncIterator[bytes]" = b""
    tunnel: "tuple[asyncio.StreamReader, asyncio.StreamWriter] | None" = None


Handler = Callable[[Request], Awaitable[Response]]


class TooLarge(Exception):
    """A head or a body beyond what is taken."""


class _Reading:
    """The callbacks of the parser: requests as they become complete."""

    def __init__(self):
        self.complete: deque[tuple[str, str, str, Headers, bytes]] = deque()
        self.parser = httptools.HttpRequestParser(self)
        self.upgraded = b""
        self.awaited = False  # whether the client waits to be told that its body is welcome

    def on_message_begin(self):
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._target, self._size = b"", 0

    def on_url(self, url: bytes):
        self._target += url

    def on_header(self, name: bytes, value: bytes):
        self._size += len(name) + len(value)
        if self._size > LARGEST_HEAD:
            raise TooLarge
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self):
        self.awaited = ("expect", "100-continue") in [(name.lower(), value.lower()) for name, value in self._headers]

    def on_body(self, body: bytes):
        self.awaited = False
        self._size += len(body)
        if self._size > LARGEST_BODY:
            raise TooLarge
        self._body.append(body)

    def on_message_complete(self):
        self.awaited = False
        self.complete.append((
            self.parser.get_method().decode(), self._target.decode("latin-1"),
            f"HTTP/{self.parser.get_http_version()}", tuple(self._headers), b"".join(self._body),
        ))  # fmt: skip

    def feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self.upgraded = data[upgrade.args[0]:]


class HttpServer:
    """Listens until it is closed. ``handler`` is asked for each request."""

    def __init__(self, handler: Handler):
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task] = set()

    async def start(self, host: str, port: int, ssl=None) -> int:
        """Begin to listen; the port, where 0 was asked for. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port, ssl=ssl)
        return self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for each in self._connections:
            each.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._connections.add(task)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            pass  # the client went away, or the server closes
        finally:
            self._connections.discard(task)
            with contextlib.suppress(ConnectionError, RuntimeError):
                writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reading, client = _Reading(), writer.get_extra_info("peername")[:2]
        while True:
            while not reading.complete:
                data = await reader.read(PIECE)
                if not data:
                    return
                refused = _fed(reading, data)
                if refused:
                    await _write(writer, Response(refused), "GET", False)
                    return
                if reading.awaited:
                    reading.awaited = False
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            method, target, version, headers, body = reading.complete.popleft()
            request = Request(method, target, version, headers, body, client, writer.get_extra_info("ssl_object"))
            response = await self._answer(request)
            keep = version == "HTTP/1.1" and (request.header("connection") or "").lower() != "close"
            await _write(writer, response, method, keep and response.tunnel is None)
            if response.tunnel is not None:
                await pipe((reader, writer), response.tunnel, reading.upgraded)
                return
            if not keep:
                return

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._handler(request)
        except Exception:
            logger.exception("%s %s could not be answered", request.method, request.target)
            return Response(500)


def _fed(reading: _Reading, data: bytes) -> int:
    """Give the parser what came; the status to refuse it with, 0 where it is well."""
    try:
        reading.feed(data)
    except httptools.HttpParserError as error:
        return 413 if isinstance(error.__context__, TooLarge) else 400
    return 0


async def _write(writer: asyncio.StreamWriter, response: Response, method: str, keep: bool) -> None:
    names = {name.lower() for name, _ in response.headers}
    whole = isinstance(response.body, bytes)
    bodiless = method == "HEAD" or response.status in (204, 304) or response.status < 200
    lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    lines += [header(name, value) for name, value in response.headers if name.lower() != "transfer-encoding"]
    chunked = not whole and not bodiless and "content-length" not in names
    if whole and "content-length" not in names and response.status >= 200 and response.status not in (204, 304):
        lines.append(f"Content-Length: {len(response.body)}")
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    if response.tunnel is None:
        lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    if whole:
        writer.write(b"" if bodiless else response.body)
    else:
        async for piece in response.body:
            if piece and not bodiless:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                await writer.drain()
        if chunked:
            writer.write(b"0\r\n\r\n")
    await writer.drain()


def header(name: str, value: str) -> str:
    """A line of a head; a value can't begin another one."""
    return f"{name}: {value}".replace("\r", " ").replace("\n", " ")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"


async def pipe(one: tuple, other: tuple, first: bytes = b"") -> None:
    """Carry bytes both ways between two (reader, writer) pairs until both have ended; ``first`` goes to the other."""
    if first:
        other[1].write(first)

    async def carry(reader, writer):
        with contextlib.suppress(ConnectionError, OSError):
            while data := await reader.read(PIECE):
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()

    try:
        await asyncio.gather(carry(one[0], other[1]), carry(other[0], one[1]))
    finally:
        for _, writer in (one, other):
            with contextlib.suppress(ConnectionError, RuntimeError):
                writer.close()
