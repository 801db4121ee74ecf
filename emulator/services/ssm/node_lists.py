"""Nodes as the node views list and count them, and their properties.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListNodes.html and its siblings
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.resources import Filters, page
from emulator.services.ssm.association_runs import of_node
from emulator.services.ssm.associations import last_of
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service
from emulator.services.ssm.node_tables import Node, nodes
from emulator.services.ssm.nodes import INFORMATION, UNKNOWN_FILTER, information, is_tagged

COMPARE = {
    "Equal": lambda found, values: found in values,
    "NotEqual": lambda found, values: found not in values,
    "BeginWith": lambda found, values: any(found.startswith(value) for value in values),
    "LessThan": lambda found, values: any(found < value for value in values),
    "GreaterThan": lambda found, values: any(found > value for value in values),
}
SHOWN = ("AgentVersion", "ComputerName", "Name", "PlatformType", "PlatformName", "PlatformVersion", "ResourceType",
         "SourceType", "SourceId")  # fmt: skip


def _fits(view: dict, given: list[dict], operator: str) -> bool:
    return all(COMPARE[each.get(operator) or "Equal"](view.get(each["Key"]) or "", each["Values"]) for each in given)


# Node views


def _view(ctx: Context, node: Node) -> dict:
    """What filters and aggregators look at. Every node here is managed: it has registered."""
    known = information(ctx, node)
    return {
        **{name: known[name] for name in SHOWN}, "AgentType": "amazon-ssm-agent", "IpAddress": node.address,
        "InstanceStatus": "Active", "ManagedStatus": "Managed", "InstanceId": node.id, "Region": ctx.region,
        "AccountId": ctx.account,
    }  # fmt: skip


def _chosen(ctx: Context, sync: str | None, given: list[dict] | None) -> list[dict]:
    """The views of the nodes that fit the filters. A node that is Managed is also one of All."""
    if sync is not None:
        raise NotImplementedByEmulator("nodes of a resource data sync")
    wanted = [each for each in given or () if each["Key"] != "ManagedStatus" or "All" not in each["Values"]]
    return [view for view in (_view(ctx, node) for node in ctx.rows(nodes)) if _fits(view, wanted, "Type")]


@service.operation
def list_nodes(ctx: Context, SyncName=None, Filters=None, NextToken=None, MaxResults=None):
    """The managed nodes of the account. Raises InvalidNextToken; across accounts and regions is not implemented."""
    found, following = page(ctx, _chosen(ctx, SyncName, Filters), lambda view: view["InstanceId"], NextToken,
                            MaxResults or 50, query=Filters, invalid=INVALID_TOKEN)  # fmt: skip
    names = (*SHOWN, "AgentType", "IpAddress", "InstanceStatus", "ManagedStatus")
    return {"Nodes": [{
        "CaptureTime": ctx.now, "Id": view["InstanceId"], "Owner": {"AccountId": ctx.account}, "Region": ctx.region,
        "NodeType": {"Instance": {name: view[name] for name in names}},
    } for view in found], "NextToken": following}  # fmt: skip


def _attributes(aggregators: list[dict]) -> list[tuple[str, ...]]:
    """The attributes that each aggregator counts by, those of the aggregators within behind them."""
    found = []
    for each in aggregators:
        below = _attributes(each["Aggregators"]) if each.get("Aggregators") else [()]
        found += [(each["AttributeName"], *names) for names in below]
    return found


@service.operation
def list_nodes_summary(ctx: Context, Aggregators, SyncName=None, Filters=None, NextToken=None, MaxResults=None):
    """How many nodes there are by the values of attributes. Raises InvalidNextToken."""
    rows: dict[tuple, int] = {}
    for view in _chosen(ctx, SyncName, Filters):
        for names in _attributes(Aggregators):
            group = tuple((name, view.get(name) or "") for name in names)
            rows[group] = rows.get(group, 0) + 1
    found, following = page(ctx, sorted(rows.items()), lambda row: row[0], NextToken, MaxResults or 50,
                            query=(Aggregators, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Summary": [{**dict(group), "Count": str(count)} for group, count in found], "NextToken": following}


# Properties

PROPERTIES = Filters(INFORMATION, UNKNOWN_FILTER, key="key", values="valueSet")


def _properties(ctx: Context, node: Node) -> dict:
    """The ``InstanceProperty`` structure of a hybrid node; what only EC2 knows of an instance it has not."""
    runs = [last for record in of_node(ctx, node.id) if (last := last_of(ctx, record.id[0])) is not None]
    statuses = [run.nodes.get(node.id, run.status) for run in runs]
    known = {name: value for name, value in information(ctx, node).items() if name != "IsLatestVersion"}
    overview = {
        "AssociationStatus": "Failed" if "Failed" in statuses else max(statuses),
        "LastAssociationExecutionDate": max(run.at for run in runs),
        "LastSuccessfulAssociationExecutionDate": max((run.at for run in runs if run.status == "Success"),
                                                      default=None),
        "AssociationOverview": {"InstanceAssociationStatusAggregatedCount": {
            status: statuses.count(status) for status in statuses}},
    } if runs else {}  # fmt: skip
    return {**known, **overview}


@service.operation
def describe_instance_properties(ctx: Context, InstancePropertyFilterList=None, FiltersWithOperator=None,
                                 MaxResults=None, NextToken=None):  # fmt: skip
    """The nodes with what is known of them. Raises InvalidFilterKey, InvalidNextToken."""
    older, newer = InstancePropertyFilterList or [], FiltersWithOperator or []
    if older and newer:
        raise invalid("InstancePropertyFilterList and FiltersWithOperator can't be used together.")
    PROPERTIES.check(older)
    tagged = [each for each in newer if each["Key"].startswith("tag")]
    plain = [{**each, "Key": INFORMATION.get(each["Key"])} for each in newer if each not in tagged]
    if any(each["Key"] is None for each in plain):
        raise AwsError("InvalidFilterKey", "A filter key is not valid.")
    rows = ((node, _properties(ctx, node)) for node in ctx.rows(nodes) if all(is_tagged(node, each) for each in tagged))
    found, following = page(
        ctx, (row for row in rows if PROPERTIES(row[1], older) and _fits(row[1], plain, "Operator")),
        lambda row: row[0].id, NextToken, MaxResults or 50, query=(older, newer), invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"InstanceProperties": [shown for _, shown in found], "NextToken": following}
