"""HTTP/2 at a server: each stream is a request, answered in a task of its own.

The calls of gRPC are handed on while their bodies still come, all other requests whole.
"""

import asyncio
from collections.abc import AsyncIterator

from h2.exceptions import ProtocolError

from emulator.backends.http2 import Broken, Connection, Stream, allowed, pieces
from emulator.backends.http_messages import LARGEST_BODY, Entered, Handler, Headers, Request, Response, bodiless


async def converse(entered: Entered, answer: Handler, idle: float) -> None:
    """Serve a connection until it ends, or is idle for so many seconds."""
    tasks: set[asyncio.Task] = set()

    def opened(stream: Stream) -> None:
        task = asyncio.create_task(_respond(connection, stream, entered, answer))
        stream.gone = task.cancel
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    connection = Connection(entered.reader, entered.writer, opened)
    try:
        await connection.run(idle)
    finally:
        for task in tasks:
            task.cancel()


async def _respond(connection: Connection, stream: Stream, entered: Entered, answer: Handler) -> None:
    failed = True
    try:
        request = await _request(stream, entered)
        response = Response(413) if request is None else await answer(request)
        await connection.send(stream.id, *_message(request, response), response.trailers)
        failed = False
    except (ProtocolError, Broken, OSError):
        pass  # the client gave the stream up, or the target broke off
    finally:
        await connection.finish(stream, failed)


async def _request(stream: Stream, entered: Entered) -> Request | None:
    """A stream as a request; None for one whose body is too large."""
    head = stream.head.result()
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
            return None
        parts.append(piece)
    return request._replace(body=b"".join(parts))


def _message(request: Request | None, response: Response) -> tuple[Headers, AsyncIterator[bytes] | None]:
    """The head of an answer, and its body."""
    head = ((":status", str(response.status)), *allowed(response.headers))
    if request is not None and bodiless(request.method, response.status):
        return head, None
    if not isinstance(response.body, bytes):
        return head, response.body
    if not any(name == "content-length" for name, _ in head):
        head += (("content-length", str(len(response.body))),)
    return head, pieces(response.body) if response.body else None
