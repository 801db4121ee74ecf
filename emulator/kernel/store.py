"""Typed tables of immutable records: the one home of all state, and the one place that knows every change.

A table is declared once, at module level, by the service that owns it::

    queues = Table("sqs.queue", Queue, key=attrgetter("name"), scope=REGION)

and reached through the context: ``ctx.rows(queues)`` is the caller's partition. Records are frozen
``msgspec.Struct``s: a change is ``rows.put(replace(record, ...))``. Because records never change in place, undoing a
failed operation, snapshots and forks cost no copying, and the journal sees every write.

All state is touched from the event loop's thread only, inside :meth:`Store.transaction`.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec
from sortedcontainers import SortedList

GLOBAL, ACCOUNT, REGION = 0, 1, 2  # how many of (account, region) a partition's name begins with

replace = msgspec.structs.replace

Key = Hashable
Partition = tuple[str, ...]


class Record(msgspec.Struct, frozen=True, gc=False):
    """Base of all records. Collections inside a record are never changed in place either.

    Immutable records form no cycles: the garbage collector, whose full passes would cost more the more is stored,
    leaves them alone.
    """


R = TypeVar("R", bound=Record)


class Table(Generic[R]):
    """The declaration of a table.

    ``key`` takes a record and returns its key within the partition, a string, number or tuple of such. ``scope`` says
    whether partitions belong to a region, an account or to everybody; further parts (a bucket, a queue) are given
    where the rows are reached. ``ordered`` keeps the keys sorted, for ranges. ``indexes`` maps names to functions
    from a record to a sort key, or None to leave the record out; an index is always sorted and may hold
    many records under equal sort keys. ``blobs`` returns the blobs that a record holds, so that their
    files live exactly as long as a record wants them.
    """

    registry: dict[str, "Table"] = {}
    # Imports what declares a table of a name that is not known yet; the gateway, which knows the services, sets it.
    declare: Callable[[str], None] = staticmethod(lambda name: None)

    @classmethod
    def named(cls, name: str) -> "Table | None":
        """The table that kept records name; None when nothing declares it any more."""
        if name not in cls.registry:
            cls.declare(name)
        return cls.registry.get(name)

    def __init__(
        self,
        name: str,
        record: type[R],
        key: Callable[[R], Key],
        scope: int = REGION,
        ordered: bool = False,
        indexes: dict[str, Callable[[R], Any]] | None = None,
        blobs: Callable[[R], Iterable] | None = None,
    ):
        if name in self.registry:
            raise ValueError(f"table {name} is declared twice")
        self.name = name
        self.record = record
        self.key = key
        self.scope = scope
        self.ordered = ordered
        self.indexes = indexes or {}
        self.blobs = blobs
        self.registry[name] = self

    def __repr__(self) -> str:
        return f"<Table {self.name}>"


class Rows(Generic[R]):
    """One partition of a table: a dictionary by key, with sorted keys and indexes where declared."""

    __slots__ = ("_indexes", "_order", "_records", "_store", "partition", "table")

    def __init__(self, store: "Store", table: Table[R], partition: Partition):
        self._store = store
        self.table = table
        self.partition = partition
        self._records: dict[Key, R] = {}
        self._order: SortedList | None = SortedList() if table.ordered else None
        # An index entry is (sort key, record key): unique, sorted, and found again without a search by identity.
        self._indexes: dict[str, SortedList] = {name: SortedList() for name in table.indexes}

    # Reading

    def get(self, key: Key) -> R | None:
        return self._records.get(key)

    def __getitem__(self, key: Key) -> R:
        return self._records[key]

    def __contains__(self, key: Key) -> bool:
        return key in self._records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        """The records, in key order when the table is ordered, else in order of insertion."""
        records = self._records
        if self._order is not None:
            return (records[key] for key in self._order)
        return iter(list(records.values()))

    def range(self, start: Key | None = None, *, after: bool = False, reverse: bool = False) -> Iterator[R]:
        """Records from ``start`` on (beyond it with ``after``) in key order, or backwards. Lazy; needs ``ordered``."""
        records, order = self._records, self._order
        if reverse:
            keys = order.irange(maximum=start, inclusive=(True, not after), reverse=True)
        else:
            keys = order.irange(minimum=start, inclusive=(not after, True))
        return (records[key] for key in keys)

    def lowest(self) -> R | None:
        """The record with the lowest key, None when there is none. Costs less than a range; needs ``ordered``."""
        return self._records[self._order[0]] if self._order else None

    def highest(self) -> R | None:
        """The record with the highest key, None when there is none; needs ``ordered``."""
        return self._records[self._order[-1]] if self._order else None

    def by(self, index: str, minimum=None, maximum=None) -> Iterator[R]:
        """Records in the order of an index, from ``minimum`` up to and including ``maximum``, both optional.

        Lazy: take what you need into a list before you write to these rows.
        """
        records = self._records
        entries = self._indexes[index]
        # Where it begins at the beginning, that need not be searched for.
        for entry in entries if minimum is None else entries.irange(minimum=(minimum,)):
            if maximum is not None and entry[0] > maximum:
                return
            yield records[entry[1]]

    def first(self, index: str) -> R | None:
        entries = self._indexes[index]
        return self._records[entries[0][1]] if entries else None

    def count(self, index: str, minimum=None, maximum=None) -> int:
        """How many records an index holds between ``minimum`` and ``maximum``, both included; O(log n)."""
        entries = self._indexes[index]
        low = 0 if minimum is None else entries.bisect_left((minimum,))
        high = len(entries) if maximum is None else entries.bisect_right((maximum, _HIGHEST))
        return max(0, high - low)

    # Writing

    def put(self, record: R) -> R:
        """Insert the record or replace the one with its key."""
        key = self.table.key(record)
        old = self._records.get(key)
        self._store.log.append((self, key, old))
        self._set(key, old, record)
        return record

    def delete(self, key: Key) -> R | None:
        """Remove and return the record; None when there is none."""
        old = self._records.get(key)
        if old is not None:
            self._store.log.append((self, key, old))
            self._set(key, old, None)
        return old

    def clear(self) -> None:
        for key in list(self._records):
            self.delete(key)

    def _set(self, key: Key, old: R | None, new: R | None) -> None:
        """Put, replace or remove without a trace in the log: also how undo and loading write."""
        if new is None:
            del self._records[key]
            if self._order is not None:
                self._order.remove(key)
        else:
            self._records[key] = new
            if old is None and self._order is not None:
                self._order.add(key)
        for name, sort_key in self.table.indexes.items():
            before = None if old is None else sort_key(old)
            after = None if new is None else sort_key(new)
            if before != after:
                entries = self._indexes[name]
                if before is not None:
                    entries.remove((before, key))
                if after is not None:
                    entries.add((after, key))


class _Highest:
    """Sorts after everything."""

    def __lt__(self, other):
        return False

    def __gt__(self, other):
        return True


_HIGHEST = _Highest()

Change = tuple[Table, Partition, Key, "Record | None", "Record | None"]  # table, partition, key, before, after


class Store:
    """All tables of one emulator. Readers see every write at once; a failed transaction leaves no trace."""

    def __init__(self):
        self._rows: dict[tuple[Table, Partition], Rows] = {}
        self.log: list[tuple[Rows, Key, Record | None]] = []
        self.version = 0  # how many transactions have changed something
        self._depth = 0
        # Called with the net changes of every transaction that changed something, in order.
        self.on_commit: list[Callable[[list[Change]], None]] = []

    def rows(self, table: Table[R], *partition: str) -> Rows[R]:
        """The rows of one partition. ``partition`` begins with account and region as the table's scope demands."""
        return self.partition(table, partition)

    def partition(self, table: Table[R], partition: Partition) -> Rows[R]:
        """As :meth:`rows`, for a partition's whole name."""
        found = self._rows.get((table, partition))
        if found is None:
            found = self._rows[table, partition] = Rows(self, table, partition)
        return found

    def partitions(self, table: Table[R]) -> list[Rows[R]]:
        """Every partition of a table that holds something."""
        return [rows for (each, _), rows in self._rows.items() if each is table and len(rows)]

    def all(self) -> list[Rows]:
        return [rows for rows in self._rows.values() if len(rows)]

    def transaction(self) -> "Transaction":
        """``with store.transaction():`` all or nothing. An inner one undoes only its own part when it fails."""
        return Transaction(self)

    def undo(self, mark: int) -> None:
        """Take back every write after ``mark``, newest first."""
        log = self.log
        while len(log) > mark:
            rows, key, old = log.pop()
            rows._set(key, rows._records.get(key), old)

    def commit(self) -> None:
        """Tell the listeners the net change of each touched record, and forget the log."""
        log = self.log
        if len(log) > 1:
            first: dict[tuple[Rows, Key], Record | None] = {}
            for rows, key, old in log:
                first.setdefault((rows, key), old)
            log = [(rows, key, old) for (rows, key), old in first.items()]
        changes = [
            (rows.table, rows.partition, key, old, new)
            for rows, key, old in log
            if (new := rows._records.get(key)) is not old
        ]
        self.log.clear()
        if changes:
            self.version += 1
            for listener in self.on_commit:
                listener(changes)

    def load(self, table: Table, partition: Partition, record: Record) -> None:
        """Place a record that is known to be durable already."""
        rows = self.rows(table, *partition)
        key = table.key(record)
        rows._set(key, rows._records.get(key), record)

    def replace_all(self, rows: Iterable[tuple[Table, Partition, Iterable[Record]]]) -> None:
        """Make the store hold exactly these records, as one transaction."""
        with self.transaction():
            for each in self.all():
                each.clear()
            for table, partition, records in rows:
                target = self.rows(table, *partition)
                for record in records:
                    target.put(record)

    def contents(self) -> list[tuple[Table, Partition, list[Record]]]:
        """Everything, for a snapshot; records are shared, not copied."""
        return [(rows.table, rows.partition, list(rows._records.values())) for rows in self.all()]


class Transaction:
    __slots__ = ("_mark", "_store")

    def __init__(self, store: Store):
        self._store = store

    def __enter__(self) -> Store:
        store = self._store
        self._mark = len(store.log)
        store._depth += 1
        return store

    def __exit__(self, kind, error, traceback) -> None:
        store = self._store
        store._depth -= 1
        if kind is not None:
            store.undo(self._mark)
        if store._depth == 0 and store.log:
            store.commit()
