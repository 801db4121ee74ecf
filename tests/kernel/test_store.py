"""Tables: writes, indexes, ranges, and transactions that leave no trace when they fail."""

from operator import attrgetter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from emulator.kernel.store import GLOBAL, Record, Store, Table, replace


class Thing(Record):
    name: str
    size: int = 0
    hidden: bool = False


things = Table(
    "test.thing", Thing, key=attrgetter("name"), scope=GLOBAL, ordered=True,
    indexes={"size": lambda thing: None if thing.hidden else thing.size},
)  # fmt: skip


def names(rows):
    return [each.name for each in rows]


def test_a_table_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        Table("test.thing", Thing, key=attrgetter("name"))


def test_ranges_and_indexes():
    rows = Store().rows(things)
    assert rows.lowest() is None and rows.highest() is None
    for name, size in (("b", 3), ("a", 1), ("d", 2), ("c", 2)):
        rows.put(Thing(name, size))
    assert names(rows) == ["a", "b", "c", "d"]
    assert (rows.lowest().name, rows.highest().name) == ("a", "d")
    assert names(rows.range("b")) == ["b", "c", "d"]
    assert names(rows.range("b", after=True)) == ["c", "d"]
    assert names(rows.range("c", reverse=True)) == ["c", "b", "a"]
    assert names(rows.by("size")) == ["a", "c", "d", "b"]
    assert names(rows.by("size", 2, 2)) == ["c", "d"]
    assert rows.count("size", 2, 2) == 2 and rows.count("size", maximum=1) == 1 and rows.count("size") == 4
    assert rows.first("size").name == "a"
    rows.put(replace(rows["a"], hidden=True))
    assert names(rows.by("size")) == ["c", "d", "b"]
    rows.delete("c")
    assert names(rows.by("size")) == ["d", "b"] and "c" not in rows and len(rows) == 3


def test_a_failed_transaction_leaves_no_trace():
    store = Store()
    rows = store.rows(things)
    seen = []
    store.on_commit.append(seen.append)
    with store.transaction():
        rows.put(Thing("kept", 1))
    with pytest.raises(RuntimeError), store.transaction():
        rows.put(Thing("kept", 2))
        rows.put(Thing("lost", 3))
        rows.delete("kept")
        raise RuntimeError
    assert names(rows) == ["kept"] and rows["kept"].size == 1 and names(rows.by("size")) == ["kept"]
    assert len(seen) == 1


def test_an_inner_transaction_undoes_only_itself():
    store = Store()
    rows = store.rows(things)
    with store.transaction():
        rows.put(Thing("outer"))
        with pytest.raises(RuntimeError), store.transaction():
            rows.put(Thing("inner"))
            raise RuntimeError
    assert names(rows) == ["outer"]


def test_a_commit_tells_the_net_change_once():
    store = Store()
    rows = store.rows(things)
    seen = []
    store.on_commit.append(seen.extend)
    with store.transaction():
        rows.put(Thing("a", 1))
        rows.put(Thing("a", 2))
        rows.put(Thing("gone"))
        rows.delete("gone")
    assert [(key, old, new.size) for _, _, key, old, new in seen] == [("a", None, 2)]
    assert store.version == 1


class StoreAgainstDictionary(RuleBasedStateMachine):
    """Whatever is put, deleted and rolled back, a table equals a plain dictionary."""

    def __init__(self):
        super().__init__()
        self.store = Store()
        self.rows = self.store.rows(things)
        self.model: dict[str, Thing] = {}

    thing = st.builds(Thing, name=st.sampled_from("abcdefgh"), size=st.integers(0, 5), hidden=st.booleans())

    @rule(changes=st.lists(st.one_of(thing, st.sampled_from("abcdefgh"))), fails=st.booleans())
    def transact(self, changes, fails):
        model = dict(self.model)
        try:
            with self.store.transaction():
                for change in changes:
                    if isinstance(change, Thing):
                        self.rows.put(change)
                        model[change.name] = change
                    else:
                        self.rows.delete(change)
                        model.pop(change, None)
                if fails:
                    raise RuntimeError
        except RuntimeError:
            return
        self.model = model

    @invariant()
    def equal(self):
        assert list(self.rows) == [self.model[name] for name in sorted(self.model)]
        shown = sorted((each.size, each.name) for each in self.model.values() if not each.hidden)
        assert [(each.size, each.name) for each in self.rows.by("size")] == shown
        assert self.rows.count("size", 1, 3) == sum(1 <= size <= 3 for size, _ in shown)


TestStoreAgainstDictionary = StoreAgainstDictionary.TestCase
TestStoreAgainstDictionary.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
