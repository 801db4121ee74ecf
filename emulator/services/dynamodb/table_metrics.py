"""What a table tells CloudWatch of itself: the capacity units that requests consume.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from functools import lru_cache

from emulator.engines.service_metrics import Note, count
from emulator.kernel.context import Context
from emulator.services.dynamodb.capacity import write_units
from emulator.services.dynamodb.tables import DynamoTable, Index, Stored

NAMESPACE = "AWS/DynamoDB"


@lru_cache(maxsize=10_000)
def _note(account: str, region: str, table: str, index: str | None, metric: str, units: float) -> Note:
    own = () if index is None else (("GlobalSecondaryIndexName", index),)
    return Note((account, region), NAMESPACE, (*own, ("TableName", table)), ((metric, units, "Count"),))


def read(ctx: Context, table: DynamoTable, units: float, index: Index | None = None) -> None:
    """Units that a request has read; a local index's count as the table's."""
    world = None if index is None or index.local else index.name
    count(ctx, _note(table.account, table.region, table.name, world, "ConsumedReadCapacityUnits", units))


def written(
    ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None, transaction: bool = False
) -> None:
    """A put, update or delete in the table."""
    old, new = before.size if before else 0, after.size if after else 0
    units = write_units(new if new > old else old, transaction)
    count(ctx, _note(table.account, table.region, table.name, None, "ConsumedWriteCapacityUnits", units))
