"""HTTP on the emulator's event loop: requests whole, answers whole or streamed, tunnels.

For data planes that listen on ports of their own (load balancers). The gateway has a leaner one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import httptools

from emulator.backends import http2_server
from emulator.backends.http_messages import (
    LARGEST_BODY,
    LARGEST_HEAD,
    PIECE,
    Entered,
    Handler,
    Headers,
    Request,
    Response,
    Times,
    bodiless,
    closing,
    header,
)
from emulator.backends.listening import pipe

logger = logging.getLogger("emulator.http_server")


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


def conversation(handler: Handler, times: Callable[[], Times] = Times) -> Callable[[Entered], Awaitable[None]]:
    """What is done with a connection, for ``Listening``: ``handler`` is asked for each request."""
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception:
            logger.exception("%s %s could not be answered", request.method, request.target)
            return Response(500)

    async def converse(entered: Entered) -> None:
        if entered.tls is not None and entered.tls.protocol() == "h2":
            await http2_server.converse(entered, answer, times())
        else:
            await _converse(entered, answer, times())

    return converse


async def _converse(entered: Entered, answer: Handler, times: Times) -> None:
    loop = asyncio.get_running_loop()
    reading, end = _Reading(), loop.time() + times.lasting
    while await _received(reading, entered, times.idle):
        method, target, version, headers, body = reading.complete.popleft()
        request = Request(method, target, version, headers, body, entered.client, entered.tls, entered.trace)
        response = await answer(request)
        keep = version == "HTTP/1.1" and not response.last and loop.time() < end and (
            request.header("connection") or "").lower() != "close"
        async with closing(response):
            await _write(entered.writer, response, method, keep and response.tunnel is None)
        if response.tunnel is not None:
            await pipe((entered.reader, entered.writer), response.tunnel, reading.upgraded, times.idle)
            return
        if not keep:
            return


async def _received(reading: _Reading, entered: Entered, idle: float) -> bool:
    """Read until a request is complete; False where none comes. Raises TimeoutError."""
    while not reading.complete:
        data = await asyncio.wait_for(entered.reader.read(PIECE), idle)
        if not data:
            return False
        refused = _fed(reading, data)
        if refused:
            await _write(entered.writer, Response(refused), "GET", False)
            return False
        if reading.awaited:
            reading.awaited = False
            entered.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return True


def _fed(reading: _Reading, data: bytes) -> int:
    """Give the parser what came; the status to refuse it with, 0 where it is well."""
    try:
        reading.feed(data)
    except httptools.HttpParserError as error:
        return 413 if isinstance(error.__context__, TooLarge) else 400
    return 0


async def _write(writer, response: Response, method: str, keep: bool) -> None:
    names = {name.lower() for name, _ in response.headers}
    whole = isinstance(response.body, bytes)
    empty = bodiless(method, response.status)
    lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    lines += [header(name, value) for name, value in response.headers if name.lower() != "transfer-encoding"]
    chunked = not whole and not empty and "content-length" not in names
    if whole and "content-length" not in names and response.status >= 200 and response.status not in (204, 304):
        lines.append(f"Content-Length: {len(response.body)}")
    if chunked:
        lines.append("Transfer-Encoding: chunked")
    if response.tunnel is None:
        lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    if whole:
        writer.write(b"" if empty else response.body)
    else:
        async for piece in response.body:
            if piece and not empty:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                await writer.drain()
        if chunked:
            writer.write(b"0\r\n\r\n")
    await writer.drain()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
