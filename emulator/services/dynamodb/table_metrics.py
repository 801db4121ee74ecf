"""What a table tells CloudWatch of itself: the capacity units that requests consume.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from emulator.engines.service_metrics import measure
from emulator.kernel.context import Context
from emulator.services.dynamodb.capacity import write_units
from emulator.services.dynamodb.tables import DynamoTable, Index, Stored

NAMESPACE = "AWS/DynamoDB"


def _measure(ctx: Context, table: DynamoTable, index: Index | None, metric: str, units: float) -> None:
    own = () if index is None else (("GlobalSecondaryIndexName", index.name),)
    measure(ctx, (table.account, table.region), NAMESPACE, (*own, ("TableName", table.name)), (
        (metric, units, "Count"),
    ))  # fmt: skip


def read(ctx: Context, table: DynamoTable, units: float, index: Index | None = None) -> None:
    """Units that a request has read; a local index's count as the table's."""
    world = None if index is None or index.local else index
    _measure(ctx, table, world, "ConsumedReadCapacityUnits", units)


def written(
    ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None, transaction: bool = False
) -> None:
    """A put, update or delete in the table."""
    size = max(before.size if before else 0, after.size if after else 0)
    _measure(ctx, table, None, "ConsumedWriteCapacityUnits", write_units(size, transaction))
