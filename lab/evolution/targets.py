"""Other servers as targets of a comparison: installed from the package index into environments of their own.

They are never dependencies: a target lives in ``.paritylab/targets/NAME``, made when it is first named, and is started
for one comparison and stopped after it.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lab.errors import LabError

PLACE = Path(".paritylab/targets")
START_LIMIT = 60.0  # seconds that a server may take to listen


class Installed(NamedTuple):
    """A server of the package index: what is installed, and the command that starts it on ``{port}``."""

    packages: tuple[str, ...]
    command: tuple[str, ...]
    environment: dict[str, str] = {}


TARGETS = {
    "moto": Installed(("moto[all,server]",), ("moto_server", "-H", "127.0.0.1", "-p", "{port}")),
    "ministack": Installed(("ministack",), ("ministack",), {"GATEWAY_PORT": "{port}"}),
}


@contextmanager
def running(name: str) -> Iterator[str]:
    """The URL of a server of the package index, installed if it is not yet. Raises LabError."""
    target, home = TARGETS[name], PLACE / name
    install(target, home)
    port = _free_port()
    command = [str(home / "bin" / target.command[0]), *(each.format(port=port) for each in target.command[1:])]
    environment = {**os.environ, **{key: value.format(port=port) for key, value in target.environment.items()}}
    log = home / "server.log"
    with log.open("wb") as output:
        try:
            server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        except OSError as problem:
            raise LabError(f"{name} cannot be started: {problem}") from None
        try:
            _wait(name, server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def install(target: Installed, home: Path) -> None:
    """Make the environment, once. Raises LabError when the package index does not give the packages."""
    done = home / "installed"
    if done.exists() and done.read_text() == " ".join(target.packages):
        return
    python = home / "bin" / "python"
    for command in ([sys.executable, "-m", "venv", str(home)],
                    [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *target.packages]):
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode:
            told = (made.stderr.strip() or made.stdout.strip()).splitlines()[-1:]
            raise LabError(f"{' '.join(target.packages)} cannot be installed: {''.join(told)}")
    done.write_text(" ".join(target.packages))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait(name: str, server: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise LabError(f"{name} did not start; its log is {log}")
