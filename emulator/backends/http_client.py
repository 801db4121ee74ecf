"""HTTP/1.1 to a target on the emulator's event loop: one request, its answer streamed, or a tunnel after a 101.

Only to this machine unless told otherwise.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator

import httptools

from emulator.backends.http import is_loopback
from emulator.backends.http_messages import PIECE, Answer, Body, Headers, Unreachable, header


class _Reading:
    def __init__(self):
        self.headers: list[tuple[str, str]] = []
        self.pieces: list[bytes] = []
        self.head = self.ended = False
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes):
        self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self):
        self.head = True
        if self.parser.get_status_code() == 100:  # the real answer follows
            self.head, self.headers = False, []

    def on_body(self, body: bytes):
        self.pieces.append(body)

    def on_message_complete(self):
        self.ended = self.head


def trusting(protocols: tuple[str, ...]) -> ssl.SSLContext:
    """TLS to targets: load balancers do not check what certificates their targets show."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


async def connect(host: str, port: int, timeout: float, anywhere: bool, secure: bool = False,
                  protocols: tuple[str, ...] = (), local: str | None = None):  # fmt: skip
    """A connection as (reader, writer). ``local``: the address that it comes from. Raises Unreachable."""
    try:
        if not (anywhere or is_loopback(host, port)):
            raise Unreachable(f"{host} is not on this machine; start the emulator with --outbound to reach it")
        return await asyncio.wait_for(asyncio.open_connection(
            host, port, ssl=trusting(protocols) if secure else None, local_addr=(local, 0) if local else None), timeout)
    except TimeoutError:
        raise Unreachable(f"{host}:{port} did not accept in time", timed_out=True) from None
    except OSError as error:
        raise Unreachable(f"{host}:{port} cannot be reached: {error}") from None


async def fetch(method: str, target: str, headers: Headers, body: bytes, host: str, port: int, *, timeout: float,
                anywhere: bool = False, secure: bool = False) -> Answer:  # fmt: skip
    """Ask once. Raises Unreachable: refused, cut off before its answer, or slower than ``timeout`` seconds."""
    reader, writer = await connect(host, port, timeout, anywhere, secure)
    reading = _Reading()
    lines = [f"{method} {target} HTTP/1.1", *(header(name, value) for name, value in headers)]
    try:
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        await writer.drain()
        rest = await asyncio.wait_for(_head(reader, reading), timeout)
    except TimeoutError:
        writer.close()
        raise Unreachable(f"{host}:{port} did not answer in time", timed_out=True) from None
    except (OSError, httptools.HttpParserError) as error:
        writer.close()
        raise Unreachable(f"{host}:{port} broke off: {error}") from None
    except BaseException:  # nobody waits for it any more
        writer.close()
        raise
    status = reading.parser.get_status_code()
    if status == 101:
        if rest:
            reader.feed_data(rest)
        return Answer(status, tuple(reading.headers), _nothing(), (reader, writer))
    ends = reading.ended or method == "HEAD" or status in (204, 304)
    body = Body(_body(reader, reading, ends), lambda: _end(writer))
    return Answer(status, tuple(reading.headers), body)


async def _head(reader: asyncio.StreamReader, reading: _Reading) -> bytes:
    """Read up to the end of the head; what came after it, for a tunnel."""
    while not reading.head:
        data = await reader.read(PIECE)
        if not data:
            raise OSError("it closed the connection without an answer")
        try:
            reading.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return data[upgrade.args[0]:]
    return b""


async def _body(reader, reading: _Reading, ended: bool) -> AsyncGenerator[bytes, None]:
    while True:
        pieces, reading.pieces = reading.pieces, []
        for piece in pieces:
            yield piece
        if ended or reading.ended:
            return
        data = await reader.read(PIECE)
        if not data:
            return
        reading.parser.feed_data(data)


def _end(writer) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):
        writer.close()


async def _nothing() -> AsyncGenerator[bytes, None]:
    return
    yield b""


async def read(answer: Answer) -> bytes:
    """The whole body of an answer, which is closed."""
    async with contextlib.aclosing(answer.body) as body:
        return b"".join([piece async for piece in body])
