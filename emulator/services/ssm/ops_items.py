"""OpsCenter: work items, what they are related to, and what happened to them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/OpsCenter.html
"""

import json
from datetime import UTC, datetime
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.resources import IdPattern, Resource, page
from emulator.services.ssm import tags
from emulator.services.ssm.common import INVALID_TOKEN, service, tell

MAX_DATA = 20 * 1024  # bytes of operational data
RESERVED = ("/aws", "aws", "amazon", "amzn")

OpsItem = Resource(
    "OpsItem", service, id=IdPattern("oi-{12:hex}", "OpsItemId"),
    arn="arn:{partition}:ssm:{region}:{account}:opsitem/{OpsItemId}", arn_member="OpsItemArn",
    create="CreateOpsItem", read="GetOpsItem", update="UpdateOpsItem", delete="DeleteOpsItem", lenient_delete=True,
    missing=("OpsItemNotFoundException", "OpsItem ID {OpsItemId} not found"), tags=tags.RULES,
    defaults={"Status": "Open", "OperationalData": {}}, created="CreatedTime", modified="LastModifiedTime",
)  # fmt: skip
tags.tagged("OpsItem", OpsItem)


class Related(Record):
    """A resource that is associated with a work item. Times are epoch seconds."""

    id: str
    ops_item_id: str
    association_type: str
    resource_type: str
    resource_uri: str
    by: str  # ARN
    created: float


class Event(Record):
    """Something that happened to a work item."""

    id: str
    ops_item_id: str
    kind: str
    detail: str  # JSON
    by: str  # ARN
    created: float


related = Table("ssm.ops_item_relation", Related, key=lambda each: (each.ops_item_id, each.id), ordered=True)
events = Table("ssm.ops_item_event", Event, key=attrgetter("id"),
               indexes={"item": lambda event: (event.ops_item_id, -event.created, event.id)})  # fmt: skip


@OpsItem.on_validate
def check(ctx: Context, document: dict, before) -> None:
    data = document.get("OperationalData") or {}
    if any(name.lower().startswith(RESERVED) for name in data if not name.startswith("/aws/resources")):
        raise _invalid("OperationalData keys can't begin with amazon, aws, amzn, ssm or /aws.", "OperationalData")
    if len(json.dumps(data)) > MAX_DATA:
        raise AwsError("OpsItemLimitExceededException", "The operational data is longer than 20 KB.")


def _invalid(message: str, *names: str) -> AwsError:
    return AwsError("OpsItemInvalidParameterException", message, ParameterNames=list(names))


@OpsItem.on_create
def created(ctx: Context, record):
    _note(ctx, record, "OpsItem Create")
    person = ctx.principal.arn
    return replace(record, document={**record.document, "CreatedBy": person, "LastModifiedBy": person, "Version": "1"})


@OpsItem.on_update
def updated(ctx: Context, record, before):
    """Operational data is merged key by key; OperationalDataToDelete takes keys away."""
    document = dict(record.document)
    gone = set(document.pop("OperationalDataToDelete", None) or ())
    data = {**before.document.get("OperationalData", {}), **(ctx.input.get("OperationalData") or {})}
    document["OperationalData"] = {name: value for name, value in data.items() if name not in gone}
    document["LastModifiedBy"] = ctx.principal.arn
    document["Version"] = str(int(before.document["Version"]) + 1)
    record = replace(record, document=document)
    _note(ctx, record, "OpsItem Update")
    return record


@OpsItem.on_delete
def deleted(ctx: Context, record):
    rows = ctx.rows(related)
    for each in list(_relations(ctx, record.id[0])):
        rows.delete((each.ops_item_id, each.id))


def _note(ctx: Context, record, kind: str) -> None:
    """Keep what happened, and tell EventBridge."""
    detail = {"ops-item-id": record.id[0], "title": record.document["Title"], "source": record.document["Source"],
              "status": record.document["Status"],
              "created-time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}  # fmt: skip
    ctx.rows(events).put(Event(ctx.ids.uuid(), record.id[0], kind, json.dumps(detail), ctx.principal.arn, ctx.now))
    tell(ctx, kind, record.arn, detail)


# Lists


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise _invalid(f"{text} is no date.", "OpsItemFilters") from None


def _texts(view: dict, key: str) -> list[str]:
    """The values of a record under a filter's key."""
    data = view.get("OperationalData") or {}
    if key == "OperationalDataKey":
        return list(data)
    if key == "OperationalDataValue":
        return [each.get("Value", "") for each in data.values()]
    if key == "OperationalData":
        return [json.dumps({"key": name, "value": each.get("Value")}) for name, each in data.items()]
    if key in ("ResourceId", "AutomationId"):
        name = "/aws/resources" if key == "ResourceId" else "/aws/automations"
        return [data.get(name, {}).get("Value", "")]
    if key == "AccountId":
        return [view["OpsItemArn"].split(":")[4]]
    return [str(view.get(key, ""))]


def _fits(view: dict, given: dict) -> bool:
    key, operator, values = given["Key"], given["Operator"], given["Values"]
    if key.endswith("Time"):
        found = view.get(key)
        bounds = [_moment(value) for value in values]
        return found is not None and all(found > each if operator == "GreaterThan" else found < each
                                         for each in bounds)  # fmt: skip
    texts = _texts(view, key)
    if operator == "Contains" or key in ("ResourceId", "AutomationId"):
        return any(value in text for value in values for text in texts)
    return any(value == text for value in values for text in texts)


SUMMARY = (
    "CreatedBy", "CreatedTime", "LastModifiedBy", "LastModifiedTime", "Priority", "Source", "Status", "OpsItemId",
    "Title", "OperationalData", "Category", "Severity", "OpsItemType", "ActualStartTime", "ActualEndTime",
    "PlannedStartTime", "PlannedEndTime",
)  # fmt: skip


@service.operation
def describe_ops_items(ctx: Context, OpsItemFilters=None, MaxResults=None, NextToken=None):
    """The newest work items that fit the filters."""
    views = sorted((OpsItem.view(ctx, record) for record in OpsItem.rows(ctx)), key=_newest)
    found, following = page(
        ctx, (view for view in views if all(_fits(view, each) for each in OpsItemFilters or ())), _newest, NextToken,
        MaxResults or 50, query=OpsItemFilters, invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"OpsItemSummaries": [{name: view.get(name) for name in SUMMARY} for view in found], "NextToken": following}


def _newest(view: dict) -> tuple:
    return -view["CreatedTime"], view["OpsItemId"]


@service.operation
def list_ops_item_events(ctx: Context, Filters=None, MaxResults=None, NextToken=None):
    """What happened to work items, the newest first."""
    wanted = [value for each in Filters or () for value in each["Values"]]
    for name in wanted:
        OpsItem.get(ctx, {"OpsItemId": name})
    found, following = page(
        ctx, (event for event in ctx.rows(events).by("item") if not wanted or event.ops_item_id in wanted),
        lambda event: (event.ops_item_id, -event.created, event.id), NextToken, MaxResults or 50, query=wanted,
        invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"Summaries": [{
        "OpsItemId": event.ops_item_id, "EventId": event.id, "Source": "aws.ssm", "DetailType": event.kind,
        "Detail": event.detail, "CreatedBy": {"Arn": event.by}, "CreatedTime": event.created,
    } for event in found], "NextToken": following}  # fmt: skip


# Relations


def _relations(ctx: Context, ops_item_id: str):
    for each in ctx.rows(related).range((ops_item_id,)):
        if each.ops_item_id != ops_item_id:
            return
        yield each


@service.operation
def associate_ops_item_related_item(ctx: Context, OpsItemId, AssociationType, ResourceType, ResourceUri):
    """Raises OpsItemNotFoundException, OpsItemRelatedItemAlreadyExistsException."""
    OpsItem.get(ctx, {"OpsItemId": OpsItemId})
    if any(each.resource_uri == ResourceUri for each in _relations(ctx, OpsItemId)):
        raise AwsError("OpsItemRelatedItemAlreadyExistsException", "The Amazon Resource Name (ARN) is already "
                       "associated with the OpsItem.", ResourceUri=ResourceUri, OpsItemId=OpsItemId)  # fmt: skip
    made = Related(ctx.ids.uuid(), OpsItemId, AssociationType, ResourceType, ResourceUri, ctx.principal.arn, ctx.now)
    return {"AssociationId": ctx.rows(related).put(made).id}


@service.operation
def disassociate_ops_item_related_item(ctx: Context, OpsItemId, AssociationId):
    """Raises OpsItemNotFoundException, OpsItemRelatedItemAssociationNotFoundException."""
    OpsItem.get(ctx, {"OpsItemId": OpsItemId})
    if ctx.rows(related).delete((OpsItemId, AssociationId)) is None:
        raise AwsError("OpsItemRelatedItemAssociationNotFoundException",
                       f"The association {AssociationId} wasn't found in OpsItem {OpsItemId}.")
    return {}


FIELDS = {"ResourceType": "resource_type", "AssociationId": "id", "ResourceUri": "resource_uri"}


@service.operation
def list_ops_item_related_items(ctx: Context, OpsItemId=None, Filters=None, MaxResults=None, NextToken=None):
    rows = _relations(ctx, OpsItemId) if OpsItemId else ctx.rows(related)
    wanted = [(FIELDS[each["Key"]], each["Values"]) for each in Filters or ()]
    found, following = page(
        ctx, (each for each in rows if all(getattr(each, field) in values for field, values in wanted)),
        lambda each: (each.ops_item_id, each.id), NextToken, MaxResults or 50, query=(OpsItemId, wanted),
        invalid=INVALID_TOKEN,
    )  # fmt: skip
    return {"Summaries": [{
        "OpsItemId": each.ops_item_id, "AssociationId": each.id, "ResourceType": each.resource_type,
        "AssociationType": each.association_type, "ResourceUri": each.resource_uri, "CreatedBy": {"Arn": each.by},
        "CreatedTime": each.created, "LastModifiedBy": {"Arn": each.by}, "LastModifiedTime": each.created,
    } for each in found], "NextToken": following}  # fmt: skip
