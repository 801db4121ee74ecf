"""The endpoint under test: somebody's, or an emulator that the lab starts, resets between cassettes and stops."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from lab.errors import LabError
from lab.replayer.transport import Transport

#: Seconds that an emulator may take to print ``Ready.``
START_LIMIT = 20.0

#: A request that is not answered after so many seconds waits for time to pass (a long poll): the clock then runs ahead.
PATIENCE = 0.15


class Endpoint:
    """An endpoint that the lab does not own: no reset, no clock; cassettes are kept apart by account and names."""

    own = False

    def __init__(self, url: str):
        self.url = url.rstrip("/")

    def transport(self) -> Transport:
        return Transport(self.url)

    def fresh(self) -> None:
        """Forget the state of the cassette before, where that can be done."""

    def place(self, moment: float) -> None:
        """Stand at a moment (epoch seconds), where the clock can be set."""

    def advance(self, seconds: float) -> None:
        """Let time pass: here it can only be waited for, and then at most one second."""
        time.sleep(min(seconds, 1.0))

    def version(self) -> str | None:
        return None

    @contextmanager
    def hurrying(self):
        """While inside, a long poll does not take its time."""
        yield


class OwnEmulator(Endpoint):
    """An emulator whose admin API the lab may use."""

    own = True

    def __init__(self, url: str, offset: float = 0.0):
        """``offset``: by how many seconds the clock is off."""
        super().__init__(url)
        self.offset = offset

    def admin(self, path: str, data: dict | None = None) -> dict:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data=body,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except (urllib.error.URLError, OSError) as error:
            raise LabError(f"the emulator's admin API at {self.url} failed on {path}: {error}") from None

    def fresh(self) -> None:
        self.admin("reset", {})
        self.admin("clock", {"real": True, **({"advance": self.offset} if self.offset else {})})

    def place(self, moment: float) -> None:
        self.admin("clock", {"set": moment})

    def advance(self, seconds: float) -> None:
        self.admin("clock", {"advance": seconds})

    def version(self) -> str | None:
        """The emulator's version; None when it can't tell, which is no reason to lose the report."""
        try:
            return self.admin("health").get("version")
        except LabError:
            return None

    @contextmanager
    def hurrying(self):
        done = threading.Event()

        def hurry():
            pause = PATIENCE
            while not done.wait(pause):
                self.advance(1.0)
                pause = 0.02

        thread = threading.Thread(target=hurry, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def command(seed: int | None = None) -> list[str]:
    """How to start the emulator: the command beside this Python, else on the path. ``seed``: of its ids."""
    beside = Path(sys.executable).with_name("emulator")
    found = str(beside) if beside.exists() else shutil.which("emulator")
    if found is None:
        raise LabError("the command `emulator` is not installed. Install paritylab, or name a running endpoint with "
                       "--endpoint.")
    seeded = ["--seed", str(seed)] if seed is not None else []
    return [found, "start", "--port", "0", "--verify-signatures", "on", *seeded]


@contextmanager
def started(seed: int | None = None, offset: float = 0.0):
    """Start an emulator on a free port, yield it, stop it."""
    process = subprocess.Popen(command(seed), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        yield OwnEmulator(_await_ready(process), offset)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _await_ready(process: subprocess.Popen) -> str:
    """The URL that the emulator printed before ``Ready.``; afterwards its output is drained in the background."""
    said: list[str] = []
    watchdog = threading.Timer(START_LIMIT, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            said.append(line)
            if line.strip() == "Ready.":
                break
        else:
            raise LabError(f"the emulator did not start:\n{''.join(said[-20:])}")
    finally:
        watchdog.cancel()
    url = re.search(r"https?://[\w.\[\]:-]+", "".join(said))
    if url is None:
        raise LabError(f"the emulator did not print its address:\n{''.join(said)}")
    threading.Thread(target=lambda: [None for _ in process.stdout], daemon=True).start()
    return url[0].rstrip("/.")
