"""Inventory of nodes, as they or others report it, and its deletion.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-inventory.html
"""

from operator import attrgetter
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table
from emulator.resources import page
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.inventory_aggregates import aggregated
from emulator.services.ssm.node_tables import nodes
from emulator.services.ssm.nodes import information, node_of

INFORMATION = "AWS:InstanceInformation"
SUMMARY, COMPLIANCE = "AWS:PatchSummary", "AWS:PatchCompliance"  # as AWS-RunPatchBaseline reports them
# Attributes of the types that AWS defines, with their data types.
SCHEMAS: dict[str, tuple[str, dict[str, str]]] = {
    INFORMATION: ("1.0", dict.fromkeys((
        "InstanceId", "ComputerName", "AgentType", "AgentVersion", "IpAddress", "PlatformName", "PlatformType",
        "PlatformVersion", "ResourceType", "InstanceStatus"), "string")),
    "AWS:Application": ("1.1", dict.fromkeys((
        "Name", "ApplicationType", "Publisher", "Version", "Release", "Epoch", "InstalledTime", "Architecture", "URL",
        "Summary", "PackageId"), "string")),
    "AWS:File": ("1.0", {**dict.fromkeys((
        "Name", "Description", "FileVersion", "InstalledDate", "LastAccessTime", "ProductName", "InstalledDir",
        "ProductLanguage", "CompanyName", "ProductVersion", "ModificationTime"), "string"), "Size": "number"}),
    "AWS:Network": ("1.0", dict.fromkeys((
        "Name", "SubnetMask", "Gateway", "DHCPServer", "DNSServer", "MacAddress", "IPV4", "IPV6"), "string")),
    "AWS:Service": ("1.0", dict.fromkeys((
        "Name", "DisplayName", "ServiceType", "Status", "DependentServices", "ServicesDependedOn", "StartType"),
        "string")),
    SUMMARY: ("1.0", dict.fromkeys((
        "BaselineId", "PatchGroup", "SnapshotId", "ExecutionId", "InstallOverrideList", "InstalledCount",
        "InstalledOtherCount", "InstalledRejectedCount", "InstalledPendingRebootCount", "NotApplicableCount",
        "UnreportedNotApplicableCount", "MissingCount", "FailedCount", "AvailableSecurityUpdateCount",
        "CriticalNonCompliantCount", "SecurityNonCompliantCount", "OtherNonCompliantCount", "OperationType",
        "OperationStartTime", "OperationEndTime", "LastNoRebootInstallOperationTime", "RebootOption"), "string")),
    COMPLIANCE: ("1.0", dict.fromkeys((
        "Title", "KBId", "Classification", "Severity", "State", "InstalledTime", "CVEIds"), "string")),
    "AWS:Tag": ("1.0", dict.fromkeys(("Key", "Value"), "string")),
}  # fmt: skip


class Item(Record):
    """Entries of one type of one node."""

    node_id: str
    type: str
    schema: str
    captured: str  # as it was given
    entries: tuple[dict[str, str], ...]
    hash: str | None = None


class Deletion(Record):
    """The deletion of a custom type."""

    id: str
    type: str
    started: float  # epoch seconds
    counts: dict[str, int]  # entries by version of the schema


items = Table("ssm.inventory", Item, key=lambda item: (item.node_id, item.type), ordered=True)
deletions = Table("ssm.inventory_deletion", Deletion, key=attrgetter("id"), ordered=True)


def _check_type(name: str) -> None:
    if name not in SCHEMAS and not name.startswith("Custom:"):
        raise AwsError("InvalidTypeNameException", f"The parameter type name {name} isn't valid.")


@service.operation
def put_inventory(ctx: Context, InstanceId, Items):
    """Raises InvalidInstanceId, InvalidTypeNameException, ItemContentMismatchException."""
    node = node_of(ctx, InstanceId)
    for given in Items:
        name, entries = given["TypeName"], given.get("Content")
        _check_type(name)
        known = ctx.rows(items).get((node.id, name))
        if entries is None:
            if known is None or known.hash != given.get("ContentHash"):
                raise AwsError("ItemContentMismatchException", "The inventory item has mismatched content.",
                               TypeName=name)  # fmt: skip
            entries = known.entries
        ctx.rows(items).put(Item(node.id, name, given["SchemaVersion"], given["CaptureTime"], tuple(entries),
                                 given.get("ContentHash")))  # fmt: skip
    return {"Message": "Inventory was successfully stored."}


def _of_node(ctx: Context, node_id: str) -> dict[str, Item]:
    """What is known of a node by type; what Systems Manager itself knows of it first."""
    node = ctx.rows(nodes).get(node_id)
    found: dict[str, Item] = {}
    if node is not None:
        known = information(ctx, node)
        own = {
            "InstanceId": node.id, "ComputerName": node.computer_name, "AgentType": "amazon-ssm-agent",
            "AgentVersion": known["AgentVersion"], "IpAddress": node.address, "PlatformName": node.platform_name,
            "PlatformType": node.platform, "PlatformVersion": node.platform_version,
            "ResourceType": "ManagedInstance", "InstanceStatus": "Active",
        }  # fmt: skip
        found[INFORMATION] = Item(node_id, INFORMATION, "1.0", "", (own,))
    for item in ctx.rows(items).range((node_id,)):
        if item.node_id != node_id:
            break
        found[item.type] = item
    return found


COMPARE = {
    "Equal": lambda found, values: found in values,
    "NotEqual": lambda found, values: found not in values,
    "BeginWith": lambda found, values: any(found.startswith(value) for value in values),
    "LessThan": lambda found, values: any(found < value for value in values),
    "GreaterThan": lambda found, values: any(found > value for value in values),
    "Exists": lambda found, values: True,
}


def _matches(entry: dict[str, str], attribute: str, given: dict) -> bool:
    found: Any = entry.get(attribute)
    return found is not None and COMPARE[given.get("Type") or "Equal"](found, given["Values"])


@service.operation
def list_inventory_entries(ctx: Context, InstanceId, TypeName, Filters=None, NextToken=None, MaxResults=None):
    """The entries of one type of a node. Raises InvalidInstanceId, InvalidTypeNameException."""
    node_of(ctx, InstanceId)
    _check_type(TypeName)
    item = _of_node(ctx, InstanceId).get(TypeName)
    if item is None:
        return {"TypeName": TypeName, "InstanceId": InstanceId, "Entries": []}
    numbered = [(number, entry) for number, entry in enumerate(item.entries)
                if all(_matches(entry, each["Key"].rpartition(".")[2], each) for each in Filters or ())]  # fmt: skip
    found, following = page(ctx, numbered, lambda pair: pair[0], NextToken, MaxResults or 50,
                            query=(InstanceId, TypeName, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "TypeName": TypeName, "InstanceId": InstanceId, "SchemaVersion": item.schema,
        "CaptureTime": item.captured or None, "Entries": [entry for _, entry in found], "NextToken": following,
    }  # fmt: skip


@service.operation
def get_inventory(ctx: Context, Filters=None, Aggregators=None, ResultAttributes=None, NextToken=None,
                  MaxResults=None):  # fmt: skip
    """What is known of every node, or counts of it. Raises InvalidFilter, InvalidNextToken,
    InvalidAggregatorException."""
    wanted = [each["TypeName"] for each in ResultAttributes or ()] or [INFORMATION]
    for name in wanted:
        _check_type(name)

    def fits(known: dict[str, Item]) -> bool:
        for each in Filters or ():
            kind, _, attribute = each["Key"].rpartition(".")
            if not kind:
                raise AwsError("InvalidFilter", f"The filter name {each['Key']} isn't valid.")
            item = known.get(kind)
            if item is None or not any(_matches(entry, attribute, each) for entry in item.entries):
                return False
        return True

    pairs = ((node.id, _of_node(ctx, node.id)) for node in ctx.rows(nodes))
    if Aggregators:
        counted = aggregated([known for _, known in pairs if fits(known)], Aggregators, _matches)
        rows, following = page(ctx, list(enumerate(counted)), lambda row: row[0], NextToken, MaxResults or 50,
                               query=(Filters, Aggregators), invalid=INVALID_TOKEN)  # fmt: skip
        return {"Entities": [row for _, row in rows], "NextToken": following}
    found, following = page(ctx, (pair for pair in pairs if fits(pair[1])), lambda pair: pair[0], NextToken,
                            MaxResults or 50, query=(Filters, wanted), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Entities": [{
        "Id": node_id,
        "Data": {name: {
            "TypeName": name, "SchemaVersion": known[name].schema, "CaptureTime": known[name].captured or None,
            "ContentHash": known[name].hash, "Content": list(known[name].entries),
        } for name in wanted if name in known},
    } for node_id, known in found], "NextToken": following}  # fmt: skip


@service.operation
def get_inventory_schema(ctx: Context, TypeName=None, NextToken=None, MaxResults=None, Aggregator=None, SubType=None):
    """The attributes of the types that AWS defines, and of custom ones as they were reported."""
    known = dict(SCHEMAS)
    for item in ctx.rows(items):
        if item.type.startswith("Custom:") and item.entries:
            known[item.type] = item.schema, dict.fromkeys(item.entries[0], "string")
    if TypeName and TypeName not in known:
        raise AwsError("InvalidTypeNameException", f"The parameter type name {TypeName} isn't valid.")
    rows = sorted(item for item in known.items() if not TypeName or item[0] == TypeName)
    found, following = page(ctx, rows, lambda row: row[0], NextToken, MaxResults or 50, query=TypeName,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"Schemas": [{
        "TypeName": name, "Version": version,
        "Attributes": [{"Name": each, "DataType": kind} for each, kind in attributes.items()],
    } for name, (version, attributes) in found], "NextToken": following}  # fmt: skip


@service.operation
def delete_inventory(ctx: Context, TypeName, SchemaDeleteOption=None, DryRun=None, ClientToken=None):
    """Delete a custom type with all its entries. Raises InvalidTypeNameException."""
    if not TypeName.startswith("Custom:"):
        raise AwsError("InvalidTypeNameException", "Only custom inventory types can be deleted.")
    rows = [item for item in ctx.rows(items) if item.type == TypeName]
    counts: dict[str, int] = {}
    for item in rows:
        counts[item.schema] = counts.get(item.schema, 0) + 1
    deletion = Deletion(ctx.ids.uuid(), TypeName, ctx.now, counts)
    if not DryRun:
        for item in rows:
            ctx.rows(items).delete((item.node_id, item.type))
        ctx.rows(deletions).put(deletion)
    left = counts if DryRun else {}
    return {"DeletionId": None if DryRun else deletion.id, "TypeName": TypeName,
            "DeletionSummary": _summary(counts, left)}  # fmt: skip


def _summary(counts: dict[str, int], left: dict[str, int]) -> dict:
    return {
        "TotalCount": sum(counts.values()), "RemainingCount": sum(left.values()),
        "SummaryItems": [{"Version": version, "Count": count, "RemainingCount": left.get(version, 0)}
                         for version, count in counts.items()],
    }  # fmt: skip


@service.operation
def describe_inventory_deletions(ctx: Context, DeletionId=None, NextToken=None, MaxResults=None):
    """Raises InvalidDeletionIdException."""
    if DeletionId is not None and ctx.rows(deletions).get(DeletionId) is None:
        raise AwsError("InvalidDeletionIdException", "The ID specified for the delete operation doesn't exist or "
                       "isn't valid.")  # fmt: skip
    rows = [each for each in ctx.rows(deletions) if DeletionId in (None, each.id)]
    found, following = page(ctx, rows, attrgetter("id"), NextToken, MaxResults or 50, query=DeletionId,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"InventoryDeletions": [{
        "DeletionId": each.id, "TypeName": each.type, "DeletionStartTime": each.started, "LastStatus": "Complete",
        "LastStatusMessage": "Deletion is complete.", "DeletionSummary": _summary(each.counts, {}),
        "LastStatusUpdateTime": each.started,
    } for each in found], "NextToken": following}  # fmt: skip
