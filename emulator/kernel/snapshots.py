"""Named snapshots of the whole store: take, restore, list, delete; kept on disk when there is a data directory.

Records are immutable, so a snapshot in memory shares them with the live store and costs almost nothing. Blob files that
a snapshot needs are held for as long as it exists.
"""

import re
from pathlib import Path

import msgspec

from emulator.kernel.blobs import Blobs
from emulator.kernel.store import Store, Table

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class UnknownSnapshot(LookupError):
    """No snapshot has this name."""


class Snapshots:
    """The snapshots of one emulator, by name."""

    def __init__(self, store: Store, blobs: Blobs, directory: Path | None):
        self._store = store
        self._blobs = blobs
        self._directory = directory / "snapshots" if directory else None
        self._kept: dict[str, list] = {}
        self._loaded = directory is None

    def take(self, name: str) -> int:
        """Remember all state under a name; returns the number of records. Raises ValueError for an unusable name."""
        if not NAME.fullmatch(name):
            raise ValueError("a snapshot's name is 1 to 100 letters, digits, dots, dashes and underscores")
        self._load()
        contents = self._store.contents()
        self._blobs.hold(self._held(contents))
        if name in self._kept:
            self._blobs.release(self._held(self._kept[name]))
        self._kept[name] = contents
        if self._directory is not None:
            self._directory.mkdir(parents=True, exist_ok=True)
            named = [(table.name, partition, records) for table, partition, records in contents]
            packed = msgspec.msgpack.encode(named)
            beside = self._directory / f"{name}.new"
            beside.write_bytes(packed)
            beside.replace(self._directory / f"{name}.snapshot")
        return sum(len(records) for _, _, records in contents)

    def restore(self, name: str) -> int:
        """Make the state what it was when the snapshot was taken. Raises UnknownSnapshot."""
        self._load()
        if name not in self._kept:
            raise UnknownSnapshot(name)
        contents = self._kept[name]
        self._store.replace_all(contents)
        return sum(len(records) for _, _, records in contents)

    def delete(self, name: str) -> None:
        self._load()
        if name not in self._kept:
            raise UnknownSnapshot(name)
        self._blobs.release(self._held(self._kept.pop(name)))
        if self._directory is not None:
            (self._directory / f"{name}.snapshot").unlink(missing_ok=True)

    def names(self) -> list[str]:
        self._load()
        return sorted(self._kept)

    @staticmethod
    def _held(contents):
        return [
            blob
            for table, _, records in contents
            if table.blobs is not None
            for record in records
            for blob in table.blobs(record)
        ]

    def _load(self) -> None:
        """Read the snapshots of an earlier run; only when snapshots are first used."""
        if self._loaded:
            return
        self._loaded = True
        for path in sorted(self._directory.glob("*.snapshot")):
            contents = []
            for name, partition, records in msgspec.msgpack.decode(path.read_bytes()):
                table = Table.named(name)
                if table is not None:
                    contents.append((table, tuple(partition), msgspec.convert(records, list[table.record])))
            self._kept[path.stem] = contents
            self._blobs.hold(self._held(contents))
