"""Global tables (version 2019.11.21): one table in several regions, each of which takes writes.

Changes travel as jobs, ``dynamodb.replication-seconds`` (default 0) later; of two writes of one item the later stands.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

from collections.abc import Iterator

from emulator.kernel.context import Context, Principal
from emulator.kernel.store import Rows, replace
from emulator.services.dynamodb import features, streams, vectors
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.following import follow
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import (
    change,
    entries_of,
    fill,
    fill_index,
    fill_vectors,
    rows_of,
    save_table,
    table_named,
)
from emulator.services.dynamodb.tables import DynamoTable, Stamp, Stored, stamps, tables

VERSION = "2019.11.21"
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
# Who writes what was written in another region.
REPLICATION = Principal("Service", "", "replication.dynamodb.amazonaws.com", "replication.dynamodb.amazonaws.com")
# Settings of one replica that ReplicaUpdates give, under the names of its description.
SETTINGS = ("KMSMasterKeyId", "ProvisionedThroughputOverride", "OnDemandThroughputOverride", "GlobalSecondaryIndexes")
# What all replicas have in common.
SHARED = ("types", "indexes", "vectors", "billing", "billing_since", "write", "on_demand")


def others(ctx: Context, table: DynamoTable) -> Iterator[DynamoTable]:
    """The replicas of a table in other regions."""
    for region in table.more.get("replicas", {}).get("regions", ()):
        found = ctx.rows(tables, account=table.account, region=region).get(table.name)
        if found is not None:
            yield found


def joined(ctx: Context, table: DynamoTable, region: str, settings: dict, version: str = VERSION) -> DynamoTable:
    """The table with a replica in one more region, which all replicas know."""
    feature = table.more.get("replicas") or {"version": version, "regions": {}}
    for other in list(others(ctx, table)):
        _note(ctx, other, region, settings, version)
    regions = {**feature["regions"], region: settings}
    return features.with_feature(table, "replicas", {**feature, "regions": regions})


def _note(ctx: Context, table: DynamoTable, region: str, settings: dict, version: str) -> None:
    feature = table.more.get("replicas") or {"version": version, "regions": {}}
    regions = {**feature["regions"], region: settings}
    features.save_feature(ctx, table, "replicas", {**feature, "regions": regions})


def parted(table: DynamoTable, region: str) -> DynamoTable:
    """The table without its replica in a region."""
    feature = table.more["replicas"]
    regions = {name: settings for name, settings in feature["regions"].items() if name != region}
    return features.with_feature(table, "replicas", {**feature, "regions": regions} if regions else None)


def update(ctx: Context, table: DynamoTable, updates: list[dict]) -> DynamoTable:
    """Do the ReplicaUpdates of UpdateTable. Raises ValidationException."""
    for each in updates:
        if len(each) != 1:
            raise invalid("Only one of Create, Update or Delete may be specified in a ReplicationGroupUpdate")
        ((action, given),) = each.items()
        region = given["RegionName"]
        if action == "Disassociate":
            _begin_to_leave(ctx, table, region)
            continue
        if region == table.region:
            raise invalid(
                "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, "
                "or UpdateTable as required."
            )
        settings = {name: given[name] for name in SETTINGS if name in given}
        if "TableClassOverride" in given:
            settings["ReplicaTableClassSummary"] = {"TableClass": given["TableClassOverride"]}
        known = table.more.get("replicas", {}).get("regions", {})
        if action == "Create":
            table = _create(ctx, table, region, settings)
        elif region not in known:
            raise invalid(
                "Update global table operation failed because one or more replicas were not part of the global table."
            )
        elif action == "Update":
            table = joined(ctx, table, region, {**known[region], **settings})
        else:
            _remove(ctx, table, region)
            table = parted(table, region)
    return table


def protect(table: DynamoTable, protected: bool) -> DynamoTable:
    """The replica with protection from disassociation or without. Raises ValidationException."""
    feature = table.more.get("replicas")
    if feature is None or feature["version"] != VERSION:
        raise invalid("DisassociationProtectionEnabled can only be changed for a replica of a global table")
    return features.with_feature(table, "replicas", {**feature, "protected": protected})


def _begin_to_leave(ctx: Context, table: DynamoTable, region: str) -> None:
    """Disassociate the table once all changes that are on their way have come. Raises ValidationException."""
    feature = table.more.get("replicas")
    if feature is None or feature["version"] != VERSION or region != table.region:
        raise invalid("Only the replica of the Region that the request is sent to can be disassociated")
    if feature.get("protected", True):
        raise invalid("Replica cannot be disassociated as it is currently protected against disassociation. Disable "
                      "disassociation protection first.")  # fmt: skip
    delay = float(ctx.setting("dynamodb.replication-seconds", 0))
    ctx.after(delay, "disassociate", f"disassociate-{table.id}", arn=table.arn, table_id=table.id)


@service.job
def disassociate(ctx, arn, table_id):
    """Let a replica stand on as a table of its own."""
    table = table_named(ctx, arn)
    if table is not None and table.id == table_id and "replicas" in table.more:
        leave(ctx, table)
        features.save_feature(ctx, table, "replicas", None)


def _create(ctx: Context, table: DynamoTable, region: str, settings: dict) -> DynamoTable:
    if table.name in ctx.rows(tables, account=table.account, region=region):
        raise invalid(
            f"Failed to create a the new replica of table with name: '{table.name}' because one or more replicas "
            "already existed as tables."
        )
    if not table.stream:
        table = streams.start(ctx, replace(table, stream=STREAM))
    elif table.stream["StreamViewType"] != "NEW_AND_OLD_IMAGES":
        raise invalid("Table must have a stream with both the new and the old images before replicas can be added")
    siblings = {table.region: {}, **table.more.get("replicas", {}).get("regions", {})}
    table = joined(ctx, table, region, settings)
    replica = replace(
        table, id=ctx.ids.uuid(), region=region, created=ctx.now, tags={}, policy="", stream=STREAM, stream_label="",
        more={"replicas": {"version": VERSION, "regions": siblings}},
    )  # fmt: skip
    replica = save_table(ctx, streams.start(ctx, replica))
    fill(ctx, replica, rows_of(ctx, table))
    return table


def _remove(ctx: Context, table: DynamoTable, region: str) -> None:
    if table.name in ctx.rows(tables, account=table.account, region=region):
        ctx.call("dynamodb", "DeleteTable", {"TableName": table.name}, region=region)


@features.forgets
def leave(ctx: Context, table: DynamoTable) -> None:
    """A removed table is no replica of the others any more."""
    _stamps(ctx, table).clear()
    for other in list(others(ctx, table)):
        if table.region in other.more.get("replicas", {}).get("regions", {}):
            save_table(ctx, parted(other, table.region))


def share(ctx: Context, table: DynamoTable) -> None:
    """Bring what all replicas have in common to the others."""
    for other in list(others(ctx, table)):
        had = {index.name for index in other.indexes}
        have = {index.name for index in table.indexes}
        had_vectors = {index.name for index in other.vectors}
        for index in other.vectors:
            if index not in table.vectors:
                vectors.rows_of(ctx, other, index).clear()
        for index in other.indexes:
            if index.name not in have:
                entries_of(ctx, other, index).clear()
        other = save_table(ctx, replace(other, **{name: getattr(table, name) for name in SHARED}))
        for index in other.indexes:
            if index.name not in had:
                fill_index(ctx, other, index)
        for index in other.vectors:
            if index.name not in had_vectors:
                fill_vectors(ctx, other, index)


def described(feature: dict) -> dict:
    """The replicas in a table's description."""
    found = []
    for region, settings in feature["regions"].items():
        out = {"RegionName": region, "ReplicaStatus": "ACTIVE", **settings}
        if "GlobalSecondaryIndexes" in out:
            names = ("IndexName", "ProvisionedThroughputOverride", "OnDemandThroughputOverride")
            out["GlobalSecondaryIndexes"] = [
                {name: index[name] for name in names if name in index} for index in out["GlobalSecondaryIndexes"]
            ]
        found.append(out)
    told = {"GlobalTableVersion": feature["version"], "Replicas": found}
    if "consistency" in feature:
        told["MultiRegionConsistency"] = feature["consistency"]
    if feature.get("witnesses"):
        told["GlobalTableWitnesses"] = [
            {"RegionName": region, "WitnessStatus": "ACTIVE"} for region in feature["witnesses"]
        ]
    return told | ({"DisassociationProtectionEnabled": feature["protected"]} if "protected" in feature else {})


features.descriptions["replicas"] = described


def passing(description: dict, updates: list[dict]) -> dict:
    """The description with replicas in the states through which the updates bring them."""
    updates = [each for each in updates if "Disassociate" not in each]
    if not updates:
        return description
    doing = {"Create": "CREATING", "Update": "UPDATING"}
    states = {given["RegionName"]: doing.get(action) for each in updates for action, given in each.items()}
    found = [
        {**replica, "ReplicaStatus": states.get(replica["RegionName"]) or "ACTIVE"}
        for replica in description.get("Replicas", ())
    ]
    found += [{"RegionName": name, "ReplicaStatus": "DELETING"} for name, state in states.items() if state is None]
    return {**description, "GlobalTableVersion": VERSION, "Replicas": found}


# Changes of items


def _stamps(ctx: Context, table: DynamoTable) -> Rows[Stamp]:
    return ctx.rows(stamps, table.id, account=table.account, region=table.region)


@follow("replicas")
def send(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    """Let a change travel to the other regions, unless it has come from there."""
    if ctx.principal is REPLICATION:
        return
    key = (after or before).key
    _stamps(ctx, table).put(Stamp(key, ctx.now, table.region))
    if table.more["replicas"].get("consistency") == "STRONG":
        _write_at_once(ctx, table, before, after)
        return
    delay = float(ctx.setting("dynamodb.replication-seconds", 0))
    for other in others(ctx, table):
        ctx.after(
            delay, "receive", arn=other.arn, key=key, body=after and after.body, size=after.size if after else 0,
            at=ctx.now, origin=table.region,
        )  # fmt: skip


def _write_at_once(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    """Write to all replicas within the operation."""
    caller, ctx.principal = ctx.principal, REPLICATION
    for other in list(others(ctx, table)):
        change(ctx, other, before, after)
    ctx.principal = caller


@service.job
def receive(ctx, arn, key, body, size, at, origin):
    """Write what another region wrote, unless something later stands here."""
    table = table_named(ctx, arn)
    if table is None or "replicas" not in table.more:
        return
    rows = _stamps(ctx, table)
    stamp = rows.get(key)
    if stamp is not None and (stamp.at, stamp.region) > (at, origin):
        return
    rows.put(Stamp(key, at, origin))
    ctx.principal = REPLICATION
    change(ctx, table, rows_of(ctx, table).get(key), None if body is None else Stored(key, body, size))
