"""Waiting for something to happen: long polls wake on arrival instead of asking again and again."""

import asyncio
from collections.abc import Hashable


class Signals:
    """Channels by name. A notification wakes everyone who waits on the channel at that moment."""

    def __init__(self):
        self._waiting: dict[Hashable, set[asyncio.Future]] = {}

    def notify(self, channel: Hashable) -> None:
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
