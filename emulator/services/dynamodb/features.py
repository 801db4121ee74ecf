"""Features of a table that are not items' business: they lie in its ``more``, each under its name, as plain data."""

from collections.abc import Callable

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.dynamodb.store import save_table
from emulator.services.dynamodb.tables import DynamoTable

_on_removal: list[Callable[[Context, DynamoTable], None]] = []
# By the feature's name: called with the feature's data; what it gives stands in the table's description.
descriptions: dict[str, Callable[[dict], dict]] = {}


def with_feature(table: DynamoTable, name: str, data: dict | None) -> DynamoTable:
    """The table with a feature set, or without it."""
    more = {each: value for each, value in table.more.items() if each != name}
    return replace(table, more=more if data is None else more | {name: data})


def save_feature(ctx: Context, table: DynamoTable, name: str, data: dict | None) -> DynamoTable:
    return save_table(ctx, with_feature(table, name, data))


def described(table: DynamoTable) -> dict:
    """What the features add to the table's description."""
    out = {}
    for name, tell in descriptions.items():
        if name in table.more:
            out.update(tell(table.more[name]))
    return out


def forgets(function: Callable) -> Callable:
    """Declare a function of (context, table), called when a table is removed: what it kept beside its items goes."""
    _on_removal.append(function)
    return function


def removed(ctx: Context, table: DynamoTable) -> None:
    for forget in _on_removal:
        forget(ctx, table)
