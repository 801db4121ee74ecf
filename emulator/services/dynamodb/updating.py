"""UpdateTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.dynamodb import definitions, replicas, strong, vectors
from emulator.services.dynamodb.descriptions import describe
from emulator.services.dynamodb.errors import invalid, invalid_value
from emulator.services.dynamodb.lifecycle import (
    encryption,
    existing,
    refuse_missing,
    seconds,
    unchanging,
    with_stream,
)
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import entries_of, fill_index, fill_vectors, save_table
from emulator.services.dynamodb.tables import DynamoTable, Index, VectorIndex

# What this emulator does not have yet.
MISSING = ("GlobalTableSettingsReplicationMode",)


@service.operation
def update_table(
    ctx, TableName, AttributeDefinitions=None, BillingMode=None, ProvisionedThroughput=None,
    GlobalSecondaryIndexUpdates=None, StreamSpecification=None, SSESpecification=None, TableClass=None,
    DeletionProtectionEnabled=None, OnDemandThroughput=None, WarmThroughput=None, ReplicaUpdates=None,
    VectorIndexUpdates=None, DisassociationProtectionEnabled=None, MultiRegionConsistency="EVENTUAL",
    GlobalTableWitnessUpdates=None,
):  # fmt: skip
    """Change a table's throughput, indexes and features. Raises ResourceNotFoundException, ValidationException."""
    table = existing(ctx, TableName)
    if not ctx.input.keys() - {"TableName", "AttributeDefinitions"}:
        raise invalid(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
            "SSESpecification or ReplicaUpdates is required"
        )
    unchanging(table)
    refuse_missing(ctx, "UpdateTable", MISSING)
    if DisassociationProtectionEnabled is not None:
        if ctx.input.keys() - {"TableName", "DisassociationProtectionEnabled"}:
            raise invalid("DisassociationProtectionEnabled cannot be combined with any other change")
        table = save_table(ctx, replicas.protect(table, DisassociationProtectionEnabled))
        return {"TableDescription": {**describe(ctx, table), "TableStatus": "UPDATING"}}
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
    index_updates, vector_updates = GlobalSecondaryIndexUpdates or (), VectorIndexUpdates or ()
    _check_one_online(*index_updates, *vector_updates)
    types = {**table.types, **definitions.types_of(AttributeDefinitions)}
    table, changing, gone = _with_indexes(table, types, index_updates)
    table, gone_vectors = _with_vectors(table, types, vector_updates, changing)
    if index_updates or vector_updates:
        table = replace(table, types=_used(table, types))
    vectors.check_all(table.vectors, table.billing, [index.name for index in table.indexes])
    table, sse = _with_encryption(ctx, table, SSESpecification)
    witnesses = GlobalTableWitnessUpdates or []
    strong.check(ctx, table, ReplicaUpdates or [], witnesses, MultiRegionConsistency)
    table = replicas.update(ctx, table, ReplicaUpdates or [])
    if MultiRegionConsistency == "STRONG":
        table = strong.mark(ctx, table, witnesses)
    told = _updating(ctx, table, changing, gone, gone_vectors)
    replicas.share(ctx, table)
    description = describe(ctx, replace(told, sse=sse))
    return {"TableDescription": replicas.passing(description, ReplicaUpdates) if ReplicaUpdates else description}


def _check_one_online(*updates: dict) -> None:
    """Indexes are made and deleted one at a time. Raises LimitExceededException."""
    if sum("Create" in each or "Delete" in each for each in updates) > 1:
        raise AwsError(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        )


def _used(table: DynamoTable, types: dict[str, str]) -> dict[str, str]:
    """The attribute definitions that some key or search schema needs."""
    of_indexes = {name for index in table.indexes for name, _ in index.keys}
    used = {name for name, _ in table.keys} | of_indexes | set(vectors.names_in(table.vectors))
    return {name: kind for name, kind in types.items() if name in used}


def _updating(
    ctx: Context, table: DynamoTable, changing: dict[str, str], gone: tuple[Index, ...],
    gone_vectors: tuple[VectorIndex, ...],
) -> DynamoTable:  # fmt: skip
    """Store an update; what the answer tells. New indexes are filled, deleted ones emptied, now or when it is done."""

    def passing(kept, leaving):
        return tuple(replace(each, status=changing.get(each.name, each.status)) for each in kept) + tuple(
            replace(each, status="DELETING") for each in leaving
        )

    told = replace(
        table, status="UPDATING", indexes=passing(table.indexes, gone), vectors=passing(table.vectors, gone_vectors)
    )
    for index in gone:
        entries_of(ctx, table, index).clear()
    for index in gone_vectors:
        vectors.rows_of(ctx, table, index).clear()
    if seconds(ctx):
        save_table(ctx, told)
        ctx.after(seconds(ctx), "settle", f"settle-{table.id}", table=table.name)
        return told
    save_table(ctx, table)
    for index in table.indexes:
        if changing.get(index.name) == "CREATING":
            fill_index(ctx, table, index)
    for index in table.vectors:
        if changing.get(index.name) == "CREATING":
            fill_vectors(ctx, table, index)
    return told


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


def _with_indexes(table: DynamoTable, types: dict[str, str], updates):
    """The table with its indexes changed, the states they pass through by name, and the deleted ones."""
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
    return table, changing, tuple(gone)


def _with_vectors(table: DynamoTable, types: dict[str, str], updates, changing: dict[str, str]):
    """The table with its vector indexes changed, and the deleted ones; new ones are noted in ``changing``."""
    gone: list[VectorIndex] = []
    for update in updates:
        if len(update) != 1:
            raise invalid_value("Only one of Create or Delete may be specified in a VectorIndexUpdate")
        ((action, given),) = update.items()
        name = given["IndexName"]
        known = [index for index in table.vectors if index.name == name]
        if action == "Create":
            if known or table.index(name) is not None:
                raise invalid_value(f"Attempting to create an index which already exists: {name}")
            table = replace(table, vectors=(*table.vectors, vectors.index_of(given, types)))
            changing[name] = "CREATING"
            continue
        if not known:
            raise AwsError("ResourceNotFoundException", "Requested resource not found")
        gone += known
        table = replace(table, vectors=tuple(index for index in table.vectors if index.name != name))
    return table, tuple(gone)


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
