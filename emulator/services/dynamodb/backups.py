"""Backups of tables on demand, and restoring tables from them or from a moment.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BackupRestore.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import features, history, ttl
from emulator.services.dynamodb.descriptions import key_schema
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.restoring import restore
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import bare_name, rows_of
from emulator.services.dynamodb.tables import Backup, DynamoTable, Index, backups, saved

MOST = 100  # that one page lists
SYSTEM_KEPT = 35 * history.DAY


@service.operation
def create_backup(ctx, TableName, BackupName):
    """Keep a table as it is now. Raises TableNotFoundException, TableInUseException."""
    table = history.backed_up(ctx, TableName)
    if table.status != "ACTIVE":
        raise AwsError("TableInUseException", f"Table is being changed: {table.name}")
    return {"BackupDetails": {**_details(_keep(ctx, table, BackupName, "USER")), "BackupStatus": "CREATING"}}


def _keep(ctx: Context, table: DynamoTable, name: str, kind: str, expires: float = 0.0) -> Backup:
    arn = f"{table.arn}/backup/{int(ctx.now * 1000):014d}-{ctx.ids.hex(8)}"
    where = {"account": table.account, "region": table.region}
    rows, size = ctx.rows(saved, arn, **where), 0
    for stored in rows_of(ctx, table):
        rows.put(stored)
        size += stored.size
    return ctx.rows(backups, **where).put(Backup(arn, name, kind, ctx.now, table, size, len(rows), expires))


@features.forgets
def keep_deleted(ctx: Context, table: DynamoTable) -> None:
    """A deleted table that had point-in-time recovery leaves a backup for 35 days."""
    if "pitr" in table.more:
        backup = _keep(ctx, table, f"{table.name}$DeletedTableBackup", "SYSTEM", ctx.now + SYSTEM_KEPT)
        ctx.at(backup.expires, "expire_backup", f"backup-{backup.arn}", arn=backup.arn)


@service.job
def expire_backup(ctx, arn):
    if arn in ctx.rows(backups):
        _delete(ctx, arn)


def _delete(ctx: Context, arn: str) -> None:
    ctx.rows(backups).delete(arn)
    ctx.rows(saved, arn).clear()


def _found(ctx: Context, arn: str) -> Backup:
    """Raises BackupNotFoundException, ValidationException."""
    if ":table/" not in arn or "/backup/" not in arn:
        raise invalid(f"Invalid BackupArn: {arn}")
    backup = ctx.rows(backups).get(arn)
    if backup is None:
        raise AwsError("BackupNotFoundException", f"Backup not found: {arn}")
    return backup


@service.operation
def describe_backup(ctx, BackupArn):
    """Raises BackupNotFoundException."""
    return {"BackupDescription": _description(_found(ctx, BackupArn))}


@service.operation
def delete_backup(ctx, BackupArn):
    """Raises BackupNotFoundException."""
    description = _description(_found(ctx, BackupArn))
    _delete(ctx, BackupArn)
    description["BackupDetails"]["BackupStatus"] = "DELETED"
    return {"BackupDescription": description}


@service.operation
def list_backups(
    ctx, TableName=None, Limit=MOST, TimeRangeLowerBound=None, TimeRangeUpperBound=None, ExclusiveStartBackupArn=None,
    BackupType="USER",
):  # fmt: skip
    """The caller's backups, of one table or all, made from the lower bound on and before the upper one."""
    name = bare_name(TableName) if TableName else ""
    found, rows = [], ctx.rows(backups)
    for backup in rows.range(ExclusiveStartBackupArn, after=ExclusiveStartBackupArn is not None):
        if (
            (name and backup.table.name != name)
            or (TimeRangeLowerBound is not None and backup.created < TimeRangeLowerBound)
            or (TimeRangeUpperBound is not None and backup.created >= TimeRangeUpperBound)
            or BackupType not in (backup.kind, "ALL")
        ):
            continue
        if len(found) == Limit:
            return {"BackupSummaries": found, "LastEvaluatedBackupArn": found[-1]["BackupArn"]}
        table = backup.table
        found.append({
            "TableName": table.name, "TableId": table.id, "TableArn": table.arn, **_details(backup),
        })  # fmt: skip
    return {"BackupSummaries": found}


@service.operation
def restore_table_from_backup(ctx, TargetTableName, BackupArn):
    """A new table out of a backup. Raises BackupNotFoundException, TableAlreadyExistsException."""
    backup = _found(ctx, BackupArn)
    summary = {"SourceBackupArn": backup.arn, "RestoreDateTime": backup.created}
    return restore(ctx, backup.table, ctx.rows(saved, backup.arn), summary)


@service.operation
def restore_table_to_point_in_time(
    ctx, TargetTableName, SourceTableArn=None, SourceTableName=None, UseLatestRestorableTime=False,
    RestoreDateTime=None,
):  # fmt: skip
    """A new table out of what another was at a moment. Raises InvalidRestoreTimeException, TableNotFoundException."""
    if SourceTableArn is None and SourceTableName is None:
        raise invalid("Either SourceTableArn or SourceTableName must be specified")
    source = history.backed_up(ctx, SourceTableArn or SourceTableName)
    earliest, latest = history.window(ctx, source)
    if UseLatestRestorableTime == (RestoreDateTime is not None):
        raise invalid("Either RestoreDateTime or UseLatestRestorableTime must be specified, but not both")
    moment = latest if UseLatestRestorableTime else RestoreDateTime
    if not earliest <= moment <= latest:
        raise AwsError(
            "InvalidRestoreTimeException",
            "The specified restore time is not between EarliestRestorableDateTime and LatestRestorableDateTime",
        )
    return restore(ctx, source, history.state_at(ctx, source, moment).values(), {"RestoreDateTime": moment})


def _details(backup: Backup) -> dict:
    out = {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": backup.size,
        "BackupStatus": "AVAILABLE",
        "BackupType": backup.kind,
        "BackupCreationDateTime": backup.created,
    }
    return out | ({"BackupExpiryDateTime": backup.expires} if backup.expires else {})


def _description(backup: Backup) -> dict:
    table = backup.table
    source = {
        "TableName": table.name,
        "TableId": table.id,
        "TableArn": table.arn,
        "TableSizeBytes": backup.size,
        "KeySchema": key_schema(table.hash, table.range),
        "TableCreationDateTime": table.created,
        "ProvisionedThroughput": {"ReadCapacityUnits": table.read, "WriteCapacityUnits": table.write},
        "ItemCount": backup.count,
        "BillingMode": table.billing or "PROVISIONED",
    }
    if table.on_demand:
        source["OnDemandThroughput"] = table.on_demand
    return {
        "BackupDetails": _details(backup),
        "SourceTableDetails": source,
        "SourceTableFeatureDetails": _features(table),
    }


def _features(table: DynamoTable) -> dict:
    out = {"TimeToLiveDescription": ttl.description(table)}
    for member, local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
        found = [_index(table, index) for index in table.indexes if index.local is local]
        if found:
            out[member] = found
    if table.stream:
        out["StreamDescription"] = table.stream
    if table.sse:
        out["SSEDescription"] = table.sse
    return out


def _index(table: DynamoTable, index: Index) -> dict:
    projection = {"ProjectionType": index.projection}
    if index.include:
        projection["NonKeyAttributes"] = list(index.include)
    out = {"IndexName": index.name, "KeySchema": key_schema(index.hash, index.range), "Projection": projection}
    if not index.local:
        out["ProvisionedThroughput"] = {"ReadCapacityUnits": index.read, "WriteCapacityUnits": index.write}
    return out
