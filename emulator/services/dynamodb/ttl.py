"""Time to live: items that carry a moment are deleted when it has come, by the service itself.

AWS takes up to some days for it; here it happens at the moment, or later by ``dynamodb.expiry-seconds``.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.dynamodb import features, strong
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.following import follow
from emulator.services.dynamodb.lifecycle import existing, unchanging
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import change, rows_of, table_named
from emulator.services.dynamodb.streams import EXPIRY
from emulator.services.dynamodb.tables import DynamoTable, Expiry, Stored, expiries
from emulator.services.dynamodb.values import load

OLDEST = 5 * 365 * 86400  # seconds before now beyond which a moment does not count
AT_ONCE = 500


@service.operation
def update_time_to_live(ctx, TableName, TimeToLiveSpecification):
    """Turn it on or off. Raises ResourceNotFoundException, ResourceInUseException, ValidationException."""
    table = unchanging(existing(ctx, TableName))
    strong.refuse(table, "Time to live")
    now = table.more.get("ttl")
    name = TimeToLiveSpecification["AttributeName"]
    if not TimeToLiveSpecification["Enabled"]:
        if now is None:
            raise invalid("TimeToLive is already disabled")
        _check_name(now, name)
        features.save_feature(ctx, table, "ttl", None)
        _forget(ctx, table)
    else:
        if now is not None:
            _check_name(now, name)
            raise invalid("TimeToLive is already enabled")
        table = features.save_feature(ctx, table, "ttl", {"attribute": name})
        for stored in rows_of(ctx, table):
            note(ctx, table, None, stored)
    return {"TimeToLiveSpecification": TimeToLiveSpecification}


def _check_name(feature: dict, name: str) -> None:
    if feature["attribute"] != name:
        raise invalid(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {feature['attribute']}"
        )


@service.operation
def describe_time_to_live(ctx, TableName):
    """Raises ResourceNotFoundException."""
    return {"TimeToLiveDescription": description(existing(ctx, TableName))}


def description(table: DynamoTable) -> dict:
    feature = table.more.get("ttl")
    if feature is None:
        return {"TimeToLiveStatus": "DISABLED"}
    return {"TimeToLiveStatus": "ENABLED", "AttributeName": feature["attribute"]}


@follow("ttl")
def note(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    """Remember when an item expires."""
    rows = _rows(ctx, table)
    moment = None if after is None else _moment(load(after.body).get(table.more["ttl"]["attribute"]))
    if moment is None or moment <= ctx.now - OLDEST:
        rows.delete((after or before).key)
        return
    first = rows.first("at")
    rows.put(Expiry(after.key, moment))
    if first is None or moment < first.at:
        _arm(ctx, table, moment)


def _moment(value: dict | None) -> float | None:
    return float(value["N"]) if value is not None and "N" in value else None


def _rows(ctx: Context, table: DynamoTable) -> Rows[Expiry]:
    return ctx.rows(expiries, table.id, account=table.account, region=table.region)


def _arm(ctx: Context, table: DynamoTable, moment: float) -> None:
    delay = float(ctx.setting("dynamodb.expiry-seconds", 0))
    ctx.at(max(ctx.now, moment + delay), "expire", f"expire-{table.id}", arn=table.arn, table_id=table.id)


@service.job
def expire(ctx, arn, table_id):
    """Delete the items of a table whose moment has come."""
    table = table_named(ctx, arn)
    if table is None or table.id != table_id or "ttl" not in table.more:
        return
    ctx.principal = EXPIRY
    rows, items = _rows(ctx, table), rows_of(ctx, table)
    due = ctx.now - float(ctx.setting("dynamodb.expiry-seconds", 0))
    for number, each in enumerate(list(rows.by("at", None, due))):
        if number == AT_ONCE:
            break
        change(ctx, table, items.get(each.key), None)
    following = rows.first("at")
    if following is not None:
        _arm(ctx, table, following.at)


@features.forgets
def _forget(ctx: Context, table: DynamoTable) -> None:
    _rows(ctx, table).clear()
