"""Waiting for something to happen: long polls wake on arrival instead of asking again and again."""

import asyncio
from collections.abc import Callable, Hashable


class Signals:
    """Channels by name. A notification wakes everyone who waits on the channel at that moment.

    It also makes jobs due: what a job does happens at its moment of the clock, before the clock moves on, while one who
    waits wakes when the event loop comes to it.
    """

    def __init__(self):
        self._waiting: dict[Hashable, set[asyncio.Future]] = {}
        self._jobs: dict[Hashable, set[str]] = {}
        self.hasten: Callable[[str], bool] = lambda job_id: False  # the scheduler's; False when there is no such job

    def brings(self, channel: Hashable, job_id: str) -> None:
        """Let notifications of the channel make a job due at once, for as long as there is that job."""
        self._jobs.setdefault(channel, set()).add(job_id)

    def notify(self, channel: Hashable) -> None:
        jobs = self._jobs.get(channel)
        if jobs:
            jobs -= {job_id for job_id in jobs if not self.hasten(job_id)}
            if not jobs:
                del self._jobs[channel]
        for future in self._waiting.pop(channel, ()):
            if not future.done():
                future.set_result(True)

    async def wait(self, channel: Hashable, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True when notified."""
        future = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(channel, set())
        waiting.add(future)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            waiting.discard(future)
            if not waiting and self._waiting.get(channel) is waiting:
                del self._waiting[channel]

    def wake_all(self) -> None:
        for channel in list(self._waiting):
            self.notify(channel)
