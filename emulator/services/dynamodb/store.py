"""Finding tables, reading their items, and the one way in which items change."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.dynamodb import vectors
from emulator.services.dynamodb.errors import invalid, no_such_table
from emulator.services.dynamodb.keys import index_key
from emulator.services.dynamodb.tables import DynamoTable, Entry, Index, Stored, VectorIndex, entries, items, tables
from emulator.services.dynamodb.values import Item, load

TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
INVALID_NAME = (
    "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the "
    "characters a-z, A-Z, 0-9, '_', '-', and '.'"
)

# Called with (context, table, before, after) whenever an item has changed; either may be None. Streams listen here.
watchers: list[Callable[[Context, DynamoTable, Stored | None, Stored | None], None]] = []


# Tables


@lru_cache(maxsize=4096)
def _place(name: str) -> tuple[str, str, str]:
    """Account, region and name of the table that a name or an ARN names; the first two empty for a bare name."""
    account = region = ""
    if name.startswith("arn:"):
        parts = name.split(":", 5)
        if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
            raise invalid(f"Invalid TableArn: Invalid ResourceArn provided as input {name}")
        account, region, name = parts[4], parts[3], parts[5][6:]
    if not TABLE_NAME.fullmatch(name):
        raise invalid(INVALID_NAME)
    return account, region, name


def table_named(ctx: Context, name: str) -> DynamoTable | None:
    """The table of a name or ARN, whatever its state. Raises ValidationException for what can't be a name."""
    account, region, name = _place(name)
    return ctx.rows(tables, account=account or None, region=region or None).get(name)


def bare_name(name: str) -> str:
    return _place(name)[2]


def find_table(ctx: Context, name: str) -> DynamoTable:
    """The table for an operation on its items. Raises ResourceNotFoundException also while it is being created."""
    table = table_named(ctx, name)
    if table is None or table.status in ("CREATING", "DELETING"):
        raise no_such_table()
    return table


def save_table(ctx: Context, table: DynamoTable) -> DynamoTable:
    return ctx.rows(tables, account=table.account, region=table.region).put(table)


# Items


def rows_of(ctx: Context, table: DynamoTable) -> Rows[Stored]:
    return ctx.rows(items, table.id, account=table.account, region=table.region)


def entries_of(ctx: Context, table: DynamoTable, index: Index) -> Rows[Entry]:
    return ctx.rows(entries, table.id, index.name, account=table.account, region=table.region)


def change(
    ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None, rows: Rows[Stored] | None = None
) -> None:
    """Every write of an item: put ``after`` in the place of ``before`` (None: nothing there), keep the indexes.

    ``rows`` are the table's, for those who have them at hand.
    """
    rows = rows_of(ctx, table) if rows is None else rows
    if after is not None:
        rows.put(after)
    elif before is not None:
        rows.delete(before.key)
    else:
        return
    if table.indexes or table.vectors:
        old = None if before is None else load(before.body)
        new = None if after is None else load(after.body)
        for index in table.indexes:
            move_entry(ctx, table, index, before or after, old, new)
        for index in table.vectors:
            vectors.move(ctx, table, index, before or after, old, new)
    for watch in watchers:
        watch(ctx, table, before, after)


def move_entry(
    ctx: Context, table: DynamoTable, index: Index, place: Stored, old: Item | None, new: Item | None
) -> None:
    """Keep one index's entry of the item at ``place`` in step with the item's change from ``old`` to ``new``."""
    leaves = None if old is None else index_key(index, old, place.key)
    comes = None if new is None else index_key(index, new, place.key)
    if leaves == comes:
        return
    rows = entries_of(ctx, table, index)
    if leaves is not None:
        rows.delete(leaves)
    if comes is not None:
        rows.put(Entry(comes, place.key))


def fill_index(ctx: Context, table: DynamoTable, index: Index) -> None:
    """Enter what the table holds into a new index."""
    for stored in rows_of(ctx, table):
        move_entry(ctx, table, index, stored, None, load(stored.body))


def fill_vectors(ctx: Context, table: DynamoTable, index: VectorIndex) -> None:
    """Enter what the table holds into a new vector index."""
    for stored in rows_of(ctx, table):
        vectors.move(ctx, table, index, stored, None, load(stored.body))


def fill(ctx: Context, table: DynamoTable, stored: Iterable[Stored]) -> None:
    """Put items into a new table and into its indexes. No stream and no feature sees them."""
    rows = rows_of(ctx, table)
    for each in stored:
        rows.put(each)
        if table.indexes or table.vectors:
            item = load(each.body)
            for index in table.indexes:
                move_entry(ctx, table, index, each, None, item)
            for index in table.vectors:
                vectors.move(ctx, table, index, each, None, item)


def through(
    ctx: Context, table: DynamoTable, index: Index | None, start: bytes, **how
) -> Iterator[tuple[bytes, Stored]]:
    """Keys and items from ``start`` on in the order of the table or of an index; ``how`` is as of ``Rows.range``."""
    rows = rows_of(ctx, table)
    if index is None:
        return ((stored.key, stored) for stored in rows.range(start, **how))
    return ((entry.key, rows[entry.item]) for entry in entries_of(ctx, table, index).range(start, **how))


# Indexes


def projected_names(table: DynamoTable, index: Index) -> frozenset[str] | None:
    """Names of the attributes that an index holds; None for all."""
    if index.projection == "ALL":
        return None
    return frozenset([name for name, _ in table.keys + index.keys]) | frozenset(index.include)


def projected(table: DynamoTable, index: Index, item: Item) -> Item:
    """What an index holds of an item."""
    names = projected_names(table, index)
    return item if names is None else {name: value for name, value in item.items() if name in names}
