"""Journal, blobs and snapshots: what was committed is there again, what nobody holds is gone."""

import asyncio
from operator import attrgetter

import pytest

from emulator.kernel.blobs import INLINE, Blob, Body, Staged
from emulator.kernel.journal import JournalError
from emulator.kernel.runtime import Runtime
from emulator.kernel.snapshots import UnknownSnapshot
from emulator.kernel.store import GLOBAL, Record, Table, replace


class File(Record):
    name: str
    blob: Blob
    tags: dict[str, str] = {}


files = Table("test.file", File, key=attrgetter("name"), scope=GLOBAL, ordered=True, blobs=lambda file: (file.blob,))


async def durable(runtime):
    pending = runtime.journal.pending()
    if pending is not None:
        await pending


def run(directory, scenario):
    """Run one life of a runtime on a directory; ``scenario(runtime, rows)`` is a coroutine function."""

    async def life():
        runtime = Runtime(directory)
        runtime.start(asyncio.get_running_loop())
        try:
            return await scenario(runtime, runtime.store.rows(files))
        finally:
            runtime.stop()

    return asyncio.run(life())


LARGE = b"x" * (INLINE + 1)


def stored(directory):
    return sorted(path.name for path in directory.glob("blobs/*/*"))


def test_what_was_committed_is_there_after_a_restart(tmp_path):
    async def write(runtime, rows):
        with runtime.store.transaction():
            rows.put(File("a", runtime.blobs.keep(b"small"), {"k": "v"}))
            rows.put(File("b", runtime.blobs.keep(LARGE)))
        with runtime.store.transaction():
            rows.put(replace(rows["a"], tags={"k": "w"}))
            rows.put(File("gone", runtime.blobs.keep(b"gone")))
        with runtime.store.transaction():
            rows.delete("gone")
        await durable(runtime)

    async def read(runtime, rows):
        assert [each.name for each in rows] == ["a", "b"]
        assert rows["a"].tags == {"k": "w"}
        assert runtime.blobs.read(rows["a"].blob) == b"small"
        assert runtime.blobs.read(rows["b"].blob) == LARGE
        assert runtime.blobs.read(rows["b"].blob, INLINE - 1, 5) == b"xx"

    run(tmp_path, write)
    run(tmp_path, read)


def test_concurrent_changes_share_a_commit_and_all_arrive(tmp_path):
    async def write(runtime, rows):
        waits = []
        for number in range(200):
            with runtime.store.transaction():
                rows.put(File(f"f{number:03}", runtime.blobs.keep(b"%d" % number)))
            waits.append(runtime.journal.pending())
        await asyncio.gather(*{id(each): each for each in waits if each is not None}.values())

    async def read(runtime, rows):
        assert len(rows) == 200

    run(tmp_path, write)
    run(tmp_path, read)


def test_a_journal_that_fails_refuses_everything_after(tmp_path):
    async def scenario(runtime, rows):
        runtime.journal._connection.execute("drop table rows")
        with runtime.store.transaction():
            rows.put(File("a", runtime.blobs.keep(b"a")))
        with pytest.raises(JournalError):
            await runtime.journal.pending()
        with pytest.raises(JournalError):
            runtime.journal.pending()

    run(tmp_path, scenario)


def test_blob_files_live_as_long_as_a_record_or_reader_holds_them(tmp_path):
    async def scenario(runtime, rows):
        with runtime.store.transaction():
            rows.put(File("a", runtime.blobs.keep(LARGE)))
            rows.put(File("copy", rows["a"].blob))
        await durable(runtime)
        assert len(stored(tmp_path)) == 1
        body = Body(runtime.blobs, [(rows["a"].blob, 1, INLINE)])
        with runtime.store.transaction():
            rows.delete("a")
        await durable(runtime)
        assert len(stored(tmp_path)) == 1
        with runtime.store.transaction():
            rows.delete("copy")
        await durable(runtime)
        assert body.size == INLINE and body.read() == LARGE[1:]
        body.close()
        assert stored(tmp_path) == []

    run(tmp_path, scenario)


def test_files_that_a_crash_left_behind_are_removed(tmp_path):
    async def write(runtime, rows):
        writer = runtime.blobs.writer()
        writer.write(b"never finished")
        runtime.blobs.keep(LARGE)  # kept, but no record was committed

    async def read(runtime, rows):
        assert stored(tmp_path) == [] and not list(tmp_path.glob("staging/*"))

    run(tmp_path, write)
    assert len(stored(tmp_path)) == 1
    run(tmp_path, read)


def test_staged_values_know_their_digests(tmp_path):
    async def scenario(runtime, rows):
        writer = runtime.blobs.writer(("md5", "crc32", "crc32c", "crc64nvme", "sha1"))
        for _ in range(3):
            writer.write(b"abc" * 1000)
        on_disk, in_memory = writer.finish(), Staged(b"abc" * 3000)
        assert on_disk.size == in_memory.size == 9000
        for name in ("md5", "sha1", "sha256", "crc32", "crc32c", "crc64nvme"):
            assert on_disk.digest(name) == in_memory.digest(name)
        assert Staged(b"123456789").digest("crc32").hex() == "cbf43926"
        assert Staged(b"123456789").digest("crc32c").hex() == "e3069283"
        assert Staged(b"123456789").digest("crc64nvme").hex() == "ae8b14860a799888"

    run(tmp_path, scenario)


def test_snapshots_bring_back_records_and_their_files(tmp_path):
    async def write(runtime, rows):
        with runtime.store.transaction():
            rows.put(File("a", runtime.blobs.keep(LARGE)))
        assert runtime.snapshots.take("before") == 1
        runtime.reset()
        await durable(runtime)
        assert len(rows) == 0 and len(stored(tmp_path)) == 1
        with pytest.raises(UnknownSnapshot):
            runtime.snapshots.restore("other")
        with pytest.raises(ValueError):
            runtime.snapshots.take("../up")

    async def read(runtime, rows):
        assert len(rows) == 0 and runtime.snapshots.names() == ["before"]
        assert runtime.snapshots.restore("before") == 1
        assert runtime.blobs.read(rows["a"].blob) == LARGE
        runtime.snapshots.delete("before")
        await durable(runtime)
        assert len(stored(tmp_path)) == 1

    run(tmp_path, write)
    run(tmp_path, read)


def test_a_restart_does_not_turn_time_back(tmp_path):
    async def write(runtime, rows):
        runtime.clock.freeze(1000.0)
        runtime.snapshots.take("frozen")
        runtime.clock.real()
        runtime.clock.advance(86400)
        await durable(runtime)
        return runtime.clock.now()

    async def read(runtime, rows):
        moment = runtime.clock.now()
        runtime.restore("frozen")
        assert runtime.clock.now() == 1000.0
        return moment

    before = run(tmp_path, write)
    assert before <= run(tmp_path, read) < before + 60
