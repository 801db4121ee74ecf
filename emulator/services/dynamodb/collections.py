"""Item collections: all items of a partition key, in the table and its local indexes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
"""

from emulator.engines.attribute_values import answered
from emulator.kernel.context import Context
from emulator.services.dynamodb import keys
from emulator.services.dynamodb.store import projected, rows_of
from emulator.services.dynamodb.tables import DynamoTable, Stored
from emulator.services.dynamodb.values import item_size, load

GIGABYTE = 2**30


def size(ctx: Context, table: DynamoTable, beginning: bytes) -> int:
    """Bytes of the collection whose keys begin so."""
    total = 0
    local = [index for index in table.indexes if index.local]
    for stored in rows_of(ctx, table).range(beginning):
        if not stored.key.startswith(beginning):
            break
        total += stored.size
        item = load(stored.body)
        for index in local:
            if keys.index_key(index, item, stored.key) is not None:
                total += item_size(projected(table, index, item))
    return total


def metrics(ctx: Context, table: DynamoTable, place: Stored | None) -> dict | None:
    """ItemCollectionMetrics of the collection an item lies in; None for tables without local indexes."""
    if place is None or not any(index.local for index in table.indexes):
        return None
    item = load(place.body)
    ((name, _),) = table.hash
    gigabytes = size(ctx, table, keys.partition(table.hash, item)) // GIGABYTE
    return {
        "ItemCollectionKey": answered(ctx, {name: item[name]}),
        "SizeEstimateRangeGB": [float(gigabytes), float(gigabytes + 1)],
    }
