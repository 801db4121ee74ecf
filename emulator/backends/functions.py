"""Functions as child processes that speak the Lambda Runtime API: one environment, one process, one loopback port.

An environment takes one invocation at a time and stays warm for the next of the same function version. Every process
leads a group of its own, so that ending it ends all that it began.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import orjson

from emulator.backends.functions_api import RuntimeApi

INIT_SECONDS = 10.0  # that an environment may take before its first invocation's own time begins
IDLE_SECONDS = 300.0  # that an environment stays warm
LIFE_SECONDS = 3000.0  # after which its credentials come to their end, and it is not used again
WARM = 32  # environments that are kept, of all functions together
TAIL = 4096  # bytes of the log that LogType Tail gives
LARGEST = 6291556  # bytes of a response
RUNTIMES = Path(__file__).parent / "functions_runtimes"


class Launch(NamedTuple):
    """What an environment is made of. ``key`` names the exact version; ``code`` is the zip's digest, for its files."""

    key: tuple
    runtime: str
    handler: str
    code: str
    variables: dict[str, str]
    memory: int  # MB


class Invocation(NamedTuple):
    """One event. ``deadline`` is epoch seconds by the machine's clock at the begin; ``timeout`` seconds."""

    request_id: str
    arn: str
    payload: bytes
    timeout: float
    version: str
    client_context: str = ""


class Outcome(NamedTuple):
    """``payload`` is the answer, or an error object when ``failed``; ``log`` the last lines that it wrote."""

    payload: bytes
    failed: bool
    log: bytes


class Unavailable(Exception):
    """This machine has nothing that runs such a function."""


def command(runtime: str, root: Path) -> list[str]:
    """What runs a runtime's functions here. Raises Unavailable.

    A version of a language that the machine lacks is stood in for by the one that it has.
    """
    if runtime.startswith("provided"):
        return [str(root / "bootstrap")]
    if runtime.startswith("python"):
        return [_python(runtime), str(RUNTIMES / "lambda_python.py")]
    if runtime.startswith("nodejs"):
        found = shutil.which("node")
        if found:
            return [found, str(RUNTIMES / "lambda_node.mjs")]
    raise Unavailable(f"The runtime {runtime} on this machine")


@cache
def _python(runtime: str) -> str:
    """The interpreter of that version, else this process's own. A launcher may stand for one that is not there."""
    if runtime == f"python{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(runtime)
    works = found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    return found if works else sys.executable


class Environment:
    """A process and its Runtime API."""

    def __init__(self, launch: Launch, root: Path, directory: Path):
        self.launch = launch
        self._root = root
        self._directory = directory
        self._log = directory / "log"
        self._loop = asyncio.get_running_loop()
        self.born = self.used = self._loop.time()
        self._exited = self._loop.create_future()
        self._api = RuntimeApi()
        self._process: subprocess.Popen | None = None

    async def start(self) -> None:
        """Begin. Raises Unavailable."""
        line = command(self.launch.runtime, self._root)
        address = await self._api.start()
        scratch = self._directory / "tmp"
        scratch.mkdir()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath), "LANG": "en_US.UTF-8", "TZ": ":UTC", "HOME": str(scratch),
            "TMPDIR": str(scratch), "LAMBDA_TASK_ROOT": str(self._root), "LAMBDA_RUNTIME_DIR": str(RUNTIMES),
            "PYTHONDONTWRITEBYTECODE": "1", **self.launch.variables, "AWS_LAMBDA_RUNTIME_API": address,
        }  # fmt: skip
        with open(self._log, "ab") as log:
            try:
                self._process = subprocess.Popen(
                    line, cwd=self._root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                    start_new_session=True,
                )  # fmt: skip
            except OSError:
                self._exited.set_result(None)
                return
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen) -> None:
        code = process.wait()
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(lambda: self._exited.done() or self._exited.set_result(code))

    @property
    def alive(self) -> bool:
        return not self._exited.done() and self._loop.time() - self.born < LIFE_SECONDS

    @property
    def usable(self) -> bool:
        """Whether it may take another event."""
        return self.alive and self._api.usable

    async def invoke(self, given: Invocation, cold: bool) -> Outcome:
        """Hand over one event and wait for its answer, its end or its time limit."""
        begun = self._loop.time()
        before = self._log.stat().st_size if not cold else 0
        if cold:
            await asyncio.wait(
                {self._api.ready, self._exited, self._api.failed}, timeout=INIT_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )  # fmt: skip
        self._write(f"START RequestId: {given.request_id} Version: {given.version}\n")
        ready = self._loop.time()
        result = self._api.offer(given)
        await asyncio.wait(
            {result, self._exited, self._api.failed}, timeout=given.timeout, return_when=asyncio.FIRST_COMPLETED
        )
        failed, payload = self._ending(given, result)
        self.used = self._loop.time()
        self._report(given, self.used - ready, ready - begun if cold else None)
        return Outcome(payload, failed, self._tail(before))

    def _ending(self, given: Invocation, result: asyncio.Future) -> tuple[bool, bytes]:
        if result.done():
            failed, payload = result.result()
            if len(payload) <= LARGEST:
                return failed, payload
            return True, _error("Function.ResponseSizeTooLarge", (
                f"Response payload size exceeded maximum allowed payload size ({LARGEST} bytes)."))  # fmt: skip
        if self._api.failed.done():
            return True, self._api.failed.result()
        words = f"RequestId: {given.request_id} Error: "
        if not self._exited.done():
            text = f"Task timed out after {given.timeout:.2f} seconds"
            self._write(f"{given.request_id} {text}\n\n")
            self.end()
            return True, _error("Sandbox.Timedout", words + text)
        code = self._exited.result()
        if code is None:
            text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
            return True, _error("Runtime.InvalidEntrypoint", words + text)
        return True, _error("Runtime.ExitError", words + _exit(code))

    def _report(self, given: Invocation, seconds: float, init: float | None) -> None:
        milliseconds = seconds * 1000
        billed = int(milliseconds + (init or 0) * 1000) + 1
        line = (
            f"END RequestId: {given.request_id}\nREPORT RequestId: {given.request_id}\t"
            f"Duration: {milliseconds:.2f} ms\tBilled Duration: {billed} ms\tMemory Size: {self.launch.memory} MB\t"
            f"Max Memory Used: {self._memory()} MB\t"
        )
        self._write(line + (f"Init Duration: {init * 1000:.2f} ms\t\n" if init is not None else "\n"))

    def _memory(self) -> int:
        """Megabytes that the process has used at most; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
            return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        except (OSError, AttributeError, StopIteration):
            return 0

    def _write(self, text: str) -> None:
        with open(self._log, "ab") as log:
            log.write(text.encode())

    def _tail(self, before: int) -> bytes:
        with open(self._log, "rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(before, size - TAIL))
            return log.read()

    def end(self) -> None:
        """Kill the process and all that it began, and remove its files."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        self.end()
        self._api.close()
        shutil.rmtree(self._directory, ignore_errors=True)


def _exit(code: int) -> str:
    if code == 0:
        return "Runtime exited without providing a reason"
    if code > 0:
        return f"Runtime exited with error: exit status {code}"
    return f"Runtime exited with error: signal: {(signal.strsignal(-code) or '').lower()}"


def _error(kind: str, message: str) -> bytes:
    return orjson.dumps({"errorType": kind, "errorMessage": message})


class Pool:
    """All environments of one emulator."""

    def __init__(self):
        self._home = tempfile.TemporaryDirectory(prefix="paritylab-functions-")
        self._codes: dict[str, Path] = {}  # unpacked, by digest
        self._warm: list[Environment] = []  # longest unused first
        self._busy: set[Environment] = set()
        self.running: Counter[str] = Counter()  # invocations under way, by what the caller counts them under
        self._number = 0
        self._sweep: asyncio.TimerHandle | None = None

    async def invoke(self, launch: Launch, given: Invocation, code: bytes) -> Outcome:
        """Run one event in a warm environment or a new one; ``code`` is the zip. Raises Unavailable."""
        usable = (each for each in reversed(self._warm) if each.launch.key == launch.key and each.alive)
        environment = next(usable, None)
        cold = environment is None
        if cold:
            environment = self._make(launch, code)
        else:
            self._warm.remove(environment)
        self._busy.add(environment)
        kept = False
        try:
            if cold:
                await environment.start()
            outcome = await environment.invoke(given, cold)
            kept = environment.usable
            return outcome
        finally:
            self._busy.discard(environment)
            self._settle(environment, kept)

    def _settle(self, environment: Environment, kept: bool) -> None:
        if not kept:
            environment.close()
            return
        self._warm.append(environment)
        if len(self._warm) > WARM:
            self._warm.pop(0).close()
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end_idle)

    def _end_idle(self) -> None:
        loop = asyncio.get_running_loop()
        for each in [each for each in self._warm if not each.alive or loop.time() - each.used >= IDLE_SECONDS]:
            self._warm.remove(each)
            each.close()
        self._sweep = loop.call_later(IDLE_SECONDS, self._end_idle) if self._warm else None

    def _make(self, launch: Launch, code: bytes) -> Environment:
        command(launch.runtime, Path())  # before anything is made
        root = self._codes.get(launch.code)
        if root is None:
            root = Path(self._home.name) / f"code-{len(self._codes)}"
            unpack(code, root)
            self._codes[launch.code] = root
        self._number += 1
        directory = Path(self._home.name) / f"environment-{self._number}"
        directory.mkdir()
        return Environment(launch, root, directory)

    def forget(self, belongs) -> None:
        """End the warm environments whose key ``belongs`` accepts: what they ran is there no more."""
        for each in [each for each in self._warm if belongs(each.launch.key)]:
            self._warm.remove(each)
            each.close()

    def close(self) -> None:
        """End everything."""
        if self._sweep is not None:
            self._sweep.cancel()
        for each in (*self._warm, *self._busy):
            each.close()
        self._warm.clear()
        self._home.cleanup()


def unpack(code: bytes, root: Path) -> None:
    """Write a zip's files below a directory; names that lead out of it are bent back by zipfile."""
    with ZipFile(BytesIO(code)) as archive:
        root.mkdir()
        for entry in archive.infolist():
            path = Path(archive.extract(entry, root))
            mode = entry.external_attr >> 16 & 0o777
            if mode and not entry.is_dir():
                path.chmod(mode | 0o444)
