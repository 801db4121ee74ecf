"""Lines of shell, run as a process of their own: a time limit, a bounded output, and nothing of our environment.

A process is the leader of its own group, so that stopping it stops all that it began. Blocking: call from a thread.
"""

import os
import platform
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

KEPT = 1024 * 1024  # bytes of each output that are read back
GRACE = 2.0  # seconds between asking a process to end and ending it


class Machine(NamedTuple):
    """What a node tells of the machine that it is: Linux, MacOS or Windows, its system and release, and its name."""

    platform: str
    system: str
    release: str
    name: str


def machine() -> Machine:
    found = platform.uname()
    kind = {"Darwin": "MacOS", "Windows": "Windows"}.get(found.system, "Linux")
    try:
        release = platform.freedesktop_os_release()
    except OSError:  # no Linux, or one that does not tell
        return Machine(kind, found.system, found.release, found.node)
    return Machine(kind, release["NAME"], release.get("VERSION_ID", found.release), found.node)


class Outcome(NamedTuple):
    """How a process ended. ``code`` is its exit status, -1 when it was stopped; times out or not."""

    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False


_running: dict[str, subprocess.Popen] = {}  # by the caller's name for it
_stopped: set[str] = set()  # names that were stopped before their process began
_homes: dict[str, tempfile.TemporaryDirectory] = {}


def available() -> str | None:
    """The shell that runs lines; None where there is none."""
    return shutil.which("sh")


def home(name: str) -> Path:
    """A directory that lasts as long as this process does, one for each name."""
    if name not in _homes:
        _homes[name] = tempfile.TemporaryDirectory(prefix="paritylab-node-")
    return Path(_homes[name].name)


def forget(name: str) -> None:
    found = _homes.pop(name, None)
    if found is not None:
        found.cleanup()


def run(name: str, lines: list[str], directory: Path, seconds: float, environment: dict[str, str]) -> Outcome:
    """Run lines as one script; not at all when it was stopped before. Raises OSError where no process can be made."""
    if name in _stopped:
        _stopped.discard(name)
        return Outcome(-1, b"", b"")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [available() or "sh", "-c", "\n".join(lines)], cwd=directory, stdin=subprocess.DEVNULL, stdout=out,
            stderr=err, start_new_session=True,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(directory), **environment},
        )  # fmt: skip
        _running[name] = process
        if name in _stopped:  # while the process was made
            _stopped.discard(name)
            _signal(process, signal.SIGTERM)
        timed_out = False
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            _stop(process)
            _running.pop(name, None)
        return Outcome(max(process.returncode, -1), _head(out), _head(err), timed_out)


def stop(name: str) -> bool:
    """End what runs under a name, or what begins under it next; False when nothing runs yet."""
    process = _running.get(name)
    if process is None:
        _stopped.add(name)
        return False
    _signal(process, signal.SIGTERM)
    return True


def _stop(process: subprocess.Popen) -> None:
    """End the process, if it still runs, and what it left behind in its group."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _head(file) -> bytes:
    file.seek(0)
    return file.read(KEPT)
