"""Global tables of version 2017.11.29: a name under which tables that stand in several regions are joined.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables.V1.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.dynamodb import scaling
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import rows_of, save_table
from emulator.services.dynamodb.tables import DynamoTable, GlobalTable, global_tables, tables

VERSION = "2017.11.29"
MOST = 100  # that one page lists


def _member(ctx: Context, name: str, region: str) -> DynamoTable:
    """Raises TableNotFoundException."""
    table = ctx.rows(tables, region=region).get(name)
    if table is None:
        raise AwsError("TableNotFoundException", f"Table not found: {name}")
    return table


def _joinable(ctx: Context, name: str, region: str) -> DynamoTable:
    """A table that may become a replica. Raises TableNotFoundException, ValidationException."""
    table = _member(ctx, name, region)
    if not table.stream or table.stream["StreamViewType"] != "NEW_AND_OLD_IMAGES":
        raise invalid("Table must have a stream with both the new and the old images before it can join a global table")
    if len(rows_of(ctx, table)):
        raise invalid("Table must be empty before it can join a global table")
    return table


def _found(ctx: Context, name: str) -> GlobalTable:
    """Raises GlobalTableNotFoundException."""
    found = ctx.rows(global_tables).get(name)
    if found is None:
        raise AwsError(
            "GlobalTableNotFoundException", f"Global Table not found: Global table with name: '{name}' does not exist."
        )
    return found


def _connect(ctx: Context, name: str, regions: tuple[str, ...]) -> None:
    """Let the tables of all regions know each other."""
    for region in regions:
        table = _member(ctx, name, region)
        feature = {"version": VERSION, "regions": {other: {} for other in regions if other != region}}
        more = {each: value for each, value in table.more.items() if each != "replicas"}
        save_table(ctx, replace(table, more=more | ({"replicas": feature} if feature["regions"] else {})))


@service.operation
def create_global_table(ctx, GlobalTableName, ReplicationGroup):
    """Join empty tables of one name. Raises GlobalTableAlreadyExistsException, TableNotFoundException."""
    rows = ctx.rows(global_tables)
    if GlobalTableName in rows:
        raise AwsError(
            "GlobalTableAlreadyExistsException", f"Global table with name: '{GlobalTableName}' already exists."
        )
    regions = tuple(dict.fromkeys(each["RegionName"] for each in ReplicationGroup))
    for region in regions:
        _joinable(ctx, GlobalTableName, region)
    _connect(ctx, GlobalTableName, regions)
    made = rows.put(GlobalTable(GlobalTableName, ctx.now, regions))
    return {"GlobalTableDescription": _description(ctx, made, "CREATING")}


@service.operation
def describe_global_table(ctx, GlobalTableName):
    """Raises GlobalTableNotFoundException."""
    return {"GlobalTableDescription": _description(ctx, _found(ctx, GlobalTableName), "ACTIVE")}


@service.operation
def list_global_tables(ctx, ExclusiveStartGlobalTableName=None, Limit=MOST, RegionName=None):
    """The caller's global tables, all or those with a replica in one region."""
    found, start = [], ExclusiveStartGlobalTableName
    for each in ctx.rows(global_tables).range(start, after=start is not None):
        if RegionName is not None and RegionName not in each.regions:
            continue
        if len(found) == Limit:
            return {"GlobalTables": found, "LastEvaluatedGlobalTableName": found[-1]["GlobalTableName"]}
        group = [{"RegionName": region} for region in each.regions]
        found.append({"GlobalTableName": each.name, "ReplicationGroup": group})
    return {"GlobalTables": found}


@service.operation
def update_global_table(ctx, GlobalTableName, ReplicaUpdates):
    """Add and remove replicas; a removed one stays as a table. Raises ReplicaAlreadyExistsException and its like."""
    found = _found(ctx, GlobalTableName)
    regions = list(found.regions)
    for update in ReplicaUpdates:
        ((action, given),) = update.items()
        region = given["RegionName"]
        if action == "Create":
            if region in regions:
                raise AwsError("ReplicaAlreadyExistsException", f"Replica already exists in region: {region}")
            _joinable(ctx, GlobalTableName, region)
            regions.append(region)
        else:
            if region not in regions:
                raise AwsError("ReplicaNotFoundException", f"Replica not found in region: {region}")
            regions.remove(region)
            _connect(ctx, GlobalTableName, (region,))
    _connect(ctx, GlobalTableName, tuple(regions))
    changed = replace(found, regions=tuple(regions))
    rows = ctx.rows(global_tables)
    if regions:
        rows.put(changed)
    else:
        rows.delete(GlobalTableName)
    return {"GlobalTableDescription": _description(ctx, changed, "UPDATING")}


def _description(ctx: Context, found: GlobalTable, status: str) -> dict:
    return {
        "ReplicationGroup": [{"RegionName": region, "ReplicaStatus": "ACTIVE"} for region in found.regions],
        "GlobalTableArn": f"arn:aws:dynamodb::{ctx.account}:global-table/{found.name}",
        "CreationDateTime": found.created,
        "GlobalTableStatus": status,
        "GlobalTableName": found.name,
    }


# Settings


@service.operation
def describe_global_table_settings(ctx, GlobalTableName):
    """Capacity and auto scaling of each replica. Raises GlobalTableNotFoundException."""
    found = _found(ctx, GlobalTableName)
    settings = [_settings(_member(ctx, found.name, region)) for region in found.regions]
    return {"GlobalTableName": found.name, "ReplicaSettings": settings}


@service.operation
def update_global_table_settings(
    ctx, GlobalTableName, GlobalTableBillingMode=None, GlobalTableProvisionedWriteCapacityUnits=None,
    GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate=None,
    GlobalTableGlobalSecondaryIndexSettingsUpdate=None, ReplicaSettingsUpdate=None,
):  # fmt: skip
    """What is for writing holds for all replicas. Raises GlobalTableNotFoundException, ReplicaNotFoundException."""
    found = _found(ctx, GlobalTableName)
    own = {each["RegionName"]: each for each in ReplicaSettingsUpdate or ()}
    for region in own:
        if region not in found.regions:
            raise AwsError("ReplicaNotFoundException", f"Replica not found in region: {region}")
    for region in found.regions:
        table = _member(ctx, found.name, region)
        if GlobalTableBillingMode is not None and GlobalTableBillingMode != table.billing:
            table = replace(table, billing=GlobalTableBillingMode, billing_since=ctx.now)
        if GlobalTableProvisionedWriteCapacityUnits is not None:
            table = replace(table, write=GlobalTableProvisionedWriteCapacityUnits)
        table = scaling.with_setting(table, "write", GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate)
        for given in GlobalTableGlobalSecondaryIndexSettingsUpdate or ():
            table = _with_index(table, given, "write", "Write")
        given = own.get(region, {})
        if "ReplicaProvisionedReadCapacityUnits" in given:
            table = replace(table, read=given["ReplicaProvisionedReadCapacityUnits"])
        reading = given.get("ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate")
        table = scaling.with_setting(table, "read", reading)
        if "ReplicaTableClass" in given:
            table = replace(table, table_class=given["ReplicaTableClass"], table_class_since=ctx.now)
        for index in given.get("ReplicaGlobalSecondaryIndexSettingsUpdate", ()):
            table = _with_index(table, index, "read", "Read")
        save_table(ctx, table)
    return describe_global_table_settings(ctx, GlobalTableName)


def _with_index(table: DynamoTable, given: dict, what: str, word: str) -> DynamoTable:
    """The table with an index's capacity and auto scaling. Raises IndexNotFoundException."""
    index = table.index(given["IndexName"])
    if index is None:
        raise AwsError("IndexNotFoundException", f"Index not found: {given['IndexName']}")
    units = given.get(f"Provisioned{word}CapacityUnits")
    if units is not None:
        changed = replace(index, **{what: units})
        table = replace(table, indexes=tuple(changed if each is index else each for each in table.indexes))
    update = given.get(f"Provisioned{word}CapacityAutoScalingSettingsUpdate")
    return scaling.with_setting(table, what, update, index.name)


def _settings(table: DynamoTable) -> dict:
    billing = {"BillingMode": table.billing or "PROVISIONED"}
    if table.billing_since:
        billing["LastUpdateToPayPerRequestDateTime"] = table.billing_since
    out = {
        "RegionName": table.region,
        "ReplicaStatus": table.status,
        "ReplicaBillingModeSummary": billing,
        "ReplicaProvisionedReadCapacityUnits": table.read,
        "ReplicaProvisionedReadCapacityAutoScalingSettings": scaling.setting(table, "read"),
        "ReplicaProvisionedWriteCapacityUnits": table.write,
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": scaling.setting(table, "write"),
        "ReplicaGlobalSecondaryIndexSettings": [
            {
                "IndexName": index.name,
                "IndexStatus": index.status,
                "ProvisionedReadCapacityUnits": index.read,
                "ProvisionedReadCapacityAutoScalingSettings": scaling.setting(table, "read", index.name),
                "ProvisionedWriteCapacityUnits": index.write,
                "ProvisionedWriteCapacityAutoScalingSettings": scaling.setting(table, "write", index.name),
            }
            for index in table.indexes
            if not index.local
        ],
    }
    return out | ({"ReplicaTableClassSummary": {"TableClass": table.table_class}} if table.table_class else {})
