"""TCP servers on the emulator's event loop, for data planes that listen on ports of their own."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from emulator.backends.http_messages import PIECE, Entered

logger = logging.getLogger("emulator.listening")

Enter = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Entered]]


async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Entered:
    """A connection as it came."""
    return Entered(reader, writer, writer.get_extra_info("peername")[:2])


class Listening:
    """A server until it is closed: each connection enters (by TLS, say) and is conversed with, in a task of its own."""

    def __init__(self, converse: Callable[[Entered], Awaitable[None]], enter: Enter = plain):
        self._converse, self._enter = converse, enter
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task] = set()

    async def start(self, host: str, port: int) -> int:
        """Begin to listen; the port, where 0 was asked for. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port)
        return self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for each in self._connections:
            each.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, ending = asyncio.current_task(), writer
        self._connections.add(task)
        try:
            entered = await self._enter(reader, writer)
            ending = entered.writer
            await self._converse(entered)
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):
            pass  # the client went away, or the server closes
        finally:
            self._connections.discard(task)
            with contextlib.suppress(OSError, RuntimeError):
                ending.close()


async def pipe(one: tuple, other: tuple, first: bytes = b"", idle: float | None = None) -> None:
    """Carry bytes both ways between two (reader, writer) pairs until both have ended; ``first`` goes to the other.

    Raises TimeoutError when nothing has come from either for ``idle`` seconds.
    """
    if first:
        other[1].write(first)
    loop = asyncio.get_running_loop()

    async def carry(reader, writer, limit):
        with contextlib.suppress(OSError):
            while data := await reader.read(PIECE):
                if idle is not None:
                    limit.reschedule(loop.time() + idle)
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()

    try:
        async with asyncio.timeout(idle) as limit:
            await asyncio.gather(carry(one[0], other[1], limit), carry(other[0], one[1], limit))
    finally:
        for _, writer in (one, other):
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()
