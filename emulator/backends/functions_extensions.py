"""Extensions of one environment: who is registered for what, and who listens to its telemetry.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html and .../telemetry-api.html
"""

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4  # noqa: TID251 (an identifier between processes; no state hangs on it)

import orjson

PREFIX = "/2020-01-01/extension/"
TELEMETRY = ("/2022-07-01/telemetry", "/2020-08-15/logs")
EVENTS = ("INVOKE", "SHUTDOWN")
Answer = tuple[str, str, bytes]


class Extension:
    """One registered extension; ``idle`` while it waits for its next event."""

    def __init__(self, name: str, events: list[str]):
        self.name = name
        self.events = events
        self.idle = False
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()


class Extensions:
    """``function``: the name, version and handler that a registration is told; ``expected``: how many are started."""

    def __init__(self, function: dict[str, str], expected: int = 0):
        self._function = function
        self._expected = expected
        self._known: dict[str, Extension] = {}
        self._listeners: list[tuple[str, frozenset[str]]] = []  # address of whom, kinds of records
        self._tasks: set[asyncio.Task] = set()
        self._changed = asyncio.Event()

    def invoke(self, invocation, deadline: float) -> None:
        """Tell those that want to know of an invocation."""
        for each in self._known.values():
            if "INVOKE" in each.events:
                each.idle = False
                each.queue.put_nowait({
                    "eventType": "INVOKE", "deadlineMs": int(deadline * 1000), "requestId": invocation.request_id,
                    "invokedFunctionArn": invocation.arn,
                    "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace},
                })  # fmt: skip

    async def ready(self) -> None:
        """Wait until all that were started are registered, and ask for events."""
        while sum(each.idle for each in self._known.values()) < self._expected:
            self._changed.clear()
            await self._changed.wait()

    async def settled(self) -> None:
        """Wait until all that run with every invocation are done with this one."""
        while any(not each.idle for each in self._known.values() if "INVOKE" in each.events):
            self._changed.clear()
            await self._changed.wait()

    def shut_down(self, reason: str, deadline: float) -> bool:
        """Tell those that want to know that the environment ends; whether there are any."""
        found = [each for each in self._known.values() if "SHUTDOWN" in each.events]
        for each in found:
            each.queue.put_nowait(
                {"eventType": "SHUTDOWN", "shutdownReason": reason, "deadlineMs": int(deadline * 1000)}
            )
        return bool(found)

    def tell(self, kind: str, name: str, record: Any) -> None:
        """A record for those who listen; ``kind`` is platform, function or extension."""
        for address, kinds in self._listeners:
            if kind in kinds:
                moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
                body = orjson.dumps([{"time": moment, "type": name, "record": record}])
                task = asyncio.get_running_loop().create_task(_post(address, body))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if (method, path) == ("POST", f"{PREFIX}register"):
            return self._register(headers, body)
        extension = self._known.get(headers.get("lambda-extension-identifier", ""))
        if extension is None:
            return _refused("403 Forbidden", "Extension.UnknownExtensionIdentifier", "Unknown extension identifier")
        if (method, path) == ("GET", f"{PREFIX}event/next"):
            extension.idle = True
            self._changed.set()
            event = await extension.queue.get()
            return "200 OK", f"Lambda-Extension-Event-Identifier: {uuid4()}\r\n", orjson.dumps(event)
        if method == "PUT" and path in TELEMETRY:
            return self._subscribe(body)
        if method == "POST" and path in (f"{PREFIX}init/error", f"{PREFIX}exit/error"):
            extension.events, extension.idle = [], True
            self._changed.set()
            return "202 Accepted", "", b'{"status":"OK"}'
        return _refused("404 Not Found", "NotFound", f"{method} {path}")

    def _register(self, headers: dict[str, str], body: bytes) -> Answer:
        name = headers.get("lambda-extension-name", "")
        try:
            events = orjson.loads(body).get("events", [])
        except (ValueError, AttributeError):
            return _refused("400 Bad Request", "InvalidRequestFormat", "Extension name and events are needed")
        if not name or not set(events) <= set(EVENTS):
            return _refused("400 Bad Request", "Extension.InvalidEventType", f"Invalid event types {events}")
        identifier = str(uuid4())
        self._known[identifier] = Extension(name, events)
        return "200 OK", f"Lambda-Extension-Identifier: {identifier}\r\n", orjson.dumps(self._function)

    def _subscribe(self, body: bytes) -> Answer:
        try:
            given = orjson.loads(body)
            parts = urlsplit(given["destination"]["URI"])
            kinds = frozenset(given["types"])
        except (ValueError, KeyError, TypeError):
            return _refused("400 Bad Request", "ValidationError", "types and destination are needed")
        if parts.hostname not in ("sandbox", "sandbox.localdomain", "127.0.0.1", "localhost") or not parts.port:
            return _refused("400 Bad Request", "ValidationError", "URI must name this sandbox and a port")
        self._listeners.append((f"{parts.port}{parts.path or '/'}", kinds))
        return "200 OK", "", b'"OK"'


def _refused(status: str, kind: str, message: str) -> Answer:
    return status, "", orjson.dumps({"errorType": kind, "errorMessage": message})


async def _post(address: str, body: bytes) -> None:
    """Hand a body over on loopback; whoever does not take it misses it."""
    port, _, path = address.partition("/")
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
            head = f"POST /{path} HTTP/1.1\r\nHost: sandbox.localdomain\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            await writer.drain()
            await reader.read(1024)
            writer.close()
    except (OSError, TimeoutError):
        return
