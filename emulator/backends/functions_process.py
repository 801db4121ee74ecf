"""A function as a process of this machine. It leads a group of its own, so that ending it ends all that it began."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from emulator.backends import functions_files
from emulator.backends.functions_launch import Launch
from emulator.backends.functions_memory import Watch
from emulator.backends.functions_runtimes import sandbox


class Process:
    """``task`` and ``layers`` are the unpacked files; ``directory`` is the environment's own."""

    no_entry = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"

    def __init__(self, launch: Launch, task: Path, layers: Path, directory: Path):
        self._launch = launch
        self._task, self._layers, self._directory = task, layers, directory
        self._process: subprocess.Popen | None = None
        self.extensions = functions_files.extensions(layers)
        self.watch: Watch | None = None

    async def start(self, address: str, log: Path, ended: Callable[[int], None]) -> None:
        """Begin with the Runtime API at ``address``; ``ended`` is told the exit status. Raises Unavailable."""
        launch = self._launch
        begun = functions_files.start(launch, self._task, self._layers, self._directory)
        environment = {
            "LANG": "en_US.UTF-8", "TZ": ":UTC", "PYTHONDONTWRITEBYTECODE": "1",
            **functions_files.variables(begun.places, launch.runtime), **launch.variables,
            "AWS_LAMBDA_RUNTIME_API": address,
        }  # fmt: skip
        with open(log, "ab") as out:
            try:
                self._process = subprocess.Popen(
                    begun.line, cwd=begun.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment,
                    start_new_session=True,
                )  # fmt: skip
            except OSError:
                ended(sandbox.MISSING)
                return
        self.watch = Watch(self._process.pid, launch.memory, log, self.end)
        threading.Thread(target=self._follow, args=(self._process, ended), daemon=True).start()

    def _follow(self, process: subprocess.Popen, ended: Callable[[int], None]) -> None:
        code = process.wait()
        self.end()  # what it began, at once: its number may soon be another process's
        self._process = None
        ended(code)

    async def logged(self) -> None:
        """What it wrote is in the log at once."""

    def end(self) -> None:
        process = self._process
        if process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
