"""Who follows the changes of items: the one watcher, which asks each feature that a table has.

A table without a stream and without features (``more``) costs one look.
"""

from collections.abc import Callable

from emulator.kernel.context import Context
from emulator.services.dynamodb import streams
from emulator.services.dynamodb.store import watchers
from emulator.services.dynamodb.tables import DynamoTable, Stored

# By the feature's name in the table's ``more``: called with (context, table, before, after) when an item has changed.
followers: dict[str, Callable[[Context, DynamoTable, Stored | None, Stored | None], None]] = {}


def follow(feature: str) -> Callable[[Callable], Callable]:
    """Declare a function that follows the changes of tables with this feature."""

    def declare(function: Callable) -> Callable:
        followers[feature] = function
        return function

    return declare


def watch(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    if not table.stream and not table.more:
        return
    if not streams.differ(before, after):
        return
    if table.stream:
        streams.record(ctx, table, before, after)
    for feature in table.more:
        function = followers.get(feature)
        if function is not None:
            function(ctx, table, before, after)


watchers.append(watch)
