"""Durability: every transaction's changes in SQLite before the answer leaves, grouped across concurrent requests.

One writer thread takes all that waits, commits it as one SQLite transaction (WAL, synchronous=FULL), then lets the
answers go. Records never change in place, so the thread may encode them while requests go on.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from emulator.kernel import space
from emulator.kernel.store import Change, Record, Store, Table

SCHEMA = """
create table if not exists rows (
    "table" text not null, partition blob not null, key blob not null, value blob not null,
    unique ("table", partition, key)
);
"""
PUT = """
insert into rows ("table", partition, key, value) values (?, ?, ?, ?)
on conflict ("table", partition, key) do update set value = excluded.value
"""
LOAD = """select "table", partition, value from rows order by rowid"""
DELETE = """delete from rows where "table" = ? and partition = ? and key = ?"""

pack = msgspec.msgpack.encode


class JournalError(RuntimeError):
    """The journal could not be written; nothing that waited for it is durable, and nothing more is accepted."""


class Journal:
    """The journal of one store in ``directory/state.sqlite``."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / "state.sqlite"
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(SCHEMA)
        self._lock = threading.Condition()
        self._changes: list[Change] = []
        self._after: list[Callable[[], None]] = []
        self._barrier: asyncio.Future | None = None  # of the changes that the thread has not taken yet
        self._latest: asyncio.Future | None = None  # of the newest changes, taken or not
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        self.failure: Exception | None = None
        self.scarce = space.left(directory) < space.RESERVE  # so it was after the last commit
        self._thread = threading.Thread(target=self._write, name="journal", daemon=True)

    def load(self, store: Store) -> int:
        """Put every journalled record into the store, oldest first; returns how many. Before :meth:`start`."""
        decoders: dict[Table, msgspec.msgpack.Decoder] = {}
        count = 0
        for name, partition, value in self._connection.execute(LOAD):
            table = Table.named(name)
            if table is None:
                continue  # of a version that had it; its rows stay as they are
            decoder = decoders.get(table) or decoders.setdefault(table, msgspec.msgpack.Decoder(table.record))
            store.load(table, tuple(msgspec.msgpack.decode(partition)), decoder.decode(value))
            count += 1
        return count

    def tables(self) -> list[str]:
        """Names of the tables that hold journalled records."""
        return [name for (name,) in self._connection.execute('select distinct "table" from rows')]

    def start(self, store: Store, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        store.on_commit.append(self._append)
        self._thread.start()

    def _append(self, changes: list[Change]) -> None:
        with self._lock:
            self._changes.extend(changes)
            self._wake()

    def _wake(self) -> None:
        if self._barrier is None:
            self._barrier = self._latest = self._loop.create_future()
            self._lock.notify()

    def pending(self) -> asyncio.Future | None:
        """A future that is done when all changes so far are durable; None when they are already."""
        if self.failure is not None:
            raise JournalError("the journal failed; restart the emulator") from self.failure
        latest = self._latest
        return None if latest is None or latest.done() else latest

    def when_durable(self, action: Callable[[], None]) -> None:
        """Run ``action`` on the event loop once the changes so far, and those of this transaction, are durable."""
        with self._lock:
            self._after.append(action)
            self._wake()

    def check_room(self, store: Store) -> None:
        """Called in a transaction while room is scarce. Raises DiskFull when it stores something new."""
        if any(rows._records.get(key) is not None for rows, key, _ in store.log):
            space.require(self._path.parent)
            self.scarce = False

    # The writer thread

    def _write(self) -> None:
        while True:
            with self._lock:
                while self._barrier is None and not self._closing:
                    self._lock.wait()
                if self._barrier is None:
                    return
                changes, after, barrier = self._changes, self._after, self._barrier
                self._changes, self._after, self._barrier = [], [], None
            try:
                self._commit(changes)
            except (sqlite3.Error, TypeError, ValueError, OSError) as error:
                self.failure = error
            self._loop.call_soon_threadsafe(self._release, barrier, after, self.failure)

    def _commit(self, changes: list[Change]) -> None:
        # The last state of each record is what counts; order between records does not matter inside one transaction.
        last: dict[tuple, Record | None] = {}
        for table, partition, key, _, new in changes:
            last.pop((table.name, partition, key), None)  # keep the order of the last write, for loading
            last[table.name, partition, key] = new
        self._connection.execute("begin immediate")
        try:
            for (name, partition, key), record in last.items():
                row = (name, pack(partition), pack(key))
                if record is None:
                    self._connection.execute(DELETE, row)
                else:
                    self._connection.execute(PUT, (*row, pack(record)))
            self._connection.execute("commit")
            self.scarce = space.left(self._path.parent) < space.RESERVE
        except BaseException:
            self._connection.execute("rollback")
            raise

    @staticmethod
    def _release(barrier: asyncio.Future, after: list[Callable[[], None]], failure: Exception | None) -> None:
        if failure is None:
            for action in after:
                action()
        if not barrier.done():
            if failure is None:
                barrier.set_result(None)
            else:
                barrier.set_exception(JournalError(f"the journal failed: {failure}"))
                barrier.exception()  # retrieved: nobody may be waiting

    def close(self) -> None:
        """Write what waits, then end the thread."""
        if self._thread.is_alive():
            with self._lock:
                self._closing = True
                self._lock.notify()
            self._thread.join()
        self._connection.close()
