"""What the processes of an environment use, looked at while it works: memory beyond the limit ends it, as AWS does."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

PAUSE = 0.05  # seconds between two looks
PROCESSES = 1024  # that an environment may have, and threads
LONGEST = 32 * 1024 * 1024  # bytes of its log that are kept


class Watch:
    """Looks at a process and its descendants between :meth:`begin` and :meth:`end`.

    ``peak`` is the most memory that was seen in use, in megabytes; ``exceeded`` whether it was too much.
    """

    def __init__(self, process: int, limit: int, log: Path, kill: Callable[[], None]):
        self._process = process
        self._limit = limit
        self._log = log
        self._kill = kill
        self._timer: asyncio.TimerHandle | None = None
        self.peak = 0
        self.exceeded = False

    def begin(self) -> None:
        self._look()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._measure()

    def _look(self) -> None:
        count = self._measure()
        if self.exceeded or count > PROCESSES:
            self._kill()
            return
        if self._log.exists() and self._log.stat().st_size > LONGEST:
            os.truncate(self._log, 0)
        self._timer = asyncio.get_running_loop().call_later(PAUSE, self._look)

    def _measure(self) -> int:
        """Look once; the number of processes."""
        own, resident, count = 0, 0, 0
        for process in tree(self._process):
            anonymous, whole = usage(process)
            own, resident, count = own + anonymous, resident + whole, count + 1
        self.peak = max(self.peak, resident)
        if own > self._limit:
            self.exceeded, self.peak = True, self._limit
        return count


def tree(process: int):
    """A process and all that descend from it."""
    waiting = [process]
    while waiting:
        process = waiting.pop()
        yield process
        try:
            for thread in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{thread}/children") as file:
                    waiting += map(int, file.read().split())
        except OSError:  # it is gone, or the system does not tell
            continue


def usage(process: int) -> tuple[int, int]:
    """(megabytes that are its own, megabytes in all) of a process; zeros where the system does not tell."""
    try:
        with open(f"/proc/{process}/status") as file:
            found = {line.partition(":")[0]: line.split()[1] for line in file if line.startswith(("VmHWM", "Rss"))}
        own = int(found["RssAnon"]) + int(found["RssShmem"])
        return own // 1024, int(found["VmHWM"]) // 1024
    except (OSError, KeyError, ValueError):
        return 0, 0
