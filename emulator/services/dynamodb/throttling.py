"""Throughput limits, for an emulator that was started with ``--limits strict``.

Each table and global index has a bucket for reading and one for writing. Unused units of five minutes are kept for
bursts; who finds anything left may take what it needs, on account of the seconds to come.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import features
from emulator.services.dynamodb.capacity import index_units, write_units
from emulator.services.dynamodb.tables import Bucket, DynamoTable, Index, Stored, buckets
from emulator.services.dynamodb.values import load

BURST = 300.0  # seconds whose unused units are kept
OF_TABLE = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning "
    "level with the UpdateTable API."
)
OF_INDEX = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table was "
    "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the "
    "UpdateTable API."
)
ON_DEMAND = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
MOST_ON_DEMAND = {"read": "MaxReadRequestUnits", "write": "MaxWriteRequestUnits"}
CODES = ("ProvisionedThroughputExceededException", "ThrottlingException")


def strict(ctx: Context) -> bool:
    return ctx.setting("limits") == "strict"


def check_read(ctx: Context, table: DynamoTable, index: Index | None = None) -> None:
    """Whether anything is left to read with. Raises ProvisionedThroughputExceededException, ThrottlingException."""
    _bucket(ctx, table, None if index is None or index.local else index, "read")


def count_read(ctx: Context, table: DynamoTable, units: float, index: Index | None = None) -> None:
    """Note what a read has taken."""
    _take(ctx, table, None if index is None or index.local else index, "read", units)


def take_write(
    ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None, transaction: bool = False
) -> None:
    """Take what a write needs, in the table and in its global indexes.

    Raises ProvisionedThroughputExceededException, ThrottlingException.
    """
    size = max(before.size if before else 0, after.size if after else 0)
    wanted: list[tuple[Index | None, float]] = [(None, write_units(size, transaction))]
    world = [index for index in table.indexes if not index.local]
    if world:
        old, new = before and load(before.body), after and load(after.body)
        wanted += [(index, index_units(table, index, before or after, old, new)) for index in world]
    for index, units in wanted:
        if units:
            _bucket(ctx, table, index, "write")
    for index, units in wanted:
        _take(ctx, table, index, "write", units * (2 if transaction and index is not None else 1))


def _rate(table: DynamoTable, index: Index | None, what: str) -> float | None:
    """Units a second; None for no limit."""
    of = table if index is None else index
    if table.billing == "PAY_PER_REQUEST":
        most = (of.on_demand or {}).get(MOST_ON_DEMAND[what], -1)
        return float(most) if most > 0 else None
    return float(getattr(of, what))


def _left(ctx: Context, table: DynamoTable, index: Index | None, what: str, rate: float) -> Bucket:
    name = (table.id, "" if index is None else index.name, what)
    known = ctx.rows(buckets, account=table.account, region=table.region).get(name)
    if known is None:
        known = Bucket(name, rate, table.created)
    return Bucket(name, min(rate * BURST, known.left + rate * max(0.0, ctx.now - known.at)), ctx.now)


def _bucket(ctx: Context, table: DynamoTable, index: Index | None, what: str) -> None:
    rate = _rate(table, index, what)
    if rate is not None and _left(ctx, table, index, what, rate).left <= 0:
        raise _exceeded(table, index, what)


def _take(ctx: Context, table: DynamoTable, index: Index | None, what: str, units: float) -> None:
    rate = _rate(table, index, what)
    if rate is None or not units:
        return
    bucket = _left(ctx, table, index, what, rate)
    rows = ctx.rows(buckets, account=table.account, region=table.region)
    rows.put(Bucket(bucket.name, bucket.left - units, ctx.now))


def _exceeded(table: DynamoTable, index: Index | None, what: str) -> AwsError:
    on_demand = table.billing == "PAY_PER_REQUEST"
    limit = "MaxOnDemandThroughputExceeded" if on_demand else "ProvisionedThroughputExceeded"
    reason = {
        "reason": f"{'Table' if index is None else 'Index'}{what.capitalize()}{limit}",
        "resource": table.arn if index is None else f"{table.arn}/index/{index.name}",
    }
    if on_demand:
        return AwsError("ThrottlingException", ON_DEMAND, throttlingReasons=[reason])
    words = OF_TABLE if index is None else OF_INDEX
    return AwsError("ProvisionedThroughputExceededException", words, ThrottlingReasons=[reason])


@features.forgets
def _forget(ctx: Context, table: DynamoTable) -> None:
    rows = ctx.rows(buckets, account=table.account, region=table.region)
    for index in ("", *(each.name for each in table.indexes)):
        for what in ("read", "write"):
            rows.delete((table.id, index, what))
