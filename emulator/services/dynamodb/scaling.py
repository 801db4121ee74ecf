"""Auto-scaling settings of tables and replicas: kept and told. What scales is Application Auto Scaling's business.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html
"""

from emulator.kernel.context import Context
from emulator.services.dynamodb import features, replicas
from emulator.services.dynamodb.lifecycle import existing, unchanging
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import save_table
from emulator.services.dynamodb.tables import DynamoTable

# A table's settings lie in its feature "scaling" under (what, index): "read", "write", "read:index", "write:index".
KEPT = ("MinimumUnits", "MaximumUnits", "AutoScalingRoleArn")


def settled(given: dict | None, before: dict | None = None) -> dict:
    """The AutoScalingSettingsDescription that an update makes."""
    if given is None:
        return before or {"AutoScalingDisabled": True}
    if given.get("AutoScalingDisabled"):
        return {"AutoScalingDisabled": True}
    out = {**(before or {}), **{name: given[name] for name in KEPT if name in given}, "AutoScalingDisabled": False}
    policy = given.get("ScalingPolicyUpdate")
    if policy is not None:
        out["ScalingPolicies"] = [policy]
    return out


def setting(table: DynamoTable, what: str, index: str = "") -> dict:
    """Of ``what`` ("read" or "write") in a table or in one of its indexes."""
    return table.more.get("scaling", {}).get(f"{what}:{index}" if index else what, {"AutoScalingDisabled": True})


def with_setting(table: DynamoTable, what: str, given: dict | None, index: str = "") -> DynamoTable:
    """The table with a setting updated, when one is given."""
    if given is None:
        return table
    place = f"{what}:{index}" if index else what
    settings = table.more.get("scaling", {})
    return features.with_feature(table, "scaling", {**settings, place: settled(given, settings.get(place))})


@service.operation
def describe_table_replica_auto_scaling(ctx, TableName):
    """The settings of all replicas of a table. Raises ResourceNotFoundException."""
    return {"TableAutoScalingDescription": _description(ctx, existing(ctx, TableName))}


@service.operation
def update_table_replica_auto_scaling(
    ctx, TableName, GlobalSecondaryIndexUpdates=None, ProvisionedWriteCapacityAutoScalingUpdate=None,
    ReplicaUpdates=None,
):  # fmt: skip
    """Settings for writing hold for all replicas, those for reading for one. Raises ResourceNotFoundException."""
    table = unchanging(existing(ctx, TableName))
    reads = {each["RegionName"]: each for each in ReplicaUpdates or ()}
    for each in (table, *replicas.others(ctx, table)):
        each = with_setting(each, "write", ProvisionedWriteCapacityAutoScalingUpdate)
        for index in GlobalSecondaryIndexUpdates or ():
            given = index.get("ProvisionedWriteCapacityAutoScalingUpdate")
            each = with_setting(each, "write", given, index["IndexName"])
        own = reads.get(each.region, {})
        each = with_setting(each, "read", own.get("ReplicaProvisionedReadCapacityAutoScalingUpdate"))
        for index in own.get("ReplicaGlobalSecondaryIndexUpdates", ()):
            given = index.get("ProvisionedReadCapacityAutoScalingUpdate")
            each = with_setting(each, "read", given, index["IndexName"])
        save_table(ctx, each)
    return {"TableAutoScalingDescription": _description(ctx, existing(ctx, TableName))}


def _description(ctx: Context, table: DynamoTable) -> dict:
    return {
        "TableName": table.name,
        "TableStatus": table.status,
        "Replicas": [_replica(each) for each in (table, *replicas.others(ctx, table))],
    }


def _replica(table: DynamoTable) -> dict:
    return {
        "RegionName": table.region,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index.name,
                "IndexStatus": index.status,
                "ProvisionedReadCapacityAutoScalingSettings": setting(table, "read", index.name),
                "ProvisionedWriteCapacityAutoScalingSettings": setting(table, "write", index.name),
            }
            for index in table.indexes
            if not index.local
        ],
        "ReplicaProvisionedReadCapacityAutoScalingSettings": setting(table, "read"),
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": setting(table, "write"),
        "ReplicaStatus": table.status,
    }
