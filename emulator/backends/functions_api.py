"""The Lambda Runtime API of one environment, as a small HTTP server on a loopback port of its own.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import time
from contextlib import suppress

PREFIX = "/2018-06-01/runtime/"
LINES = 64 * 1024  # bytes of a request's head
BODY = 8 * 1024 * 1024  # bytes of a request's body that are kept; larger answers are refused by their size anyway


class RuntimeApi:
    """Hands one event at a time to whoever asks for the next, and takes its answer.

    ``ready`` is done at the first question for an event; ``failed`` when the function could not be initialized, with
    the error object.
    """

    def __init__(self):
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future = loop.create_future()
        self.failed: asyncio.Future = loop.create_future()
        self._loop = loop
        self._event = loop.create_future()  # the next invocation
        self._result: asyncio.Future | None = None
        self._request_id = ""
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()

    @property
    def usable(self) -> bool:
        return not self.failed.done() and (self._result is None or self._result.done())

    async def start(self) -> str:
        """Listen; returns the address, host:port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LINES)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def offer(self, invocation) -> asyncio.Future:
        """Give an event to who asks next; the future returned gets (whether it failed, payload)."""
        self._result = self._loop.create_future()
        self._request_id = invocation.request_id
        if not self._event.done():  # it is when the environment was closed in the meantime
            deadline = time.time() + invocation.timeout  # noqa: TID251 (the clock of the function's process)
            self._event.set_result((invocation, deadline))
        return self._result

    def close(self) -> None:
        self._event.cancel()
        if self._server is not None:
            self._server.close()
        for each in self._connections:
            each.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while True:
                line, headers, body = await _read(reader)
                method, path, _ = line.split(" ", 2)
                status, more, answer = await self._answer(method, path, headers, body)
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n{more}"
                writer.write(head.encode() + b"\r\n" + answer)
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # whoever spoke is gone, or speaks no HTTP
        finally:
            self._connections.discard(writer)
            with suppress(RuntimeError):  # the loop is closed
                writer.close()

    async def _answer(self, method: str, path: str, headers: dict, body: bytes) -> tuple[str, str, bytes]:
        rest = path.removeprefix(PREFIX)
        if (method, rest) == ("GET", "invocation/next"):
            if not self.ready.done():
                self.ready.set_result(None)
            invocation, deadline = await asyncio.shield(self._event)
            self._event = self._loop.create_future()
            return "200 OK", _headers(invocation, deadline), invocation.payload
        if (method, rest) == ("POST", "init/error"):
            if not self.failed.done():
                self.failed.set_result(body)
            return "202 Accepted", "", b'{"status":"OK"}'
        kind = rest.removeprefix(f"invocation/{self._request_id}/")
        if method != "POST" or kind not in ("response", "error") or not self._request_id:
            return "400 Bad Request", "", b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}'
        if self._result is not None and not self._result.done():
            self._result.set_result((kind == "error", body))
        return "202 Accepted", "", b'{"status":"OK"}'


def _headers(invocation, deadline: float) -> str:
    given = {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id, "Lambda-Runtime-Deadline-Ms": int(deadline * 1000),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
    }  # fmt: skip
    if invocation.client_context:
        given["Lambda-Runtime-Client-Context"] = invocation.client_context
    return "".join(f"{name}: {value}\r\n" for name, value in given.items())


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """One request: its first line, its headers in lower case, its body."""
    line, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in rest) if name}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return line, headers, await _chunks(reader)
    return line, headers, await _some(reader, int(headers.get("content-length", 0)))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await _some(reader, size))
        await reader.readline()
    while (await reader.readline()).strip():
        pass
    return b"".join(parts)


async def _some(reader: asyncio.StreamReader, size: int) -> bytes:
    if size > BODY:  # told by its size alone: nobody reads it
        while size > 0 and (part := await reader.read(min(size, LINES))):
            size -= len(part)
        return bytes(BODY)
    return await reader.readexactly(size)
