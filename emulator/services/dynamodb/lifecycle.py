"""CreateTable, DescribeTable, ListTables, UpdateTable and DeleteTable.

What takes AWS seconds takes the setting ``dynamodb.table-seconds`` (default 0: done at once, told as in progress).
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.dynamodb import definitions, features, replicas, streams
from emulator.services.dynamodb.descriptions import describe, describe_deleted
from emulator.services.dynamodb.errors import invalid, invalid_value, no_such_named_table, table_in_use
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import bare_name, fill_index, save_table, table_named
from emulator.services.dynamodb.tables import DynamoTable, Index, entries, items, tables

MOST_TABLES = 100  # that one page of ListTables names
DROPPED_AT_ONCE = 1000
# What this emulator does not have yet.
MISSING = ("VectorIndexes", "GlobalTableSourceArn")
MISSING_IN_UPDATES = (
    "VectorIndexUpdates", "GlobalTableWitnessUpdates", "GlobalTableSettingsReplicationMode",
    "DisassociationProtectionEnabled",
)  # fmt: skip


def _seconds(ctx: Context) -> float:
    return float(ctx.setting("dynamodb.table-seconds", 0))


def existing(ctx: Context, name: str) -> DynamoTable:
    """A table for an operation on tables. Raises ResourceNotFoundException."""
    table = table_named(ctx, name)
    if table is None:
        raise no_such_named_table(bare_name(name))
    return table


def unchanging(table: DynamoTable) -> DynamoTable:
    """The table, when nothing is in progress on it. Raises ResourceInUseException."""
    if table.status != "ACTIVE":
        raise table_in_use(f"Attempt to change a resource which is still in use: Table is being updated: {table.name}")
    return table


def _refuse_missing(ctx: Context, operation: str, members: tuple[str, ...]) -> None:
    for member in members:
        if ctx.input.get(member):
            raise NotImplementedByEmulator(f"{member} of {operation}")
    if ctx.input.get("MultiRegionConsistency") == "STRONG":
        raise NotImplementedByEmulator("MultiRegionConsistency STRONG")


@service.operation
def create_table(
    ctx, TableName, KeySchema=None, AttributeDefinitions=None, BillingMode=None, ProvisionedThroughput=None,
    StreamSpecification=None, SSESpecification=None, Tags=None, TableClass=None, DeletionProtectionEnabled=False,
    WarmThroughput=None, ResourcePolicy=None, OnDemandThroughput=None,
):  # fmt: skip
    """Make a table. Raises ResourceInUseException, ValidationException."""
    name = bare_name(TableName)
    _refuse_missing(ctx, "CreateTable", MISSING)
    types = definitions.types_of(AttributeDefinitions)
    read, write = definitions.throughput(BillingMode, ProvisionedThroughput)
    if not KeySchema:
        raise invalid("KeySchema must be specified when creating a table")
    hashes, sorts = definitions.key_parts(KeySchema, types, table=True)
    indexes = definitions.indexes_of(ctx.input, types, hashes, sorts)
    definitions.check_all_used(types, hashes + sorts, indexes)
    if name in ctx.rows(tables):
        raise table_in_use(f"Table already exists: {name}")
    table = DynamoTable(
        name=name, id=ctx.ids.uuid(), account=ctx.account, region=ctx.region, hash=hashes, range=sorts, types=types,
        created=ctx.now, indexes=indexes, billing=BillingMode or "",
        billing_since=ctx.now if BillingMode == "PAY_PER_REQUEST" else 0.0, read=read, write=write,
        table_class=TableClass or "", deletion_protection=DeletionProtectionEnabled, on_demand=OnDemandThroughput,
        warm=WarmThroughput, tags={each["Key"]: each["Value"] for each in Tags or ()}, policy=ResourcePolicy or "",
        sse=encryption(ctx, SSESpecification),
    )  # fmt: skip
    table = with_stream(ctx, table, StreamSpecification)
    told = store_passing(ctx, table, "CREATING", [index.name for index in indexes if not index.local])
    return {"TableDescription": describe(ctx, told, new=True)}


def with_stream(ctx: Context, table: DynamoTable, given: dict | None) -> DynamoTable:
    """A table with a StreamSpecification. Raises ValidationException."""
    if given is None:
        return table
    enabled = given["StreamEnabled"]
    if not enabled:
        if "StreamViewType" in given:
            raise invalid_value("StreamViewType must not be specified when StreamEnabled is false")
        streams.stop(ctx, table)
        return replace(table, stream=None)
    if "StreamViewType" not in given:
        raise invalid_value("StreamViewType is required when StreamEnabled is true")
    if table.stream:
        raise table_in_use(f"Table already has an enabled stream: TableName: {table.name}")
    return streams.start(ctx, replace(table, stream=given))


def encryption(ctx: Context, given: dict | None) -> dict | None:
    """The SSEDescription of an SSESpecification; None for the key that AWS owns."""
    if given is None or not given.get("Enabled"):
        return None
    found = ctx.call("kms", "DescribeKey", {"KeyId": given.get("KMSMasterKeyId") or "alias/aws/dynamodb"})
    return {"Status": "ENABLED", "SSEType": given.get("SSEType", "KMS"), "KMSMasterKeyArn": found["KeyMetadata"]["Arn"]}


def store_passing(ctx: Context, table: DynamoTable, status: str, changing: list[str]) -> DynamoTable:
    """Store a table that is in a state for a while, with some of its indexes; what the answer tells of it."""
    passing = replace(
        table,
        status=status,
        indexes=tuple(replace(each, status=status) if each.name in changing else each for each in table.indexes),
    )
    if _seconds(ctx):
        save_table(ctx, passing)
        ctx.after(_seconds(ctx), "settle", f"settle-{table.id}", table=table.name)
    else:
        save_table(ctx, table)
    return passing


@service.job
def settle(ctx, table):
    """What was in progress on a table is done."""
    found = ctx.rows(tables).get(table)
    if found is None:
        return
    kept = []
    for index in found.indexes:
        if index.status == "CREATING" and found.status != "CREATING":
            fill_index(ctx, found, index)
        if index.status != "DELETING":
            kept.append(replace(index, status="ACTIVE"))
    save_table(ctx, replace(found, status="ACTIVE", indexes=tuple(kept)))


@service.operation
def describe_table(ctx, TableName):
    """Raises ResourceNotFoundException."""
    return {"Table": describe(ctx, existing(ctx, TableName))}


@service.operation
def list_tables(ctx, ExclusiveStartTableName=None, Limit=MOST_TABLES):
    """The caller's tables by name."""
    rows = ctx.rows(tables)
    names = []
    for table in rows.range(ExclusiveStartTableName, after=ExclusiveStartTableName is not None):
        if len(names) == Limit:
            return {"TableNames": names, "LastEvaluatedTableName": names[-1]}
        names.append(table.name)
    return {"TableNames": names}


@service.operation
def delete_table(ctx, TableName):
    """Delete a table with all its items. Raises ResourceNotFoundException, ResourceInUseException."""
    table = existing(ctx, TableName)
    if table.deletion_protection:
        raise invalid(
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection "
            "first."
        )
    if table.status in ("CREATING", "UPDATING"):
        doing = "created" if table.status == "CREATING" else "updated"
        raise table_in_use(f"Attempt to change a resource which is still in use: Table is being {doing}: {table.name}")
    if table.status == "DELETING":
        raise table_in_use(f"Attempt to change a resource which is still in use: Table is being deleted: {table.name}")
    if _seconds(ctx):
        save_table(ctx, replace(table, status="DELETING"))
        ctx.after(_seconds(ctx), "remove_table", f"remove-{table.id}", table=table.name)
    else:
        _remove(ctx, table)
    return {"TableDescription": describe_deleted(table)}


@service.job
def remove_table(ctx, table):
    found = ctx.rows(tables).get(table)
    if found is not None:
        _remove(ctx, found)


def _remove(ctx: Context, table: DynamoTable) -> None:
    streams.stop(ctx, table)
    features.removed(ctx, table)
    ctx.rows(tables, account=table.account, region=table.region).delete(table.name)
    drop_rows(ctx, table=table.id, indexes=[index.name for index in table.indexes])


@service.job
def drop_rows(ctx, table, indexes):
    """Take what a deleted table held out of the store, bit by bit."""
    for rows in (*(ctx.rows(entries, table, name) for name in indexes), ctx.rows(items, table)):
        for row in list(_first(rows, DROPPED_AT_ONCE)):
            rows.delete(row.key)
        if len(rows):
            ctx.after(0, "drop_rows", f"drop-{table}", table=table, indexes=indexes)
            return


def _first(rows, count: int):
    for number, row in enumerate(rows.range()):
        if number == count:
            return
        yield row


@service.operation
def update_table(
    ctx, TableName, AttributeDefinitions=None, BillingMode=None, ProvisionedThroughput=None,
    GlobalSecondaryIndexUpdates=None, StreamSpecification=None, SSESpecification=None, TableClass=None,
    DeletionProtectionEnabled=None, OnDemandThroughput=None, WarmThroughput=None, ReplicaUpdates=None,
):  # fmt: skip
    """Change a table's throughput, indexes and features. Raises ResourceNotFoundException, ValidationException."""
    table = existing(ctx, TableName)
    if not ctx.input.keys() - {"TableName", "AttributeDefinitions"}:
        raise invalid(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
            "SSESpecification or ReplicaUpdates is required"
        )
    unchanging(table)
    _refuse_missing(ctx, "UpdateTable", MISSING_IN_UPDATES)
    table = _with_throughput(ctx, table, BillingMode, ProvisionedThroughput)
    table = with_stream(ctx, table, StreamSpecification)
    if TableClass is not None:
        table = replace(table, table_class=TableClass, table_class_since=ctx.now)
    if DeletionProtectionEnabled is not None:
        table = replace(table, deletion_protection=DeletionProtectionEnabled)
    if OnDemandThroughput is not None:
        table = replace(table, on_demand=OnDemandThroughput)
    if WarmThroughput is not None:
        table = replace(table, warm={**(table.warm or {}), **WarmThroughput})
    table, changing, gone = _with_indexes(ctx, table, AttributeDefinitions, GlobalSecondaryIndexUpdates or ())
    table, sse = _with_encryption(ctx, table, SSESpecification)
    table = replicas.update(ctx, table, ReplicaUpdates or [])
    told = _updating(ctx, table, changing, gone)
    replicas.share(ctx, table)
    description = describe(ctx, replace(told, sse=sse))
    return {"TableDescription": replicas.passing(description, ReplicaUpdates) if ReplicaUpdates else description}


def _updating(ctx: Context, table: DynamoTable, changing: dict[str, str], gone: tuple[Index, ...]) -> DynamoTable:
    """Store an update; what the answer tells. New indexes are filled, deleted ones emptied, now or when it is done."""
    told = replace(
        table, status="UPDATING",
        indexes=tuple(replace(each, status=changing.get(each.name, each.status)) for each in table.indexes)
        + tuple(replace(each, status="DELETING") for each in gone),
    )  # fmt: skip
    if gone:
        for index in gone:
            _drop_index(ctx, table, index)
    if _seconds(ctx):
        save_table(ctx, told)
        ctx.after(_seconds(ctx), "settle", f"settle-{table.id}", table=table.name)
        return told
    save_table(ctx, table)
    for index in table.indexes:
        if changing.get(index.name) == "CREATING":
            fill_index(ctx, table, index)
    return told


def _drop_index(ctx: Context, table: DynamoTable, index: Index) -> None:
    ctx.rows(entries, table.id, index.name, account=table.account, region=table.region).clear()


def _with_throughput(ctx: Context, table: DynamoTable, billing: str | None, given: dict | None) -> DynamoTable:
    if billing is None and given is None:
        return table
    mode = billing or table.billing or "PROVISIONED"
    if billing == "PROVISIONED" and given is None and table.billing != "PAY_PER_REQUEST":
        return table
    read, write = definitions.throughput(mode, given)
    if mode != "PAY_PER_REQUEST" and billing is None and (read, write) == (table.read, table.write):
        raise invalid(
            f"The provisioned throughput for the table will not change. The requested value equals the current value. "
            f"Current ReadCapacityUnits provisioned for the table: {read}. Requested ReadCapacityUnits: {read}. "
            f"Current WriteCapacityUnits provisioned for the table: {write}. Requested WriteCapacityUnits: {write}. "
            f"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )
    changed = replace(
        table, read=read, write=write, billing=mode,
        increased=ctx.now if read > table.read or write > table.write else table.increased,
        decreased=ctx.now if read < table.read or write < table.write else table.decreased,
    )  # fmt: skip
    if mode == "PAY_PER_REQUEST":
        since = table.billing_since if table.billing == mode else ctx.now
        zero = tuple(replace(index, read=0, write=0) for index in table.indexes)
        changed = replace(changed, billing_since=since, indexes=zero)
    return changed


def _with_encryption(ctx: Context, table: DynamoTable, given: dict | None) -> tuple[DynamoTable, dict | None]:
    """The table with another key, and the SSEDescription that the answer tells."""
    if given is None:
        return table, table.sse
    sse = encryption(ctx, given)
    return replace(table, sse=sse), {**(sse or table.sse), "Status": "UPDATING"} if sse or table.sse else None


def _with_indexes(ctx: Context, table: DynamoTable, attributes: list[dict] | None, updates):
    """The table with its indexes changed, the states they pass through by name, and the deleted ones."""
    types = {**table.types, **definitions.types_of(attributes)}
    changing: dict[str, str] = {}
    gone: list[Index] = []
    for update in updates:
        ((action, given),) = update.items() if len(update) == 1 else [(None, None)]
        if action is None:
            raise invalid_value(
                "Only one of Create, Update or Delete may be specified in a GlobalSecondaryIndexUpdate"
            )
        name = given["IndexName"]
        index = table.index(name)
        if action == "Create":
            table = _with_new_index(table, index, given, types)
            changing[name] = "CREATING"
            continue
        if index is None or index.local:
            raise AwsError("ResourceNotFoundException", "Requested resource not found")
        if action == "Delete":
            gone.append(index)
            table = replace(table, indexes=tuple(each for each in table.indexes if each.name != name))
        else:
            table = _with_changed_index(table, index, given)
            changing[name] = "UPDATING"
    if updates:
        used = {name for name, _ in table.keys} | {name for index in table.indexes for name, _ in index.keys}
        table = replace(table, types={name: kind for name, kind in types.items() if name in used})
    return table, changing, tuple(gone)


def _with_new_index(table: DynamoTable, existing_index: Index | None, given: dict, types: dict) -> DynamoTable:
    name = given["IndexName"]
    if existing_index is not None:
        raise invalid_value(f"Attempting to create an index which already exists: {name}")
    if sum(not index.local for index in table.indexes) == definitions.MOST_GLOBAL:
        raise AwsError(
            "LimitExceededException",
            f"Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of "
            f"{definitions.MOST_GLOBAL}",
        )
    return replace(table, indexes=(*table.indexes, definitions.global_index(given, types, table.billing or None)))


def _with_changed_index(table: DynamoTable, index: Index, given: dict) -> DynamoTable:
    changed = index
    if "ProvisionedThroughput" in given:
        read, write = definitions.throughput(table.billing or None, given["ProvisionedThroughput"], index.name)
        changed = replace(changed, read=read, write=write)
    if "OnDemandThroughput" in given:
        changed = replace(changed, on_demand=given["OnDemandThroughput"])
    if "WarmThroughput" in given:
        changed = replace(changed, warm=given["WarmThroughput"])
    return replace(table, indexes=tuple(changed if each is index else each for each in table.indexes))
