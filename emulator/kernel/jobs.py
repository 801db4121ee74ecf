"""Work that is due at a time, as rows in the store, run in order by one scheduler that follows the clock.

What AWS does slowly (a lifecycle state, a retry, a schedule, an expiry) is a job. A job's handler runs in
one transaction with the removal of its row: it happens exactly once, also across a crash.
"""

import asyncio
import logging
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from emulator.kernel.clock import Clock
from emulator.kernel.store import GLOBAL, Record, Rows, Store, Table, replace

logger = logging.getLogger("emulator.jobs")

STANDING_BY = float("inf")  # due when the work that a job stands by for was broken off: see ``Scheduler.revive``
ATTEMPTS = 5  # tries of a job whose handler fails by a defect, 1, 2, 4 and 8 seconds apart


class Job(Record):
    """``due`` in epoch seconds; ``handler`` names a function that the service registered; ``payload`` is its input."""

    id: str
    due: float
    service: str
    handler: str
    account: str
    region: str
    payload: dict[str, Any] = {}
    attempts: int = 0
    order: int = 0


jobs = Table(
    "kernel.job", Job, key=attrgetter("id"), scope=GLOBAL, indexes={"due": lambda job: (job.due, job.order)}
)


class Scheduler:
    """Runs due jobs on the event loop. ``run(job)`` executes one handler inside the current transaction."""

    def __init__(self, store: Store, clock: Clock, run: Callable[[Job], Any]):
        self._store = store
        self._clock = clock
        self._run = run
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = float("inf")
        self._running = False
        self._order = 0
        clock.on_change.append(self.wake)

    @property
    def rows(self) -> Rows[Job]:
        return self._store.rows(jobs)

    def add(self, job: Job) -> None:
        """Add a job, or replace the one with the same id."""
        self._order += 1
        self.rows.put(replace(job, order=self._order))
        if job.due < self._timer_due and not self._running:
            self._arm(job.due)

    def cancel(self, job_id: str) -> bool:
        return self.rows.delete(job_id) is not None

    def hasten(self, job_id: str) -> bool:
        """Make a job due now; False when there is none of that id."""
        job = self.rows.get(job_id)
        if job is not None and job.due > self._clock.now():
            self.add(replace(job, due=self._clock.now()))
        return job is not None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._order = max((job.order for job in self.rows), default=0)
        self.revive()
        self.wake()

    def revive(self) -> None:
        """State was read back: what was under way then is not any more, so those that stood by for it are due."""
        with self._store.transaction():
            for job in list(self.rows.by("due", (STANDING_BY,))):
                self.rows.put(replace(job, due=self._clock.now()))

    def stop(self) -> None:
        self._loop = None
        if self._timer is not None:
            self._timer.cancel()

    def wake(self) -> None:
        """Run all that is due now, in order; then sleep until the next. Called after every jump of the clock."""
        if self._loop is None or self._running:
            return
        self._running = True
        try:
            while (job := self.rows.first("due")) is not None and job.due <= self._clock.now():
                self._run_one(job)
        finally:
            self._running = False
        self._timer_due = float("inf")
        if job is not None:
            self._arm(job.due)

    def _run_one(self, job: Job) -> None:
        try:
            with self._store.transaction():
                self.rows.delete(job.id)
                self._run(job)
        except Exception:
            logger.exception("job %s.%s failed (attempt %d)", job.service, job.handler, job.attempts + 1)
            with self._store.transaction():
                self.rows.delete(job.id)
                if job.attempts + 1 < ATTEMPTS:
                    self.rows.put(replace(job, due=job.due + 2**job.attempts, attempts=job.attempts + 1))

    def _arm(self, due: float) -> None:
        if self._loop is None or (self._clock.frozen and due > self._clock.now()):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_due = due
        # A very far timer would overflow the loop's arithmetic; waking once an hour costs nothing.
        self._timer = self._loop.call_later(min(max(0.0, due - self._clock.now()), 3600.0), self.wake)
