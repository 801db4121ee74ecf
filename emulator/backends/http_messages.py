"""Requests and answers of data planes that listen on ports of their own, whatever version of HTTP carries them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol

LARGEST_HEAD, LARGEST_BODY = 65536, 128 * 2**20  # bytes
PIECE = 65536  # bytes that are read at once
Headers = tuple[tuple[str, str], ...]
#: Headers of one connection, which go no further.
HOP = frozenset(("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"))


class Request(NamedTuple):
    """``target`` as it stood in the request line; ``tls`` is the connection's Secured, None without TLS.

    ``more`` is the body of a request that is handed on before it has ended (gRPC); ``body`` is empty then.
    """

    method: str
    target: str
    version: str
    headers: Headers
    body: bytes
    client: tuple[str, int]
    tls: Any = None
    trace: str = "-"  # of its connection
    more: AsyncIterator[bytes] | None = None

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name), None)

    @property
    def grpc(self) -> bool:
        return (self.header("content-type") or "").startswith("application/grpc")


class Pieces(Protocol):
    """A body that comes piece by piece, as an asynchronous generator does. Whoever has it closes it, walked or not."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


class Body:
    """``end`` lets go of what the pieces come from. A generator by itself can't: closed before it began, it does
    nothing.
    """

    def __init__(self, pieces: AsyncGenerator[bytes, None], end: Callable[[], None]):
        self._pieces, self._end = pieces, end

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        try:
            await self._pieces.aclose()
        finally:
            self._end()


class Response(NamedTuple):
    """``body`` is bytes or pieces of them. ``tunnel`` goes on with raw bytes both ways after the head (101).

    ``trailers`` are known once the body has been walked; HTTP/2 carries them. ``last``: the connection ends with it.
    """

    status: int
    headers: Headers = ()
    body: bytes | Pieces = b""
    tunnel: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    trailers: Sequence[tuple[str, str]] = ()
    last: bool = False


Handler = Callable[[Request], Awaitable[Response]]


@contextlib.asynccontextmanager
async def closing(response: Response):
    """Let go of what an answer's body comes from, whatever becomes of the answer."""
    try:
        yield
    finally:
        if not isinstance(response.body, bytes):
            await response.body.aclose()


class Entered(NamedTuple):
    """A connection that has come in: how it is read and written, whose it is, and by which id logs call it."""

    reader: Any
    writer: Any
    client: tuple[str, int]
    tls: Any = None
    trace: str = "-"


class Times(NamedTuple):
    """Of a server's connections, in seconds: how long one may be idle, and after how long no request may follow."""

    idle: float = 60.0
    lasting: float = 3600.0


class Unreachable(Exception):
    """No target answered: ``timed_out`` tells whether it was too slow."""

    def __init__(self, why: str, timed_out: bool = False):
        super().__init__(why)
        self.timed_out = timed_out


class Answer(NamedTuple):
    """A target's. ``body`` must be closed. ``tunnel`` is the connection after a 101."""

    status: int
    headers: Headers
    body: Pieces
    tunnel: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    trailers: Sequence[tuple[str, str]] = ()


def bodiless(method: str, status: int) -> bool:
    """Whether an answer has no body, whatever its headers say."""
    return method == "HEAD" or status < 200 or status in (204, 304)


def header(name: str, value: str) -> str:
    """A line of a head; a value can't begin another one."""
    return f"{name}: {value}".replace("\r", " ").replace("\n", " ")
