"""OpsData: work items, compliance and nodes, as they are or counted by their attributes.

https://docs.aws.amazon.com/systems-manager/latest/userguide/Explorer.html
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.resources import page
from emulator.services.ssm import compliance
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.inventory import COMPARE
from emulator.services.ssm.ops_items import OpsItem
from emulator.services.ssm.syncs import Sync

ITEM, SUMMARY, INSTANCE, TRENDLINE = (
    "AWS:OpsItem", "AWS:ComplianceSummary", "AWS:EC2InstanceInformation", "AWS:OpsItemTrendline")
Entry = tuple[str, dict[str, str]]  # an id and the attributes


def _items(ctx: Context) -> Iterator[Entry]:
    for record in OpsItem.rows(ctx):
        view = OpsItem.view(ctx, record)
        yield record.id[0], {name: str(view[name]) for name in (
            "OpsItemId", "Title", "Status", "Severity", "Category", "Source", "Priority", "OpsItemType", "CreatedBy",
            "LastModifiedBy") if view.get(name) is not None}  # fmt: skip


def _compliance(ctx: Context) -> Iterator[Entry]:
    for item in ctx.rows(compliance.items):
        yield f"{item.resource_id}/{item.type}/{item.id}", {
            "ResourceId": item.resource_id, "ResourceType": item.resource_type, "ComplianceType": item.type,
            "Status": item.status, "Severity": item.severity,
        }


def _instances(ctx: Context) -> Iterator[Entry]:
    return iter(())  # managed nodes here are machines of one's own, never instances of EC2


def _trend(ctx: Context) -> Iterator[Entry]:
    raise NotImplementedByEmulator("GetOpsSummary of the type AWS:OpsItemTrendline")


TYPES: dict[str, Callable[[Context], Iterator[Entry]]] = {
    ITEM: _items, SUMMARY: _compliance, INSTANCE: _instances, TRENDLINE: _trend,
}  # fmt: skip


def _entries(ctx: Context, name: str, filters) -> list[Entry]:
    """The entries of a type that fit. Raises InvalidTypeNameException, InvalidFilter."""
    if name not in TYPES:
        raise AwsError("InvalidTypeNameException", f"The parameter type name {name} isn't valid.")

    def fits(values: dict[str, str]) -> bool:
        for each in filters or ():
            kind, _, attribute = each["Key"].rpartition(".")
            if kind not in ("", name):
                continue
            found = values.get(attribute)
            if found is None or not COMPARE[each.get("Type") or "Equal"](found, each["Values"]):
                return False
        return True

    return [(key, values) for key, values in TYPES[name](ctx) if fits(values)]


@service.operation
def get_ops_summary(ctx: Context, SyncName=None, Filters=None, Aggregators=None, ResultAttributes=None, NextToken=None,
                    MaxResults=None):  # fmt: skip
    """Counts of entries by their attributes, or the entries. Raises InvalidTypeNameException,
    InvalidAggregatorException, InvalidFilter, ResourceDataSyncNotFoundException."""
    if SyncName is not None and Sync.rows(ctx).get((SyncName,)) is None:
        raise AwsError("ResourceDataSyncNotFoundException", "The specified sync name wasn't found.")
    _check(Filters)
    rows = _counted(ctx, Aggregators, Filters) if Aggregators else _listed(ctx, ResultAttributes, Filters)
    found, following = page(ctx, rows, lambda row: row["Id"], NextToken, MaxResults or 50,
                            query=(Filters, Aggregators, ResultAttributes), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Entities": found, "NextToken": following}


def _check(filters) -> None:
    for each in filters or ():
        kind = each["Key"].rpartition(".")[0]
        if kind and kind not in TYPES:
            raise AwsError("InvalidFilter", f"The filter name {each['Key']} isn't valid.")


def _listed(ctx: Context, attributes, filters) -> list[dict]:
    now = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = [each["TypeName"] for each in attributes or ()] or [ITEM]
    return sorted(({"Id": key, "Data": {name: {"CaptureTime": now, "Content": [values]}}}
                   for name in names for key, values in _entries(ctx, name, filters)),
                  key=lambda row: row["Id"])  # fmt: skip


def _counted(ctx: Context, aggregators: list[dict], filters) -> list[dict]:
    found = []
    for number, each in enumerate(aggregators):
        names = list(_attributes(each))
        kind = each.get("TypeName") or ITEM
        entries = _entries(ctx, kind, [*(filters or ()), *(each.get("Filters") or ())])
        counts = Counter(tuple(values.get(name, "") for name in names) for _, values in entries)
        content = [{**dict(zip(names, key, strict=True)), "Count": str(count)} for key, count in sorted(counts.items())]
        found.append({"Id": f"{number}", "Data": {kind: {"Content": content}}})
    return found


def _attributes(aggregator: dict | None) -> Iterator[str]:
    """The attributes of an aggregator and of the one within it. Raises InvalidAggregatorException."""
    while aggregator:
        if aggregator.get("AggregatorType", "count") != "count" or "AttributeName" not in aggregator:
            raise AwsError("InvalidAggregatorException", "The specified aggregator isn't valid for the group type.")
        yield aggregator["AttributeName"].rpartition(".")[2]
        aggregator = next(iter(aggregator.get("Aggregators") or ()), None)
