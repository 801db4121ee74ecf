"""An operation that waits: each stretch between two awaits is a transaction, the last one too."""

import asyncio
from operator import attrgetter

import pytest

from emulator.gateway.chain import Stepwise
from emulator.kernel.store import GLOBAL, Record, Store, Table


class Note(Record):
    name: str


notes = Table("test.note", Note, key=attrgetter("name"), scope=GLOBAL)


async def work(store, fail):
    rows = store.rows(notes)
    rows.put(Note("before"))
    await asyncio.sleep(0)
    rows.put(Note("after"))
    if fail:
        raise ValueError("failed")
    return "done"


async def run(store, fail=False):
    return await Stepwise(store, work(store, fail))


def test_every_stretch_is_kept():
    store = Store()
    assert asyncio.run(run(store)) == "done"
    assert [note.name for note in store.rows(notes)] == ["before", "after"]
    assert store.version == 2


def test_a_failure_undoes_its_own_stretch():
    store = Store()
    with pytest.raises(ValueError, match="failed"):
        asyncio.run(run(store, fail=True))
    assert [note.name for note in store.rows(notes)] == ["before"]
