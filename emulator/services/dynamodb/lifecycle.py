"""CreateTable, DescribeTable, ListTables and DeleteTable; what tables pass through.

What takes AWS seconds takes the setting ``dynamodb.table-seconds`` (default 0: done at once, told as in progress).
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.dynamodb import definitions, features, streams, vectors
from emulator.services.dynamodb.descriptions import describe, describe_deleted
from emulator.services.dynamodb.errors import invalid, invalid_value, no_such_named_table, table_in_use
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import bare_name, fill_index, fill_vectors, save_table, table_named
from emulator.services.dynamodb.tables import DynamoTable, entries, items, tables

MOST_TABLES = 100  # that one page of ListTables names
DROPPED_AT_ONCE = 1000
# What this emulator does not have yet.
MISSING = ("GlobalTableSourceArn",)


def seconds(ctx: Context) -> float:
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


def refuse_missing(ctx: Context, operation: str, members: tuple[str, ...]) -> None:
    for member in members:
        if ctx.input.get(member):
            raise NotImplementedByEmulator(f"{member} of {operation}")


@service.operation
def create_table(
    ctx, TableName, KeySchema=None, AttributeDefinitions=None, BillingMode=None, ProvisionedThroughput=None,
    StreamSpecification=None, SSESpecification=None, Tags=None, TableClass=None, DeletionProtectionEnabled=False,
    WarmThroughput=None, ResourcePolicy=None, OnDemandThroughput=None, VectorIndexes=None,
):  # fmt: skip
    """Make a table. Raises ResourceInUseException, ValidationException."""
    name = bare_name(TableName)
    refuse_missing(ctx, "CreateTable", MISSING)
    types = definitions.types_of(AttributeDefinitions)
    read, write = definitions.throughput(BillingMode, ProvisionedThroughput)
    if not KeySchema:
        raise invalid("KeySchema must be specified when creating a table")
    hashes, sorts = definitions.key_parts(KeySchema, types, table=True)
    indexes = definitions.indexes_of(ctx.input, types, hashes, sorts)
    found = tuple(vectors.index_of(each, types) for each in VectorIndexes or ())
    vectors.check_all(found, BillingMode, [index.name for index in indexes])
    definitions.check_all_used(types, hashes + sorts, indexes, vectors.names_in(found))
    if name in ctx.rows(tables):
        raise table_in_use(f"Table already exists: {name}")
    table = DynamoTable(
        name=name, id=ctx.ids.uuid(), account=ctx.account, region=ctx.region, hash=hashes, range=sorts, types=types,
        created=ctx.now, indexes=indexes, billing=BillingMode or "",
        billing_since=ctx.now if BillingMode == "PAY_PER_REQUEST" else 0.0, read=read, write=write,
        table_class=TableClass or "", deletion_protection=DeletionProtectionEnabled, on_demand=OnDemandThroughput,
        warm=WarmThroughput, tags={each["Key"]: each["Value"] for each in Tags or ()}, policy=ResourcePolicy or "",
        sse=encryption(ctx, SSESpecification), vectors=found,
    )  # fmt: skip
    table = with_stream(ctx, table, StreamSpecification)
    changing = [index.name for index in indexes if not index.local] + [index.name for index in found]
    told = store_passing(ctx, table, "CREATING", changing)
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
    """The SSEDescription of an SSESpecification; None for the key that AWS owns. Raises ValidationException."""
    if given is None or not given.get("Enabled"):
        return None
    try:
        found = ctx.call("kms", "DescribeKey", {"KeyId": given.get("KMSMasterKeyId") or "alias/aws/dynamodb"})
    except NotImplementedByEmulator:
        raise
    except AwsError as error:
        raise invalid(error.message) from None
    key = found["KeyMetadata"]
    if not key["Enabled"]:
        raise invalid(f"{key['Arn']} is not enabled")
    return {"Status": "ENABLED", "SSEType": given.get("SSEType", "KMS"), "KMSMasterKeyArn": key["Arn"]}


def store_passing(ctx: Context, table: DynamoTable, status: str, changing: list[str]) -> DynamoTable:
    """Store a table that is in a state for a while, with some of its indexes; what the answer tells of it."""
    passing = replace(
        table,
        status=status,
        indexes=tuple(replace(each, status=status) if each.name in changing else each for each in table.indexes),
        vectors=tuple(replace(each, status=status) if each.name in changing else each for each in table.vectors),
    )
    if seconds(ctx):
        save_table(ctx, passing)
        ctx.after(seconds(ctx), "settle", f"settle-{table.id}", table=table.name)
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
    found = replace(found, status="ACTIVE", indexes=tuple(kept))
    for index in found.vectors:
        if index.status == "CREATING":
            fill_vectors(ctx, found, index)
    kept_vectors = tuple(replace(each, status="ACTIVE") for each in found.vectors if each.status != "DELETING")
    save_table(ctx, replace(found, vectors=kept_vectors))


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
    if seconds(ctx):
        save_table(ctx, replace(table, status="DELETING"))
        ctx.after(seconds(ctx), "remove_table", f"remove-{table.id}", table=table.name)
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
    for index in table.vectors:
        vectors.rows_of(ctx, table, index).clear()
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
