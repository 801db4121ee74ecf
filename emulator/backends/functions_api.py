"""What an environment's processes ask: the Runtime, Extensions and Telemetry APIs, on a loopback port of their own.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, .../runtimes-extensions-api.html, .../telemetry-api.html
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import orjson

from emulator.backends.functions_extensions import Extensions

RUNTIME = "/2018-06-01/runtime/"
LINES = 64 * 1024  # bytes of a request's head
BODY = 8 * 1024 * 1024  # bytes of a request's body that are kept; larger answers are refused by their size anyway
STREAMED = 200 * 1024 * 1024  # bytes of a streamed response, at most
Sink = Callable[[str, bytes], None]  # takes the content type of a streamed response, and a piece of it
ACCEPTED = "202 Accepted", "", b'{"status":"OK"}'


class Exchange:
    """One invocation on its way: ``result`` gets (whether it failed, payload).

    The payload of a streamed response is empty when ``sink`` takes its pieces as they come, each with the content type
    that the function gave the whole.
    """

    def __init__(self, request_id: str, result: asyncio.Future, sink: Sink | None):
        self.request_id = request_id
        self.result = result
        self.sink = sink
        self.content_type = ""
        self.streamed = False


class RuntimeApi:
    """Hands one event at a time to whoever asks for the next, and takes its answer.

    ``ready`` is done at the first question for an event; ``failed`` when the function could not be initialized, with
    the error object.
    """

    def __init__(self, function: dict[str, str], extensions: int = 0):
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future = loop.create_future()
        self.failed: asyncio.Future = loop.create_future()
        self.extensions = Extensions(function, extensions)
        self._loop = loop
        self._event = loop.create_future()  # the next invocation
        self._exchange: Exchange | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def usable(self) -> bool:
        return not self.failed.done() and (self._exchange is None or self._exchange.result.done())

    async def start(self) -> str:
        """Listen; returns the address, host:port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LINES)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def offer(self, invocation, sink: Sink | None = None) -> Exchange:
        """Give an event to who asks next."""
        self._exchange = Exchange(invocation.request_id, self._loop.create_future(), sink)
        if not self._event.done():  # it is when the environment was closed in the meantime
            deadline = time.time() + invocation.timeout  # noqa: TID251 (the clock of the function's process)
            self._event.set_result((invocation, deadline))
            self.extensions.invoke(invocation, deadline)
        return self._exchange

    def close(self) -> None:
        self._event.cancel()
        self.extensions.close()
        if self._server is not None:
            self._server.close()
        for each in self._connections:
            each.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while True:
                line, headers = await _head(reader)
                method, path, _ = line.split(" ", 2)
                exchange = self._answered(method, path)
                if exchange is not None and headers.get("lambda-runtime-function-response-mode") == "streaming":
                    status, more, answer = await self._stream(exchange, reader, headers)
                else:
                    status, more, answer = await self._answer(method, path, headers, await _body(reader, headers))
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n{more}"
                writer.write(head.encode() + b"\r\n" + answer)
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # whoever spoke is gone, or speaks no HTTP
        finally:
            self._connections.discard(writer)
            with suppress(RuntimeError):  # the loop is closed
                writer.close()

    def _answered(self, method: str, path: str) -> Exchange | None:
        """The invocation that a request responds to."""
        exchange = self._exchange
        if exchange is None or method != "POST" or path != f"{RUNTIME}invocation/{exchange.request_id}/response":
            return None
        return exchange

    async def _stream(self, exchange: Exchange, reader: asyncio.StreamReader, headers: dict) -> tuple[str, str, bytes]:
        """A response that comes piece by piece; its trailers tell of an error midway."""
        exchange.streamed, exchange.content_type = True, headers.get("content-type", "")
        kept, size = [], 0
        chunks = _chunks(reader, trailers := {})
        async for piece in chunks:
            size += len(piece)
            if size > STREAMED or exchange.result.done():
                continue
            if exchange.sink is None:
                kept.append(piece)
            else:
                exchange.sink(exchange.content_type, piece)
        kind = trailers.get("lambda-runtime-function-error-type", "")
        if not exchange.result.done():
            exchange.result.set_result((bool(kind), _decoded(trailers) if kind else b"".join(kept)))
        return ACCEPTED

    async def _answer(self, method: str, path: str, headers: dict, body: bytes) -> tuple[str, str, bytes]:
        if not path.startswith(RUNTIME):
            return await self.extensions.answer(method, path, headers, body)
        rest = path.removeprefix(RUNTIME)
        if (method, rest) == ("GET", "invocation/next"):
            if not self.ready.done():
                self.ready.set_result(None)
            invocation, deadline = await asyncio.shield(self._event)
            self._event = self._loop.create_future()
            return "200 OK", _headers(invocation, deadline), invocation.payload
        if (method, rest) == ("POST", "init/error"):
            if not self.failed.done():
                self.failed.set_result(body)
            return ACCEPTED
        exchange = self._exchange
        kind = rest.removeprefix(f"invocation/{exchange.request_id}/") if exchange is not None else ""
        if method != "POST" or kind not in ("response", "error"):
            return "400 Bad Request", "", b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}'
        if not exchange.result.done():
            exchange.content_type = headers.get("content-type", "")
            exchange.result.set_result((kind == "error", body))
        return ACCEPTED


def _decoded(trailers: dict[str, str]) -> bytes:
    """The error object that a stream's trailers carry."""
    from base64 import b64decode

    try:
        return b64decode(trailers.get("lambda-runtime-function-error-body", ""))
    except ValueError:
        return orjson.dumps({"errorType": trailers["lambda-runtime-function-error-type"], "errorMessage": ""})


def _headers(invocation, deadline: float) -> str:
    given = {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id, "Lambda-Runtime-Deadline-Ms": int(deadline * 1000),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
    }  # fmt: skip
    if invocation.client_context:
        given["Lambda-Runtime-Client-Context"] = invocation.client_context
    if invocation.trace:
        given["Lambda-Runtime-Trace-Id"] = invocation.trace
    return "".join(f"{name}: {value}\r\n" for name, value in given.items())


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """The first line of a request, and its headers in lower case."""
    line, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    return line, _fields(rest)


def _fields(lines: list[str]) -> dict[str, str]:
    return {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in lines) if name}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return b"".join([piece async for piece in _chunks(reader, {})])
    return await _some(reader, int(headers.get("content-length", 0)))


async def _chunks(reader: asyncio.StreamReader, trailers: dict[str, str]):
    """The pieces of a chunked body; the trailers behind it are put into ``trailers``."""
    while size := int((await reader.readline()).split(b";")[0], 16):
        yield await _some(reader, size)
        await reader.readline()
    lines = []
    while line := (await reader.readline()).decode("latin-1").strip():
        lines.append(line)
    trailers.update(_fields(lines))


async def _some(reader: asyncio.StreamReader, size: int) -> bytes:
    if size > BODY:  # told by its size alone: nobody reads it
        while size > 0 and (part := await reader.read(min(size, LINES))):
            size -= len(part)
        return bytes(BODY)
    return await reader.readexactly(size)
