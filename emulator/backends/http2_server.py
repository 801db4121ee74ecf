"""HTTP/2 at a server: each stream is a request, answered in a task of its own.

The calls of gRPC are handed on while their bodies still come, all other requests whole.
"""

import asyncio
import re
from collections.abc import AsyncIterator

from h2.exceptions import ProtocolError

from emulator.backends.http2 import Broken, Connection, Stream, allowed, pieces
from emulator.backends.http_messages import (
    LARGEST_BODY,
    Entered,
    Handler,
    Headers,
    Request,
    Response,
    Times,
    bodiless,
    closing,
)

NAME, VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+"), re.compile(r"[^\0\r\n]*")
PSEUDO = {":method": re.compile("[A-Z-]+"), ":path": re.compile(r"[\x21-\x7e\x80-\xff]+"), ":authority": VALUE,
          ":scheme": VALUE}  # fmt: skip


async def converse(entered: Entered, answer: Handler, times: Times) -> None:
    """Serve a connection until it ends, or has been idle or there for too long."""
    tasks: set[asyncio.Task] = set()

    def opened(stream: Stream) -> None:
        task = asyncio.create_task(_respond(connection, stream, entered, answer))
        stream.gone = task.cancel
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    connection = Connection(entered.reader, entered.writer, opened, times.lasting)
    try:
        await connection.run(times.idle)
    finally:
        for task in tasks:
            task.cancel()


async def _respond(connection: Connection, stream: Stream, entered: Entered, answer: Handler) -> None:
    failed = True
    try:
        request = await _request(stream, entered)
        response = request if isinstance(request, Response) else await answer(request)
        head, body = _message(request, response)
        async with closing(response):
            await connection.send(stream.id, head, body, response.trailers)
        failed = False
    except (ProtocolError, Broken, OSError):
        pass  # the client gave the stream up, or the target broke off
    finally:
        await connection.finish(stream, failed)


async def _request(stream: Stream, entered: Entered) -> Request | Response:
    """A stream as a request, or what is said to one that is ill-formed or too large."""
    head = stream.head.result()
    if not all(_well_formed(name, value) for name, value in head):
        return Response(400)
    pseudo = {name: value for name, value in head if name.startswith(":")}
    headers = [(name, value) for name, value in head if not name.startswith(":") and name not in ("cookie", "host")]
    host = pseudo.get(":authority") or next((value for name, value in head if name == "host"), "")
    headers.insert(0, ("host", host))
    if crumbs := [value for name, value in head if name == "cookie"]:  # each may come in a field of its own
        headers.append(("cookie", "; ".join(crumbs)))
    request = Request(pseudo[":method"], pseudo.get(":path", "*"), "HTTP/2.0", tuple(headers), b"",
                      entered.client, entered.tls, entered.trace)
    if request.grpc:
        return request._replace(more=stream.body())
    parts, size = [], 0
    async for piece in stream.body():
        size += len(piece)
        if size > LARGEST_BODY:
            return Response(413)
        parts.append(piece)
    return request._replace(body=b"".join(parts))


def _well_formed(name: str, value: str) -> bool:
    """Whether a field could stand in a head of HTTP/1.1, where a line's end or a blank would begin something else."""
    pattern = PSEUDO.get(name) or VALUE
    return bool((name in PSEUDO or NAME.fullmatch(name)) and pattern.fullmatch(value))


def _message(request: Request | Response, response: Response) -> tuple[Headers, AsyncIterator[bytes] | None]:
    """The head of an answer, and its body."""
    head = ((":status", str(response.status)), *allowed(response.headers))
    if isinstance(request, Request) and bodiless(request.method, response.status):
        return head, None if isinstance(response.body, bytes) else _unsaid(response.body)
    if not isinstance(response.body, bytes):
        return head, response.body
    if not any(name == "content-length" for name, _ in head):
        head += (("content-length", str(len(response.body))),)
    return head, pieces(response.body) if response.body else None


async def _unsaid(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A body that no client wants, walked to its end: trailers follow it."""
    async for _ in body:
        pass
    return
    yield b""
