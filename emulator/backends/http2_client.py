"""HTTP/2 to a target on the emulator's event loop: one request on a connection of its own, both bodies streamed.

Without TLS the target is known to speak it ("prior knowledge"); with TLS it is asked to.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from h2.exceptions import ProtocolError

from emulator.backends.http2 import Broken, Connection, allowed, pieces
from emulator.backends.http_client import connect
from emulator.backends.http_messages import Answer, Body, Headers, Unreachable


async def fetch(method: str, target: str, headers: Headers, body: bytes | AsyncIterator[bytes], host: str, port: int, *,
                timeout: float, anywhere: bool = False, secure: bool = False) -> Answer:
    """Ask once, as ``http_client.fetch`` does. Raises Unreachable."""
    reader, writer = await connect(host, port, timeout, anywhere, secure, ("h2",))
    connection = Connection(reader, writer)
    stream = connection.open()
    authority = next((value for name, value in headers if name.lower() == "host"), f"{host}:{port}")
    head = ((":method", method), (":scheme", "https" if secure else "http"), (":authority", authority),
            (":path", target), *allowed(headers))
    content = body if not isinstance(body, bytes) else pieces(body) if body else None
    tasks = [asyncio.create_task(_quietly(work)) for work in (
        connection.run(), connection.send(stream.id, head, content))]
    try:
        found = await asyncio.wait_for(asyncio.shield(stream.head), timeout)
    except (TimeoutError, Broken) as error:
        _end(tasks, writer)
        raise Unreachable(f"{host}:{port} broke off: {error}", timed_out=isinstance(error, TimeoutError)) from None
    except BaseException:  # nobody waits for it any more
        _end(tasks, writer)
        raise
    status = int(next(value for name, value in found if name == ":status"))
    told = tuple((name, value) for name, value in found if not name.startswith(":"))
    return Answer(status, told, Body(stream.body(), lambda: _end(tasks, writer)), trailers=stream.trailers)


async def _quietly(work) -> None:
    """What breaks is told by the stream."""
    with contextlib.suppress(ProtocolError, Broken, OSError):
        await work


def _end(tasks: list[asyncio.Task], writer) -> None:
    for task in tasks:
        task.cancel()
    with contextlib.suppress(ConnectionError, RuntimeError):
        writer.close()
