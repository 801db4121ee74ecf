"""HTTP/1.1 on a connection: httptools parses, the chain answers, bodies flow with back-pressure in both directions.

This is the protocol class that Sanic's server runs in place of its own, which costs several times what the
emulator's chain does. Small bodies stay in memory; large ones go to a :class:`Spool` when the operation streams them.
"""

import asyncio
import logging
from email.utils import formatdate

import httptools

from emulator.gateway.spool import Spool
from emulator.kernel.blobs import INLINE, Body
from emulator.protocol.wire import Request, Response

logger = logging.getLogger("emulator.http")

MAX_HEADER = 64 * 1024  # bytes of request line and headers
MAX_BODY = 128 * 1024 * 1024  # bytes of a body that must be held in memory; streamed ones have the service's limits
HIGH_WATER = 1024 * 1024  # unsent bytes above which a streamed answer waits for its reader
IDLE = 120.0  # seconds without a byte after which a connection is closed

REASONS = {
    100: "Continue", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 411: "Length Required", 412: "Precondition Failed",
    413: "Payload Too Large", 415: "Unsupported Media Type", 416: "Requested Range Not Satisfiable",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
STATUS_LINES = {code: f"HTTP/1.1 {code} {reason}\r\n" for code, reason in REASONS.items()}
BODILESS = frozenset((204, 304))


def on_the_wire(head: str) -> bytes:
    """Header lines in ISO 8859-1, as HTTP has them; in UTF-8 when a value goes beyond it."""
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode("utf-8", "surrogateescape")


OURS = "x-paritylab-"  # begins headers by which the emulator tells itself something, see chain.rewrite_s3
NOBODYS = ""  # the name under which such a header of a client's is kept, to be dropped
_names: dict[bytes, str] = {}  # header names as sent -> as kept: clients send the same few over and over


def _name(raw: bytes) -> str:
    name = raw.decode("latin-1").lower()
    if name.startswith(OURS):
        return NOBODYS
    if len(_names) < 1000:
        _names[raw] = name
    return name


class HttpConnection(asyncio.Protocol):
    """One connection. Sanic passes ``loop``, ``app`` (with the emulator in ``app.ctx``) and the set of connections.

    ``server_name`` is the name that the client asked for over TLS, empty without one.
    """

    def __init__(self, *, loop, app, connections=None, signal=None, state=None, unix=None, server_name="", **_):
        self._loop = loop
        self._emulator = app.ctx.emulator
        self._connections = connections if connections is not None else set()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._peer = ""
        self._secure = False
        self._server_name = server_name
        self._certificate = b""  # the client's, in DER, where it showed one that the host's authorities signed
        self._queue: list[tuple[Request, bool]] = []  # complete requests that wait for the one before them
        self._queued = False  # whether a pipelining client is being made to wait
        self._busy: asyncio.Task | bool = False
        self._writable: asyncio.Future | None = None
        self._paused = 0
        self._active = loop.time()
        self._begin()

    def _begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._size = 0
        self._header_size = 0
        self._in_body = False
        self._spool: Spool | None = None
        self._request: Request | None = None

    # The connection's life

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.set_write_buffer_limits(high=HIGH_WATER)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if isinstance(peer, tuple) else "127.0.0.1"
        self._secure = transport.get_extra_info("sslcontext") is not None
        tls = transport.get_extra_info("ssl_object")
        self._certificate = (tls.getpeercert(binary_form=True) or b"") if tls is not None else b""
        self._connections.add(self)

    def connection_lost(self, error) -> None:
        self._connections.discard(self)
        if self._spool is not None:
            self._spool.abort()
        if isinstance(self._busy, asyncio.Task):
            self._busy.cancel()
        if self._writable is not None and not self._writable.done():
            self._writable.set_exception(ConnectionResetError())
            self._writable.exception()

    def close_if_idle(self) -> bool:
        """Sanic asks this when it shuts down gracefully."""
        if self._busy or self._request is not None:
            return False
        self._transport.close()
        return True

    def close_if_stale(self, now: float) -> None:
        if not self._busy and now - self._active > IDLE:
            self._transport.close()

    def close(self, timeout: float | None = None) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # Reading

    def data_received(self, data: bytes) -> None:
        self._active = self._loop.time()
        if not self._in_body:
            self._header_size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError as error:
            cause = error.__context__
            if isinstance(cause, _Refused):
                self._refuse(*cause.args)
            else:
                self._refuse(400, "BadRequest", "The request could not be parsed as HTTP/1.1.")
        else:
            if not self._in_body and self._header_size > MAX_HEADER:
                self._refuse(400, "RequestHeaderSectionTooLarge",
                             "Your request header section exceeds the maximum allowed size.")  # fmt: skip
        if self._queue and not self._busy:
            self._serve()

    def _upgrade(self, rest: bytes) -> None:
        """Hand the connection over to a WebSocket's service; ``rest`` is what came behind the request."""
        from emulator.gateway import websockets  # loaded when first wanted: most emulators never see one

        request = self._queue.pop()[0] if self._queue else self._request
        prefix = websockets.door_of(request)
        if prefix is None or self._busy or self._queue:
            self._refuse(400, "InvalidRequest", "Protocol upgrades are not supported.")
            return
        self._connections.discard(self)
        connection = websockets.SocketConnection(self._emulator, self._transport, request, prefix)
        self._transport.set_protocol(connection)
        if rest:
            connection.data_received(rest)

    def _serve(self) -> None:
        """Answer what has arrived, in order; while an answer takes time, a client that sends on is made to wait."""
        queue = self._queue
        while queue and not self._busy and not self._transport.is_closing():
            self._answer(*queue.pop(0))
        if bool(queue) != self._queued:
            self._queued = bool(queue)
            self._throttle(self._queued)

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key, headers = _names.get(name) or _name(name), self._headers
        try:
            text = value.decode().strip()
        except UnicodeDecodeError:
            text = value.decode("latin-1").strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers else text

    def on_headers_complete(self) -> None:
        target = self._target.decode("latin-1")
        if target.startswith("http"):  # absolute form, as sent to a proxy
            target = "/" + target.partition("://")[2].partition("/")[2]
        path, _, query = target.partition("?")
        self._headers.pop(NOBODYS, None)
        if self._secure:
            self._headers["x-paritylab-secure"] = "true"
            if self._server_name:
                self._headers["x-paritylab-server-name"] = self._server_name
            if self._certificate:
                self._headers["x-paritylab-certificate"] = self._certificate.hex()
        self._request = Request(self._parser.get_method().decode("latin-1"), path, query, self._headers)
        self._in_body = True
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = self._headers.get("content-length", "0")
        if length.isdigit() and int(length) > INLINE:
            self._expect_large(int(length))

    def _expect_large(self, length: int) -> None:
        if self._emulator.streams(self._request):
            request = self._request
            signatures = self._emulator.chunk_signatures(request)
            self._spool = Spool(self._emulator.runtime, request.headers, self._throttle, signatures)
            for chunk in self._chunks:
                self._spool.feed(chunk)
            self._chunks = []
        elif length > MAX_BODY:
            raise _Refused(413, "RequestEntityTooLarge", f"The request body is longer than {MAX_BODY} bytes.")

    def on_body(self, data: bytes) -> None:
        before, self._size = self._size, self._size + len(data)
        if self._spool is not None:
            self._spool.feed(data)
            return
        self._chunks.append(data)
        if (before <= INLINE < self._size and "content-length" not in self._headers) or self._size > MAX_BODY:
            self._expect_large(self._size)

    def on_message_complete(self) -> None:
        request, keep_alive = self._request, self._parser.should_keep_alive()
        request.body = self._spool if self._spool is not None else b"".join(self._chunks)
        self._begin()
        self._queue.append((request, keep_alive))

    def eof_received(self) -> bool:
        return False

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Answer what can't be parsed any further, and hang up."""
        if self._transport.is_closing():
            return
        if self._spool is not None:
            self._spool.abort()
            self._spool = None
        request = self._request or Request("GET", "/", "", self._headers)
        self._send(request, self._emulator.refuse(request, status, code, message), keep_alive=False)

    def _throttle(self, full: bool) -> None:
        """Stop reading while anyone (the spool, the queue) can't take more."""
        self._paused += 1 if full else -1
        if self._transport.is_closing():
            return
        if full and self._paused == 1:
            self._transport.pause_reading()
        elif self._paused == 0:
            self._transport.resume_reading()

    # Answering

    def _answer(self, request: Request, keep_alive: bool) -> None:
        if request.body.__class__ is bytes:
            answer = self._emulator.answer(request, self._peer)
            if answer.__class__ is Response:
                if answer.body.__class__ is Body and answer.body.in_memory:
                    answer.body = answer.body.read()
                if answer.body.__class__ is bytes:
                    self._send(request, answer, keep_alive)
                    return
        else:
            answer = None
        self._busy = self._loop.create_task(self._answer_later(request, keep_alive, answer))

    async def _answer_later(self, request: Request, keep_alive: bool, answer) -> None:
        try:
            if answer is None:
                request.body = await request.body.finish()
                answer = self._emulator.answer(request, self._peer)
            if answer.__class__ is not Response:
                answer = await answer
            if answer.body.__class__ is bytes:
                self._send(request, answer, keep_alive)
            else:
                await self._stream(request, answer, keep_alive)
        except (ConnectionError, asyncio.CancelledError):
            self.abort()
            return
        except Exception:  # too late for an error answer: a body that ends early is no whole one
            logger.exception("the answer to %s %s broke off", request.method, request.path)
            self.abort()
            return
        finally:
            drop = getattr(request.body, "drop", None)
            if drop is not None:
                drop()
        self._busy = False
        self._serve()

    def _head(self, response: Response, keep_alive: bool, length: int | None) -> str:
        """Status line and headers. Without a length the body is chunked."""
        parts = [STATUS_LINES.get(response.status) or f"HTTP/1.1 {response.status} Status\r\n"]
        parts += [
            f"{name}: {value}\r\n" for name, value in response.headers
            if len(name) != 14 or name.lower() != "content-length"  # what is sent is counted here, whatever was said
        ]  # fmt: skip
        lines = "".join(parts)
        if lines.count("\n") != len(parts):  # a line end in a value would begin a header of its own
            lines = "".join([" ".join(part.splitlines()) + "\r\n" for part in parts])
        counted = ""
        if response.status not in BODILESS:
            counted = "transfer-encoding: chunked\r\n" if length is None else f"content-length: {length}\r\n"
        return f"{lines}{self._date()}{counted}" + ("\r\n" if keep_alive else "connection: close\r\n\r\n")

    _date_cache = (0, "")

    def _date(self) -> str:
        second = int(self._emulator.runtime.clock.now())
        if HttpConnection._date_cache[0] != second:
            HttpConnection._date_cache = (second, f"date: {formatdate(second, usegmt=True)}\r\nserver: paritylab\r\n")
        return HttpConnection._date_cache[1]

    def _send(self, request: Request, response: Response, keep_alive: bool) -> None:
        body = response.body
        length = len(body)
        if request.method == "HEAD":
            named = next((value for name, value in response.headers if name.lower() == "content-length"), None)
            length = int(named) if named is not None else length
            body = b""
        head = on_the_wire(self._head(response, keep_alive, length))
        self._transport.write(head + body if body and response.status not in BODILESS else head)
        if not keep_alive:
            self._transport.close()

    async def _stream(self, request: Request, response: Response, keep_alive: bool) -> None:
        body = response.body
        try:
            size = getattr(body, "size", None)
            self._transport.write(on_the_wire(self._head(response, keep_alive, size)))
            if request.method != "HEAD":
                async for piece in _pieces(body, self._emulator.runtime):
                    self._transport.write(piece if size is not None else b"%x\r\n%b\r\n" % (len(piece), piece))
                    if self._writable is not None:
                        await self._writable
                if size is None:
                    self._transport.write(b"0\r\n\r\n")
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        if not keep_alive:
            self._transport.close()

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None


class _Refused(Exception):
    """(status, code, message): raised inside a parser callback."""


async def _pieces(body, runtime):
    """The pieces of any streamed body; reading files is left to a worker thread."""
    if hasattr(body, "__aiter__"):
        async for piece in body:
            if piece:
                yield piece
        return
    if isinstance(body, Body) and not body.in_memory:
        pieces = body.pieces()
        while (piece := await runtime.in_thread(next, pieces, None)) is not None:
            yield piece
        return
    for piece in body.pieces() if isinstance(body, Body) else body:
        if piece:
            yield piece
