"""One environment: a process that runs a function's events one by one, its limits and its log.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import asyncio
import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import orjson

from emulator.backends import functions_log
from emulator.backends.functions_api import RuntimeApi, Sink
from emulator.backends.functions_container import Container
from emulator.backends.functions_launch import Ended, Launch
from emulator.backends.functions_process import Process
from emulator.backends.functions_runtimes import sandbox

INIT_SECONDS = 10.0  # that an environment may take before its first invocation's own time begins
LIFE_SECONDS = 3000.0  # after which it is not used again; credentials of a role come to their end soon afterwards
SHUTDOWN_SECONDS = 2.0  # that extensions get to end
TAIL = 4096  # bytes of the log that LogType Tail gives
LARGEST = 6291556  # bytes of a response


class Invocation(NamedTuple):
    """One event; ``timeout`` in seconds. ``trace`` is an X-Ray trace header."""

    request_id: str
    arn: str
    payload: bytes
    timeout: float
    version: str
    client_context: str = ""
    trace: str = ""


class Outcome(NamedTuple):
    """``payload`` is the answer, or an error object when ``failed``; ``log`` the last lines that it wrote.

    ``lines`` are all that it wrote, ``stream`` the log stream that they belong to; ``content_type`` is what a streamed
    response said of itself, and ``streamed`` whether it was one; ``duration`` is in milliseconds.
    """

    payload: bytes
    failed: bool
    log: bytes
    lines: list[str] = []
    stream: str = ""
    content_type: str = ""
    streamed: bool = False
    duration: float = 0.0


class Environment:
    """What carries a function (a process or a container), and its Runtime API."""

    def __init__(self, launch: Launch, carrier: Process | Container, directory: Path):
        self.launch = launch
        self._carrier = carrier
        self._directory = directory
        self._log = directory / "log"
        self._loop = asyncio.get_running_loop()
        self.born = self.used = self._loop.time()
        self._exited = self._loop.create_future()
        variables = launch.variables
        self._api = RuntimeApi({
            "functionName": variables["AWS_LAMBDA_FUNCTION_NAME"], "handler": launch.handler,
            "functionVersion": variables["AWS_LAMBDA_FUNCTION_VERSION"],
        }, carrier.extensions)  # fmt: skip
        self.retired = False  # takes no event any more
        self._written = 0  # bytes of the log that have been told
        self._init: float | None = None  # seconds that initialization took
        self._words = functions_log.words(launch)

    async def start(self) -> None:
        """Begin. Raises Unavailable, and Ended when it was closed before."""
        address = await self._api.start()
        if self._exited.done():
            raise Ended
        await self._carrier.start(address, self._log, self._ended)

    def _ended(self, code: int) -> None:
        """The function is gone; told from any thread."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(lambda: self._exited.done() or self._exited.set_result(code))

    @property
    def alive(self) -> bool:
        lasting = self.launch.ready and "AWS_SESSION_TOKEN" not in self.launch.variables
        return not self._exited.done() and (lasting or self._loop.time() - self.born < LIFE_SECONDS)

    @property
    def begun(self) -> bool:
        """Whether its initialization is over."""
        return self._init is not None

    @property
    def usable(self) -> bool:
        """Whether it may take another event."""
        return self.alive and self._api.usable and not self.retired

    async def initialized(self) -> None:
        """Wait until it, and its extensions, ask for events, or cannot."""
        begun = self._loop.time()
        await self._until(self._api.ready, INIT_SECONDS)
        if self._api.ready.done():
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, begun + INIT_SECONDS - self._loop.time())):
                    await self._api.extensions.ready()
        self._init = self._loop.time() - begun

    async def _until(self, done: asyncio.Future, seconds: float) -> None:
        watch = self._carrier.watch
        if watch is not None:
            watch.begin()
        try:
            await asyncio.wait(
                {done, self._exited, self._api.failed}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            if watch is not None:
                watch.end()

    @property
    def _exceeded(self) -> bool:
        return self._carrier.watch is not None and self._carrier.watch.exceeded

    async def invoke(self, given: Invocation, cold: bool, sink: Sink | None = None) -> Outcome:
        """Hand over one event and wait for its answer, its end or its time limit."""
        before = self._written
        self._write(self._words.start(given))
        ready = self._loop.time()
        exchange = self._api.offer(given, sink)
        self._tell("platform.start", {"requestId": given.request_id, "version": given.version})
        await self._until(exchange.result, given.timeout)
        failed, payload, status = self._ending(given, exchange)
        if not self._exited.done() and not status:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, ready + given.timeout - self._loop.time())):
                    await self._api.extensions.settled()
        self.used = self._loop.time()
        await self._carrier.logged()
        self._report(given, self.used - ready, self._init if cold else None, status, failed)
        tail, lines = self._told(before)
        if cold:
            lines.insert(0, self._words.init())
        stream = self.launch.variables["AWS_LAMBDA_LOG_STREAM_NAME"]
        return Outcome(payload, failed, tail, lines, stream, exchange.content_type, exchange.streamed,
                       (self.used - ready) * 1000)  # fmt: skip

    def _ending(self, given: Invocation, exchange) -> tuple[bool, bytes, dict[str, str]]:
        """Whether it failed, the payload, and what the report says when the environment itself failed."""
        if exchange.result.done():
            failed, payload = exchange.result.result()
            if len(payload) <= LARGEST or exchange.streamed:
                return failed, payload, {}
            return True, _error("Function.ResponseSizeTooLarge", (
                f"Response payload size exceeded maximum allowed payload size ({LARGEST} bytes).")), {}  # fmt: skip
        if self._api.failed.done():
            return True, self._api.failed.result(), {}
        begin = f"RequestId: {given.request_id} Error: "
        if not self._exited.done() and not self._exceeded:
            text = f"Task timed out after {given.timeout:.2f} seconds"
            self._write(self._words.timeout(given, text))
            self.end()
            return True, _error("Sandbox.Timedout", begin + text), {"Status": "timeout"}
        kind, text = self._exit()
        self._write(self._words.exit(given, kind, text))
        return True, _error(kind, begin + text), {"Status": "error", "Error Type": kind}

    def _exit(self) -> tuple[str, str]:
        """Why the process ended: AWS's error type, and the message."""
        if self._exceeded:
            return "Runtime.OutOfMemory", "Runtime exited with error: signal: killed"
        code = self._exited.result()
        if code == sandbox.MISSING:
            return "Runtime.InvalidEntrypoint", self._carrier.no_entry
        if code == 0:
            return "Runtime.ExitError", "Runtime exited without providing a reason"
        if code > 0:
            return "Runtime.ExitError", f"Runtime exited with error: exit status {code}"
        return "Runtime.ExitError", f"Runtime exited with error: signal: {(signal.strsignal(-code) or '').lower()}"

    def _report(self, given: Invocation, seconds: float, init: float | None, status: dict, failed: bool) -> None:
        report = functions_log.Report(
            seconds * 1000, None if init is None else init * 1000, self.launch.memory,
            self._carrier.watch.peak if self._carrier.watch else 0, status,
        )  # fmt: skip
        self._write(self._words.report(given, report))
        outcome = status.get("Status") or ("error" if failed else "success")
        metrics = functions_log.metrics(report)
        self._tell("platform.runtimeDone", {"requestId": given.request_id, "status": outcome})
        self._tell("platform.report", {"requestId": given.request_id, "status": outcome, "metrics": metrics})

    def _tell(self, name: str, record: dict) -> None:
        self._api.extensions.tell("platform", name, record)

    def _write(self, text: str) -> None:
        with open(self._log, "ab") as log:
            log.write(text.encode())

    def _told(self, before: int) -> tuple[bytes, list[str]]:
        """The end of the log, and the lines since ``before``; a line's own breaks are carriage returns."""
        with open(self._log, "rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(before if before <= size else 0)  # the log was cut in the meantime
            written = log.read()
        self._written = size
        text = written.decode("utf-8", "replace")
        lines = [each.replace("\r", "\n") for each in text.split("\n") if each.strip()]
        for each in lines:
            if not functions_log.own(each):
                self._api.extensions.tell("function", "function", each)
        return written.replace(b"\r", b"\n")[-TAIL:], lines

    def end(self) -> None:
        """Kill the function and all that it began."""
        self._carrier.end()

    def close(self) -> None:
        """End, after extensions have had their time, and remove the files."""
        deadline = time.time() + SHUTDOWN_SECONDS  # noqa: TID251 (the clock of the function's processes)
        if not self._exited.done() and self._api.extensions.shut_down("spindown", deadline):
            self._loop.call_later(SHUTDOWN_SECONDS, self.close_at_once)
        else:
            self.close_at_once()

    def close_at_once(self) -> None:
        self.end()
        self._ended(-signal.SIGKILL)  # also one that has not begun
        self._api.close()
        shutil.rmtree(self._directory, ignore_errors=True)


def _error(kind: str, message: str) -> bytes:
    return orjson.dumps({"errorType": kind, "errorMessage": message})
