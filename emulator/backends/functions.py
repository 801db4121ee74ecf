"""Functions that speak the Lambda Runtime API: one environment, one process or container, one loopback port.

An environment takes one invocation at a time and stays warm for the next of the same function version.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from weakref import WeakSet

from emulator.backends import functions_files
from emulator.backends.functions_api import Sink
from emulator.backends.functions_container import Container
from emulator.backends.functions_environment import Environment, Invocation, Outcome
from emulator.backends.functions_launch import Ended, Image, Launch, Unavailable
from emulator.backends.functions_process import Process

__all__ = ["Ended", "Image", "Invocation", "Launch", "Outcome", "Pool", "Sink", "Unavailable"]

IDLE_SECONDS = 300.0  # that an environment stays warm
WARM = 32  # environments that are kept, of all functions together
AT_ONCE = 2 * (os.cpu_count() or 1)  # environments that start at the same time


class Pool:
    """All environments of one emulator."""

    def __init__(self):
        self._home = tempfile.TemporaryDirectory(prefix="paritylab-functions-")
        self._files = functions_files.Files(Path(self._home.name))
        self._warm: list[Environment] = []  # longest unused first
        self._busy: set[Environment] = set()
        self._every: WeakSet[Environment] = WeakSet()  # also those whose extensions have their time to end
        self._closed = False
        self.running: Counter[tuple] = Counter()  # invocations under way, by what the caller counts them under
        self._number = 0
        self._starting = asyncio.Semaphore(AT_ONCE)
        self._providing = asyncio.Lock()
        self._sweep: asyncio.TimerHandle | None = None

    async def invoke(
        self, launch: Launch, given: Invocation, sink: Sink | None = None
    ) -> Outcome:
        """Run one event in a warm environment or a new one. Raises Unavailable, Ended."""
        environment = self._take(launch)
        cold, kept = environment is None, False
        try:
            if environment is None:
                async with self._starting:
                    environment = self._take(launch)  # one may have become free while others started
                    if cold := environment is None:
                        environment = await self._started(launch)
            outcome = await environment.invoke(given, cold, sink)
            kept = environment.usable
            if self._closed:
                raise Ended
            return outcome
        except OSError:
            if self._closed:  # its files are gone
                raise Ended from None
            raise
        finally:
            if environment is not None:
                self._busy.discard(environment)
                self._settle(environment, kept)

    def _take(self, launch: Launch) -> Environment | None:
        """A warm environment of that version; those of provisioned concurrency are for what has a part of it."""
        wanted = launch.key, launch.ready
        usable = (each for each in reversed(self._warm) if (each.launch.key, each.launch.ready) == wanted)
        found = next((each for each in usable if each.alive), None)
        if found is not None:
            self._warm.remove(found)
            self._busy.add(found)
        return found

    async def _started(self, launch: Launch) -> Environment:
        if launch.image is None:  # before anything is made, and elsewhere: it may compile, and zips may be large
            await asyncio.to_thread(self._prepare, launch)
        environment = self._make(launch)
        self._busy.add(environment)
        try:
            await environment.start()
            await environment.initialized()
        except BaseException:
            self._busy.discard(environment)
            environment.close()
            raise
        return environment

    def _prepare(self, launch: Launch) -> None:
        """What takes its time before a process can begin. Raises Unavailable."""
        functions_files.program(launch.runtime, functions_files.NOWHERE, launch.memory)
        for contents in (launch.code,), launch.layers:
            self._files.unpacked(contents)

    def standing(self, key: tuple) -> int:
        """How many environments of provisioned concurrency a version has, at work or not."""
        return sum(each.launch.key == key for each in self._ready())

    def _ready(self) -> list[Environment]:
        every = (*self._warm, *self._busy)
        return [each for each in every if each.launch.ready and each.begun and each.alive and not each.retired]

    async def provide(self, launch: Launch, count: int, bound: int) -> str:
        """Have so many environments of provisioned concurrency stand for a version: no more, and no fewer.

        All versions together get at most ``bound``. Answers why there are fewer, in words of AWS's where it has some;
        empty when there are not. Raises Unavailable.
        """
        async with self._providing:  # one after the other, that the bound and the number hold
            for _ in range(self.standing(launch.key) - count):
                surplus = self._take(launch)
                if surplus is not None:
                    self._busy.discard(surplus)
                    surplus.close()
            while self.standing(launch.key) < count:
                if len(self._ready()) >= bound:
                    return f"No more than {bound} environments of provisioned concurrency stand on this machine."
                environment = await self._started(launch)
                self._busy.discard(environment)
                self._settle(environment, environment.usable)
                if environment.retired:  # in the meantime: nobody wants it any more
                    return ""
                if not environment.usable:
                    return "FUNCTION_ERROR_INIT_FAILURE"
        return ""

    def _settle(self, environment: Environment, kept: bool) -> None:
        if not kept or self._closed:
            environment.close()
            return
        self._warm.append(environment)
        idle = [each for each in self._warm if not each.launch.ready]
        if len(idle) > WARM:
            self._warm.remove(idle[0])
            idle[0].close()
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end_idle)

    def _end_idle(self) -> None:
        loop = asyncio.get_running_loop()
        for each in [each for each in self._warm if not each.alive or (
                not each.launch.ready and loop.time() - each.used >= IDLE_SECONDS)]:  # fmt: skip
            self._warm.remove(each)
            each.close()
        self._sweep = loop.call_later(IDLE_SECONDS, self._end_idle) if self._warm else None

    def _make(self, launch: Launch) -> Environment:
        self._number += 1
        directory = Path(self._home.name) / f"environment-{self._number}"
        directory.mkdir()
        environment = Environment(launch, self._carrier(launch, directory), directory)
        self._every.add(environment)
        return environment

    def _carrier(self, launch: Launch, directory: Path) -> Process | Container:
        if launch.image is not None:
            return Container(launch, launch.image)
        task, layers = self._files.unpacked((launch.code,)), self._files.unpacked(launch.layers)
        return Process(launch, task, layers, directory)

    def forget(self, belongs: Callable[[Launch], bool]) -> None:
        """End the environments whose launch ``belongs`` accepts, those at work when they are done."""
        for each in [each for each in self._warm if belongs(each.launch)]:
            self._warm.remove(each)
            each.close()
        for each in self._busy:
            each.retired |= belongs(each.launch)

    def close(self) -> None:
        """End everything, for good."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for each in list(self._every):
            each.close_at_once()
        self._warm.clear()
        with self._files.unpacking:
            self._home.cleanup()
