"""A shell in a terminal: bytes in, bytes out, a size. Asyncio, on the running loop; POSIX only."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
from contextlib import suppress
from pathlib import Path

CHUNK = 16 * 1024  # bytes read at a time
GRACE = 1.0  # seconds between hanging up and ending by force


class Terminal:
    """A process with a terminal of its own. ``await read()`` gives its output, b"" at the end."""

    def __init__(self, command: list[str], directory: Path, environment: dict[str, str]):
        self._master, slave = pty.openpty()
        os.set_blocking(self._master, False)
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=directory, start_new_session=True,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(directory), "TERM": "xterm-256color",
                 **environment},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self._loop = asyncio.get_running_loop()
        self._output: asyncio.Queue[bytes] = asyncio.Queue()
        self._unsent = b""
        self._loop.add_reader(self._master, self._readable)

    def _readable(self) -> None:
        try:
            data = os.read(self._master, CHUNK)
        except BlockingIOError:
            return
        except OSError:  # how a terminal tells that the other side is gone
            data = b""
        if not data:
            self._loop.remove_reader(self._master)
        self._output.put_nowait(data)

    async def read(self) -> bytes:
        return await self._output.get()

    def write(self, data: bytes) -> None:
        """Type; what the terminal cannot take yet is kept for the next time."""
        self._unsent += data
        with suppress(OSError):
            while self._unsent:
                self._unsent = self._unsent[os.write(self._master, self._unsent) :]

    def resize(self, columns: int, rows: int) -> None:
        with suppress(OSError):
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def close(self) -> int:
        """Hang up, and end what does not go by itself; the exit status."""
        with suppress(Exception):
            self._loop.remove_reader(self._master)
        with suppress(OSError):
            os.close(self._master)
        for number in (signal.SIGHUP, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                return self._process.wait(GRACE if number is signal.SIGHUP else None)
        return -1
