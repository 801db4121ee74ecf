"""Compliance of resources, as it is reported, and its sums by type and by resource.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-compliance.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table
from emulator.resources import page
from emulator.services.ssm.common import INVALID_TOKEN, service

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED")


class Item(Record):
    """One thing that a resource complies with, or not. ``execution`` is the summary that came with it."""

    resource_id: str
    resource_type: str
    type: str
    id: str
    title: str | None
    status: str
    severity: str
    execution: dict
    details: dict[str, str] = {}


items = Table("ssm.compliance", Item, key=lambda item: (item.resource_id, item.type, item.id), ordered=True)


@service.operation
def put_compliance_items(ctx: Context, ResourceId, ResourceType, ComplianceType, ExecutionSummary, Items,
                         ItemContentHash=None, UploadType="COMPLETE"):  # fmt: skip
    """Replace what is known of a resource under a type, or with PARTIAL add to it."""
    if ResourceType != "ManagedInstance":
        raise AwsError("InvalidResourceType", f"{ResourceType} is not a valid resource type.")
    if ComplianceType not in ("Association", "Patch") and not ComplianceType.startswith("Custom:"):
        raise AwsError("InvalidItemContentException", f"The compliance type {ComplianceType} is not valid.",
                       TypeName=ComplianceType)  # fmt: skip
    rows = ctx.rows(items)
    if UploadType == "COMPLETE":
        for each in [each for each in rows if (each.resource_id, each.type) == (ResourceId, ComplianceType)]:
            rows.delete((each.resource_id, each.type, each.id))
    for number, given in enumerate(Items):
        rows.put(Item(
            ResourceId, ResourceType, ComplianceType, given.get("Id") or str(number), given.get("Title"),
            given["Status"], given["Severity"], ExecutionSummary, given.get("Details") or {},
        ))  # fmt: skip
    return {}


FIELDS = {
    "ComplianceType": lambda item: item.type, "Severity": lambda item: item.severity, "Id": lambda item: item.id,
    "OverallSeverity": lambda item: item.severity, "Status": lambda item: item.status,
    "ResourceType": lambda item: item.resource_type, "ResourceId": lambda item: item.resource_id,
}  # fmt: skip
COMPARE = {
    "EQUAL": lambda found, values: found in values,
    "NOT_EQUAL": lambda found, values: found not in values,
    "BEGIN_WITH": lambda found, values: any(found.startswith(value) for value in values),
    "LESS_THAN": lambda found, values: any(found < value for value in values),
    "GREATER_THAN": lambda found, values: any(found > value for value in values),
}


def _found(ctx: Context, filters: list[dict] | None) -> list[Item]:
    """The items that fit the filters. Raises InvalidFilter."""
    for each in filters or ():
        if each.get("Key") not in FIELDS:
            raise AwsError("InvalidFilter", f"The filter name {each.get('Key')} isn't valid.")
    return [item for item in ctx.rows(items) if all(
        COMPARE[each.get("Type") or "EQUAL"](FIELDS[each["Key"]](item), each.get("Values") or ())
        for each in filters or ())]  # fmt: skip


@service.operation
def list_compliance_items(ctx: Context, Filters=None, ResourceIds=None, ResourceTypes=None, NextToken=None,
                          MaxResults=None):  # fmt: skip
    rows = [item for item in _found(ctx, Filters)
            if (not ResourceIds or item.resource_id in ResourceIds)
            and (not ResourceTypes or item.resource_type in ResourceTypes)]  # fmt: skip
    found, following = page(ctx, rows, lambda item: (item.resource_id, item.type, item.id), NextToken,
                            MaxResults or 50, query=(Filters, ResourceIds, ResourceTypes),
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"ComplianceItems": [{
        "ComplianceType": item.type, "ResourceType": item.resource_type, "ResourceId": item.resource_id, "Id": item.id,
        "Title": item.title, "Status": item.status, "Severity": item.severity, "ExecutionSummary": item.execution,
        "Details": item.details,
    } for item in found], "NextToken": following}  # fmt: skip


def _sums(rows: list[Item]) -> dict:
    """The counts of what complies and what does not, by severity."""

    def count(status: str, name: str) -> dict:
        chosen = [item for item in rows if item.status == status]
        severities = {f"{each.capitalize()}Count": sum(item.severity == each for item in chosen)
                      for each in SEVERITIES}  # fmt: skip
        return {f"{name}Count": len(chosen), "SeveritySummary": severities}

    return {"CompliantSummary": count("COMPLIANT", "Compliant"),
            "NonCompliantSummary": count("NON_COMPLIANT", "NonCompliant")}  # fmt: skip


def _grouped(rows: list[Item], key) -> list[tuple]:
    groups: dict = {}
    for item in rows:
        groups.setdefault(key(item), []).append(item)
    return sorted(groups.items(), key=lambda group: group[0])


@service.operation
def list_compliance_summaries(ctx: Context, Filters=None, NextToken=None, MaxResults=None):
    """Sums by type."""
    found, following = page(ctx, _grouped(_found(ctx, Filters), lambda item: item.type), lambda group: group[0],
                            NextToken, MaxResults or 50, query=Filters, invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "ComplianceSummaryItems": [{"ComplianceType": kind, **_sums(rows)} for kind, rows in found],
        "NextToken": following,
    }


@service.operation
def list_resource_compliance_summaries(ctx: Context, Filters=None, NextToken=None, MaxResults=None):
    """Sums by resource and type, with the worst severity that is not complied with."""
    found, following = page(
        ctx, _grouped(_found(ctx, Filters), lambda item: (item.resource_id, item.type, item.resource_type)),
        lambda group: group[0], NextToken, MaxResults or 50, query=Filters, invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {
        "ResourceComplianceSummaryItems": [{
            "ComplianceType": kind, "ResourceType": resource_type, "ResourceId": resource_id,
            "Status": "NON_COMPLIANT" if _failing(rows) else "COMPLIANT",
            "OverallSeverity": min((item.severity for item in _failing(rows)), key=SEVERITIES.index,
                                   default="UNSPECIFIED"),
            "ExecutionSummary": rows[-1].execution, **_sums(rows),
        } for (resource_id, kind, resource_type), rows in found],
        "NextToken": following,
    }  # fmt: skip


def _failing(rows: list[Item]) -> list[Item]:
    return [item for item in rows if item.status == "NON_COMPLIANT"]
