"""Global tables with multi-Region strong consistency: three Regions of one set, one of which may be a witness.

A write stands in every replica before it is answered, so that consistent reads anywhere see it.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

from emulator.kernel.context import Context
from emulator.services.dynamodb import features, replicas
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.store import rows_of
from emulator.services.dynamodb.tables import DynamoTable

REGIONS = 3
SETS = (
    {"us-east-1", "us-east-2", "us-west-2"},
    {"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"},
    {"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"},
)


def is_strong(table: DynamoTable) -> bool:
    return table.more.get("replicas", {}).get("consistency") == "STRONG"


def refuse(table: DynamoTable, what: str) -> None:
    """What strongly consistent tables don't have. Raises ValidationException."""
    if is_strong(table):
        raise invalid(f"{what} is not supported on a global table with multi-Region strong consistency")


def check(ctx: Context, table: DynamoTable, updates: list[dict], witnesses: list[dict], consistency: str) -> None:
    """Whether UpdateTable may make, change or end a strongly consistent global table. Raises ValidationException."""
    if consistency == "STRONG":
        _check_new(ctx, table, updates, witnesses)
    elif is_strong(table):
        _check_end(table, updates, witnesses)
    elif witnesses:
        raise invalid("A witness needs a global table with multi-Region strong consistency")


def _check_new(ctx: Context, table: DynamoTable, updates: list[dict], witnesses: list[dict]) -> None:
    if any("Create" not in each for each in (*updates, *witnesses)) or "replicas" in table.more:
        raise invalid("Multi-Region strong consistency can only be chosen when a global table is created")
    regions = {table.region, *(each["Create"]["RegionName"] for each in (*updates, *witnesses))}
    if len(updates) + len(witnesses) + 1 != REGIONS or len(regions) != REGIONS or not updates:
        raise invalid("Multi-Region strong consistency needs three replicas, or two replicas and a witness")
    if not any(regions <= each for each in SETS):
        raise invalid("Multi-Region strong consistency needs Regions of one Region set")
    if len(rows_of(ctx, table)):
        raise invalid("Multi-Region strong consistency can only be chosen for an empty table")
    if "ttl" in table.more or any(index.local for index in table.indexes):
        raise invalid("Time to live and local secondary indexes are not supported with multi-Region strong consistency")


def _check_end(table: DynamoTable, updates: list[dict], witnesses: list[dict]) -> None:
    """Two of the three Regions go together, or none."""
    if any("Create" in each for each in (*updates, *witnesses)):
        raise invalid("No Region can be added to a global table with multi-Region strong consistency")
    leaving = sum("Delete" in each for each in (*updates, *witnesses))
    if leaving not in (0, REGIONS - 1):
        raise invalid("The other replicas and the witness of a global table with multi-Region strong consistency can "
                      "only be deleted together")  # fmt: skip


def mark(ctx: Context, table: DynamoTable, witnesses: list[dict]) -> DynamoTable:
    """The table, whose replicas have just been made, strongly consistent, as are they."""
    regions = [each["Create"]["RegionName"] for each in witnesses]
    for other in list(replicas.others(ctx, table)):
        features.save_feature(ctx, other, "replicas", _strong(other, regions))
    return features.with_feature(table, "replicas", _strong(table, regions))


def _strong(table: DynamoTable, witnesses: list[str]) -> dict:
    return {**table.more["replicas"], "consistency": "STRONG", "witnesses": witnesses}
