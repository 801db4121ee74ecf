"""One emulator's kernel, assembled: clock, ids, store, blobs, journal, jobs, signals. No module-level state."""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from emulator.kernel.blobs import Blobs
from emulator.kernel.clock import Clock
from emulator.kernel.context import Seen
from emulator.kernel.ids import Ids
from emulator.kernel.jobs import Job, Scheduler
from emulator.kernel.journal import Journal
from emulator.kernel.signals import Signals
from emulator.kernel.snapshots import Snapshots
from emulator.kernel.store import GLOBAL, Record, Store, Table

logger = logging.getLogger("emulator.jobs")
FILES = "files"  # where services keep what others than the store write, below the data directory


class ClockState(Record):
    """Where the clock stands when it is not the machine's, so that a restart doesn't turn time back."""

    offset: float
    frozen: float | None


clock_states = Table("kernel.clock", ClockState, key=lambda _: "clock", scope=GLOBAL)


class Runtime:
    """Everything below the services. The gateway, which knows them, sets ``call``, ``run_job`` and ``history``."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self, data_directory: Path | None = None, seed: int | None = None, settings: dict | None = None):
        self.clock = Clock()
        self.ids = Ids(seed)
        self.store = Store()
        self.signals = Signals()
        self.clock.on_change.append(self.signals.wake_all)  # who waits for a moment looks again after a jump
        self.blobs = Blobs(self.store, data_directory)
        self.journal = Journal(data_directory) if data_directory else None
        self.scheduler = Scheduler(self.store, self.clock, lambda job: self.run_job(job))
        self.signals.hasten = self.scheduler.hasten
        self.snapshots = Snapshots(self.store, self.blobs, data_directory)
        self.settings = settings or {}
        self.host = "http://localhost:4566"
        self.call: Callable = _not_assembled
        self.run_job: Callable[[Job], None] = _not_assembled
        self.history: Callable[[], Iterator[Seen]] = lambda: iter(())
        self.clock.on_change.insert(0, self._remember_clock)
        self._threads: ThreadPoolExecutor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task] = set()
        self._backends: dict[type, object] = {}

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Load what is durable, then let time and jobs run."""
        self._loop = loop
        if self.journal is not None:
            self.snapshots.names()  # their blobs must be known before unused files are removed
            self.journal.load(self.store)
            self.journal.start(self.store, loop)
            self.blobs.when_durable = self.journal.when_durable
            self.blobs.recover(self.store)
            self._restore_clock()
        self.scheduler.start(loop)

    def stop(self) -> None:
        """Write what waits and release files and threads."""
        self.scheduler.stop()
        self.signals.wake_all()
        self._break_off()
        self._close_backends()
        if self.journal is not None:
            self.journal.close()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        self.blobs.close()

    def reset(self) -> None:
        """Forget all state; the clock is real again and seeded ids begin anew."""
        self._break_off()
        self._close_backends()
        self.store.replace_all(())
        shutil.rmtree(self.blobs.root / FILES, ignore_errors=True)
        self.ids.reseed()
        self.clock.real()

    def restore(self, snapshot: str) -> int:
        """Make all state, the clock included, what it was in a snapshot. Raises UnknownSnapshot."""
        records = self.snapshots.restore(snapshot)
        self._break_off()
        self._restore_clock()
        self.scheduler.revive()
        self.scheduler.wake()
        return records

    def _remember_clock(self) -> None:
        rows, state = self.store.rows(clock_states), self.clock.state
        with self.store.transaction():
            if state == (0.0, None):
                rows.delete("clock")
            else:
                rows.put(ClockState(*state))

    def _restore_clock(self) -> None:
        kept = self.store.rows(clock_states).get("clock")
        self.clock.restore(*(kept.offset, kept.frozen) if kept is not None else (0.0, None))

    def _break_off(self) -> None:
        """End what jobs still wait for: it belongs to a state that is gone."""
        for task in self._tasks:
            task.cancel()

    def directory(self, *names: str) -> Path:
        """A directory of files that others than the store write; it is made at need. Snapshots don't hold it."""
        found = self.blobs.root.resolve().joinpath(FILES, *names)
        found.mkdir(parents=True, exist_ok=True)
        return found

    def backend(self, kind: type):
        """The one instance of a data plane, made at first use; its ``close()`` is called at the end and at a reset."""
        found = self._backends.get(kind)
        if found is None:
            found = self._backends[kind] = kind()
        return found

    def _close_backends(self) -> None:
        for each in self._backends.values():
            each.close()
        self._backends.clear()

    @property
    def threads(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="worker")
        return self._threads

    def spawn(self, awaitable: Awaitable, name: str) -> None:
        """Let a job's waiting part run on by itself; what it raises is logged."""
        task = asyncio.get_running_loop().create_task(_logged(awaitable, name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def in_thread(self, function, *args):
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *args)


async def _logged(awaitable: Awaitable, name: str) -> None:
    try:
        await awaitable
    except Exception:
        logger.exception("%s failed while it waited", name)


def _not_assembled(*_args, **_kwargs):
    raise RuntimeError("this runtime has no gateway")
