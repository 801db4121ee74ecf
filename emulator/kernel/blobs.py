"""Large values: small ones inside their record, others in files named by content, alive as long as a record holds them.

A body is *staged* first (in memory, or in a file beside the others) and hashed on the way; an operation takes it with
:meth:`Blobs.keep`, which renames the file into place. What nobody keeps is dropped. Files that no record
holds any more are removed once that fact is durable.

With a data directory every value is sealed under a key of its own from the moment it touches the disk, in its file or
in its record (see ``sealing``). The blob carries that key; a service that has keys of its users seals it under those
before it stores the blob. Without a data directory values last no longer than the process and lie as they are.
"""

import hmac
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from emulator.kernel import digests, sealing, space
from emulator.kernel.store import Change, Store

INLINE = 64 * 1024  # bytes up to which a value lives in its record
PIECE = 256 * 1024  # bytes read from a file at a time


class Blob(msgspec.Struct, frozen=True):
    """A kept value. ``data`` is the value itself when it is small, else None and ``digest`` (SHA-256, hex) names it.

    With a ``key`` what is stored is sealed under it. The digest of a file is then keyed, too, and a small value has
    none, so that it tells nothing.
    """

    size: int
    digest: str
    data: bytes | None = None
    key: bytes | None = None


class Staged:
    """A value that arrived and is not kept yet: ``data`` in memory, or ``path`` of a complete file.

    With a ``key`` the file is sealed under it; what is in memory never is.
    """

    __slots__ = ("_digests", "data", "key", "path", "size")

    def __init__(
        self, data: bytes | None = None, path: Path | None = None, size: int = 0, known: dict | None = None,
        key: bytes | None = None,
    ):  # fmt: skip
        self.data = data
        self.path = path
        self.key = key
        self.size = len(data) if data is not None else size
        self._digests: dict[str, bytes] = known if known is not None else {}

    def digest(self, name: str) -> bytes:
        """The digest of the whole value, computed on the way in, or now. Names: see ``kernel.digests``."""
        found = self._digests.get(name)
        if found is None:
            found = self._digests[name] = self._compute(name)
        return found

    def knows(self, name: str) -> bool:
        """Whether :meth:`digest` answers without reading a file."""
        return self.data is not None or name in self._digests

    def _compute(self, name: str) -> bytes:
        if self.data is not None:
            return digests.digest(name, self.data)
        one = digests.new(name)
        for piece in self.pieces():
            one.update(piece)
        return one.digest()

    def pieces(self) -> Iterator[bytes]:
        """The content, at most ``PIECE`` bytes at a time when it lies in a file."""
        if self.data is not None:
            yield self.data
            return
        with open(self.path, "rb", buffering=0) as file:
            yield from _read(file, self.key, 0, self.size)

    def read(self) -> bytes:
        return self.data if self.data is not None else b"".join(self.pieces())

    def drop(self) -> None:
        """Forget the value, unless it was kept."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


SLOW = frozenset({"md5", "sha1"})  # digests that take longer than all else that is done with a piece


class Writer:
    """Writes and hashes a staged file piece by piece; meant for worker threads, one piece at a time.

    :meth:`write` does all of it; two threads share it as :meth:`store` and :meth:`hash`.
    """

    def __init__(self, path: Path, names: Iterable[str], durable: bool):
        self._path = path
        self._file = open(path, "wb", buffering=0)  # noqa: SIM115 (closed by finish or abort)
        self._hashes = {name: digests.new(name) for name in {*names, "sha256"}}
        self._slow = [each for name, each in self._hashes.items() if name in SLOW]
        self._quick = [each for name, each in self._hashes.items() if name not in SLOW]
        self._key = sealing.new_key() if durable else None
        self._sealer = sealing.Sealer(self._key) if durable else None
        self.size = 0

    def write(self, data: bytes) -> None:
        """Raises DiskFull, or another OSError where nothing durable is at stake."""
        self.store(data)
        self.hash(data)

    def hash(self, data: bytes) -> None:
        """The slow digests of a piece."""
        for one in self._slow:
            one.update(data)

    def store(self, data: bytes) -> None:
        """A piece into the file, and its quick digests. Raises as :meth:`write` does."""
        if self._sealer is not None:
            space.require(self._path.parent, len(data))
        for one in self._quick:
            one.update(data)
        self._write(data if self._sealer is None else self._sealer.feed(data))
        self.size += len(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def finish(self) -> Staged:
        if self._sealer is not None:
            self._write(self._sealer.finish())
            os.fsync(self._file.fileno())
        self._file.close()
        known = {name: each.digest() for name, each in self._hashes.items()}
        return Staged(path=self._path, size=self.size, known=known, key=self._key)

    def abort(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class Blobs:
    """The blob files of one emulator, counted by the records that hold them."""

    def __init__(self, store: Store, directory: Path | None = None):
        self.durable = directory is not None
        self._temporary = None
        self._root = directory
        self._holds: Counter[str] = Counter()  # by digest: records, snapshots and readers that hold the file
        self._number = 0
        store.on_commit.append(self._count)
        # How to wait until the changes counted so far are durable; the journal replaces it.
        self.when_durable = lambda action: action()

    @property
    def root(self) -> Path:
        if self._root is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="paritylab-")
            self._root = Path(self._temporary.name)
        return self._root

    def path(self, digest: str) -> Path:
        return self.root / "blobs" / digest[:2] / digest

    # Staging and keeping

    def writer(self, names: Iterable[str] = ("md5",)) -> Writer:
        """A new staged file. ``names`` are the digests to compute on the way, besides SHA-256."""
        staging = self.root / "staging"
        staging.mkdir(parents=True, exist_ok=True)
        self._number += 1
        return Writer(staging / str(self._number), names, self.durable)

    def keep(self, staged: "Staged | bytes") -> Blob:
        """Turn a staged value into a blob. The record that holds it must be put in the same transaction."""
        if staged.__class__ is bytes:
            staged = Staged(staged)
        if staged.data is not None:
            if staged.size <= INLINE:
                return self._inline(staged)
            staged = self._spill(staged.data)
        name = _name(staged.digest("sha256"), staged.key)
        target = self.path(name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged.path, target)
            if self.durable:
                _sync_directory(target.parent)
        else:
            staged.path.unlink(missing_ok=True)
        return Blob(staged.size, name, None, staged.key)

    def _inline(self, staged: Staged) -> Blob:
        if not self.durable:
            return Blob(staged.size, staged.digest("sha256").hex(), staged.data)
        key = sealing.new_key()
        return Blob(staged.size, "", sealing.seal(key, staged.data), key)

    def _spill(self, data: bytes) -> Staged:
        writer = self.writer(())
        writer.write(data)
        return writer.finish()

    # Reading

    def read(self, blob: Blob, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of a blob from ``start``; to its end without ``length`` or beyond it. Raises Damaged."""
        if blob.data is not None:
            data = blob.data if blob.key is None else sealing.unseal(blob.key, blob.data)
            return data[start:] if length is None else data[start : start + length]
        with open(self.path(blob.digest), "rb", buffering=0) as file:
            left = blob.size - start
            return b"".join(_read(file, blob.key, start, left if length is None else min(length, left)))

    def hold(self, blobs: Iterable[Blob]) -> None:
        """Keep the files of these blobs alive, for a reader or a snapshot, until :meth:`release`."""
        self._holds.update(blob.digest for blob in blobs if blob.data is None)

    def release(self, blobs: Iterable[Blob]) -> None:
        for blob in blobs:
            if blob.data is None:
                self._drop(blob.digest)

    # Counting

    def _count(self, changes: list[Change]) -> None:
        dropped = []
        for table, _, _, old, new in changes:
            if table.blobs is not None:
                if new is not None:
                    for blob in table.blobs(new):
                        if blob.data is None:
                            self._holds[blob.digest] += 1
                if old is not None:
                    dropped.extend([blob for blob in table.blobs(old) if blob.data is None])
        if dropped:
            self.when_durable(lambda: self.release(dropped))

    def _drop(self, digest: str) -> None:
        self._holds[digest] -= 1
        if self._holds[digest] <= 0:
            del self._holds[digest]
            self.path(digest).unlink(missing_ok=True)

    def recover(self, store: Store) -> None:
        """After loading: count what the records hold, remove what a crash left behind."""
        for rows in store.all():
            if rows.table.blobs is not None:
                for record in rows:
                    self.hold(rows.table.blobs(record))
        shutil.rmtree(self.root / "staging", ignore_errors=True)
        for file in self.root.glob("blobs/*/*"):
            if file.name not in self._holds:
                file.unlink()

    def close(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()


class Body:
    """What an operation returns as a streamed answer: ranges of blobs, one after the other.

    ``parts`` are (blob, start, length). The files stay alive until :meth:`close`.
    """

    __slots__ = ("_blobs", "_held", "parts", "size")

    def __init__(self, blobs: Blobs, parts: list[tuple[Blob, int, int]]):
        self._blobs = blobs
        self.parts = parts
        self.size = sum(length for _, _, length in parts)
        self._held = [blob for blob, _, _ in parts if blob.data is None]
        blobs.hold(self._held)

    @property
    def in_memory(self) -> bool:
        return not self._held

    def read(self) -> bytes:
        """All of it; only sensible for small values."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The content, at most ``PIECE`` bytes at a time. Raises Damaged."""
        for blob, start, length in self.parts:
            if blob.data is not None:
                yield self._blobs.read(blob, start, length)
                continue
            with open(self._blobs.path(blob.digest), "rb", buffering=0) as file:
                yield from _read(file, blob.key, start, length)

    def close(self) -> None:
        self._blobs.release(self._held)
        self._held = []


def _name(digest: bytes, key: bytes | None) -> str:
    """The name of a file: its content's digest, keyed where it is sealed, because equal contents differ on disk."""
    return (digest if key is None else hmac.digest(key, digest, "sha256")).hex()


def _read(file, key: bytes | None, start: int, length: int) -> Iterator[bytes]:
    """Content out of an open file. Raises Damaged."""
    if key is not None:
        yield from sealing.read(file, key, start, length)
        return
    file.seek(start)
    while length > 0:
        piece = file.read(min(PIECE, length))
        if not piece:
            raise sealing.Damaged("stored content is shorter than its record says")
        length -= len(piece)
        yield piece


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
