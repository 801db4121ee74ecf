"""Single writes of items, whoever asks for them: checked first (``put``, ``update``, ``delete``), then done.

PutItem and its like, batches, transactions and PartiQL all make a :class:`Write` and :func:`perform` it.
"""

from collections.abc import Callable

import msgspec

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.dynamodb import contributions, table_metrics, throttling, vectors
from emulator.services.dynamodb.errors import condition_failed, invalid, invalid_value
from emulator.services.dynamodb.expressions import Compiled
from emulator.services.dynamodb.keys import check_index_keys, key_given, key_of_item
from emulator.services.dynamodb.store import change, rows_of
from emulator.services.dynamodb.tables import DynamoTable, Stored
from emulator.services.dynamodb.values import (
    DEEPEST,
    LARGEST_ITEM,
    TOO_DEEP,
    Item,
    Value,
    depth_of,
    dump,
    item_size,
    item_too_large,
    load,
    size_in,
)

Test = tuple[Compiled, dict[str, Value]]  # a condition and the values to run it with
UNSUPPORTED_KEY = (
    "One or more parameter values are not valid. The update expression attempted to update a key to a value that is "
    "not supported. The AttributeValue for a key attribute cannot contain an empty {what} value."
)


class Write(msgspec.Struct, frozen=True):
    """One write that was found valid. ``make`` takes what is there (Stored, its attributes; or None, {}) and gives
    what shall be there; it or ``test``, which must hold, may read the attributes. ``name`` is the table's as the client
    named it."""

    table: DynamoTable
    name: str
    key: bytes
    make: Callable
    test: Test | None
    tell_old: bool
    reads_old: bool = False


def keep(before: Stored | None, old: Item) -> Stored | None:
    """What a condition check makes: nothing new."""
    return before


def put(table: DynamoTable, name: str, item: Item, size: int, test: Test | None = None, tell_old=False) -> Write:
    """Put an item in stored form. Raises ValidationException."""
    key = key_of_item(table, item)
    if table.indexes:
        check_index_keys(table, item)
    if table.vectors:
        vectors.check(table, item)
    stored = Stored(key, dump(item), size)
    return Write(table, name, key, lambda before, old: stored, test, tell_old)


def delete(table: DynamoTable, name: str, key: dict, test: Test | None = None, tell_old=False) -> Write:
    """Delete the item with a client's key. Raises ValidationException."""
    return Write(table, name, key_given(table, key)[1], lambda before, old: None, test, tell_old)


def check(table: DynamoTable, name: str, key: dict, test: Test, tell_old=False) -> Write:
    """Only look whether a condition holds. Raises ValidationException."""
    return Write(table, name, key_given(table, key)[1], keep, test, tell_old)


def update(
    table: DynamoTable, name: str, key: dict, changes: Compiled | None, values: dict[str, Value],
    test: Test | None = None, tell_old=False,
) -> Write:  # fmt: skip
    """Update the item with a client's key, or make it. Raises ValidationException."""
    key_item, key_bytes = key_given(table, key)
    changed = changes.changed if changes is not None else frozenset()
    for part, _ in table.keys:
        if part in changed:
            raise invalid_value(f"Cannot update attribute {part}. This attribute is part of the key")

    def make(before: Stored | None, old: Item) -> Stored:
        item = old if before is not None else key_item
        new = changes.run(item, values) if changes is not None else item
        _check_updated(table, new, changed)
        size = item_size(new) if before is None else before.size + size_in(new, changed) - size_in(old, changed)
        if size > LARGEST_ITEM:
            raise invalid("Item size to update has exceeded the maximum allowed size")
        return Stored(key_bytes, dump(new), size)

    return Write(table, name, key_bytes, make, test, tell_old, reads_old=True)


def _check_updated(table: DynamoTable, item: Item, names: frozenset[str]) -> None:
    """What an update may have broken: depth, and the keys of indexes."""
    for name in names:
        value = item.get(name)
        if value and ("M" in value or "L" in value) and depth_of(value) > DEEPEST:
            raise invalid(TOO_DEEP)
    for index in table.indexes:
        for name, kind in index.keys:
            value = item.get(name) if name in names else None
            if value is None:
                continue
            if kind not in value:
                raise invalid("The update expression attempted to update the secondary index key to unsupported type")
            if not value[kind]:
                raise invalid(UNSUPPORTED_KEY.format(what="string" if kind == "S" else "binary"))
    if table.vectors:
        vectors.check(table, {name: item[name] for name in names if name in item})


def check_size(size: int) -> None:
    if size > LARGEST_ITEM:
        raise item_too_large()


def outcome(ctx: Context, write: Write, rows: Rows[Stored]) -> tuple[Stored | None, Stored | None]:
    """What is there and what would be. Raises ConditionalCheckFailedException, ValidationException."""
    before = rows.get(write.key)
    old = load(before.body) if before is not None and (write.reads_old or write.test is not None) else {}
    if write.test is not None:
        condition, values = write.test
        if not condition.run(old, values):
            raise condition_failed(answered(ctx, before.body) if write.tell_old and before is not None else None)
    return before, write.make(before, old)


def perform(ctx: Context, write: Write) -> tuple[Stored | None, Stored | None]:
    """Do a write; what was there and what is there now. Raises as :func:`outcome`."""
    rows = rows_of(ctx, write.table)
    before, after = outcome(ctx, write, rows)
    if ctx.setting("limits") == "strict":
        throttling.take_write(ctx, write.table, before, after)
    table_metrics.written(ctx, write.table, before, after)
    if write.table.more and (before or after):
        contributions.accessed(ctx, write.table, load((before or after).body))
    if after is not before:
        change(ctx, write.table, before, after, rows)
    return before, after
