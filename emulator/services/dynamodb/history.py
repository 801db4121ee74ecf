"""Continuous backups: what items were before each change, kept for the recovery period, so that any moment comes back.

A moment is what is there now with every later change undone.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
"""

from collections.abc import Iterator

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Rows
from emulator.services.dynamodb import features
from emulator.services.dynamodb.following import follow
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import bare_name, rows_of, table_named
from emulator.services.dynamodb.tables import DynamoTable, Past, Stored, pasts

DAY = 86400.0
LONGEST = 35  # days


def backed_up(ctx: Context, name: str) -> DynamoTable:
    """A table for operations on backups. Raises TableNotFoundException."""
    table = table_named(ctx, name)
    if table is None:
        raise AwsError("TableNotFoundException", f"Table not found: {bare_name(name)}")
    return table


def window(ctx: Context, table: DynamoTable) -> tuple[float, float]:
    """The earliest and the latest moment that can be restored. Raises PointInTimeRecoveryUnavailableException.

    AWS lags some five minutes behind; here ``dynamodb.restorable-lag-seconds`` (default 0).
    """
    feature = table.more.get("pitr")
    if feature is None:
        raise AwsError(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )
    latest = max(feature["since"], ctx.now - float(ctx.setting("dynamodb.restorable-lag-seconds", 0)))
    return max(feature["since"], ctx.now - feature["days"] * DAY), latest


def pasts_of(ctx: Context, table: DynamoTable) -> Rows[Past]:
    return ctx.rows(pasts, table.id, account=table.account, region=table.region)


@follow("pitr")
def remember(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    rows = pasts_of(ctx, table)
    newest = next(rows.range(reverse=True), None)
    rows.put(Past(newest.number + 1 if newest is not None else 1, ctx.now, (after or before).key, before))


def state_at(ctx: Context, table: DynamoTable, moment: float) -> dict[bytes, Stored]:
    """The items of a table, by key, as they were after all changes of ``moment``."""
    state = {stored.key: stored for stored in rows_of(ctx, table)}
    for past in pasts_of(ctx, table).range(reverse=True):
        if past.at <= moment:
            break
        if past.before is None:
            state.pop(past.key, None)
        else:
            state[past.key] = past.before
    return state


def changes_between(ctx: Context, table: DynamoTable, start: float, end: float) -> Iterator[Past]:
    """The changes after ``start`` up to ``end``, oldest first."""
    return (past for past in pasts_of(ctx, table).range() if start < past.at <= end)


@service.operation
def update_continuous_backups(ctx, TableName, PointInTimeRecoverySpecification):
    """Turn point-in-time recovery on or off. Raises TableNotFoundException."""
    table = backed_up(ctx, TableName)
    feature, given = table.more.get("pitr"), PointInTimeRecoverySpecification
    if given["PointInTimeRecoveryEnabled"]:
        days = given.get("RecoveryPeriodInDays", feature["days"] if feature else LONGEST)
        since = feature["since"] if feature else ctx.now
        table = features.save_feature(ctx, table, "pitr", {"since": since, "days": days})
        ctx.after(DAY, "trim_history", f"history-{table.id}", arn=table.arn, table_id=table.id)
    else:
        table = features.save_feature(ctx, table, "pitr", None)
        forget(ctx, table)
    return {"ContinuousBackupsDescription": _description(ctx, table)}


@service.operation
def describe_continuous_backups(ctx, TableName):
    """Raises TableNotFoundException."""
    return {"ContinuousBackupsDescription": _description(ctx, backed_up(ctx, TableName))}


def _description(ctx: Context, table: DynamoTable) -> dict:
    recovery = {"PointInTimeRecoveryStatus": "DISABLED"}
    if "pitr" in table.more:
        earliest, latest = window(ctx, table)
        recovery = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": table.more["pitr"]["days"],
            "EarliestRestorableDateTime": earliest,
            "LatestRestorableDateTime": latest,
        }
    return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}


@service.job
def trim_history(ctx, arn, table_id):
    """Once a day: forget what lies before the recovery period."""
    table = table_named(ctx, arn)
    if table is None or table.id != table_id or "pitr" not in table.more:
        return
    rows, earliest = pasts_of(ctx, table), window(ctx, table)[0]
    for past in list(_until(rows, earliest)):
        rows.delete(past.number)
    ctx.after(DAY, "trim_history", f"history-{table.id}", arn=arn, table_id=table_id)


def _until(rows: Rows[Past], moment: float) -> Iterator[Past]:
    for past in rows.range():
        if past.at > moment:
            return
        yield past


@features.forgets
def forget(ctx: Context, table: DynamoTable) -> None:
    pasts_of(ctx, table).clear()
