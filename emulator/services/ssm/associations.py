"""State Manager: associations of documents with nodes, applied at once and then on their schedule.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-state.html
"""

from datetime import UTC

from emulator.engines.schedules import At, Rate, parse
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import IdPattern, Resource, page
from emulator.resources.tags import check as checked_tags
from emulator.services.ssm import tags, window_times
from emulator.services.ssm.association_tables import Application, Version, applications, association_versions
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.documents import find, version_of
from emulator.services.ssm.nodes import node_of

Association = Resource(
    "Association", service, id=IdPattern("{uuid}", "AssociationId"),
    arn="arn:{partition}:ssm:{region}:{account}:association/{AssociationId}",
    missing=("AssociationDoesNotExist", "The association doesn't exist."), created="Date",
    modified="LastUpdateAssociationDate",
)  # fmt: skip
tags.tagged("Association", Association)

# Members of an association that its versions keep.
SETTINGS = (
    "Name", "DocumentVersion", "Parameters", "Targets", "ScheduleExpression", "OutputLocation", "AssociationName",
    "MaxErrors", "MaxConcurrency", "ComplianceSeverity", "SyncCompliance", "ApplyOnlyAtCronInterval", "CalendarNames",
    "TargetLocations", "ScheduleOffset", "Duration", "TargetMaps", "AutomationTargetParameterName",
    "AlarmConfiguration", "AssociationDispatchAssumeRole",
)  # fmt: skip
MAX_VERSIONS = 1000


# Checking and finding


def _check(ctx: Context, document: dict) -> None:
    """Raises InvalidDocument, InvalidDocumentVersion, InvalidInstanceId, InvalidSchedule, InvalidTarget."""
    found = find(ctx, document["Name"])
    if found.type not in ("Command", "Policy", "Automation"):
        raise AwsError("InvalidDocument", f"Document type {found.type} is not supported for this operation.")
    version_of(ctx, found, document.get("DocumentVersion"))
    if document.get("InstanceId"):
        node_of(ctx, document["InstanceId"])
    elif not document.get("Targets") and found.type != "Automation":
        raise AwsError("InvalidTarget", "Either InstanceId or Targets must be specified.")
    schedule = document.get("ScheduleExpression")
    if schedule:
        try:
            parse(schedule)
        except ValueError:
            raise AwsError("InvalidSchedule", f"The schedule {schedule} is invalid.") from None


def _find(ctx: Context, association_id=None, name=None, instance_id=None):
    """An association by its id, or by document and node. Raises AssociationDoesNotExist."""
    if association_id:
        return Association.get(ctx, {"AssociationId": association_id})
    for record in Association.rows(ctx):
        if record.document["Name"] == name and record.document.get("InstanceId") == instance_id:
            return record
    raise Association.is_missing({"AssociationId": ""})


def _numbered(ctx: Context, record, version: str | None):
    """The settings of a version. Raises InvalidAssociationVersion."""
    wanted = record.document["AssociationVersion"] if version in (None, "$LATEST") else version
    found = ctx.rows(association_versions).get((record.id[0], int(wanted))) if wanted.isdigit() else None
    if found is None:
        raise AwsError("InvalidAssociationVersion", "The version isn't valid.")
    return found


# Showing


def last_of(ctx: Context, association_id: str) -> Application | None:
    return next(iter(of_association(ctx, association_id)), None)


def of_association(ctx: Context, association_id: str) -> list[Application]:
    """The times that an association was applied, the newest first."""
    found = []
    for each in ctx.rows(applications).by("newest", (association_id,)):
        if each.association_id != association_id:
            break
        found.append(each)
    return found


def overview(last: Application | None) -> dict:
    if last is None:
        return {"Status": "Pending", "DetailedStatus": "Creating"}
    counts: dict[str, int] = {}
    for status in last.nodes.values():
        counts[status] = counts.get(status, 0) + 1
    return {"Status": last.status, "DetailedStatus": last.status, "AssociationStatusAggregatedCount": counts}


def description(ctx: Context, record) -> dict:
    """The ``AssociationDescription`` structure."""
    done = of_association(ctx, record.id[0])
    succeeded = next((each.at for each in done if each.status == "Success"), None)
    document = record.document
    return {
        **_settings(document), "InstanceId": document.get("InstanceId"),
        "AssociationVersion": document["AssociationVersion"], "Date": record.created,
        "LastUpdateAssociationDate": record.modified, "Overview": overview(done[0] if done else None),
        "AssociationId": record.id[0], "LastExecutionDate": done[0].at if done else None,
        "LastSuccessfulExecutionDate": succeeded, "Status": document.get("Status"),
    }  # fmt: skip


def _settings(given: dict) -> dict:
    """What was asked for, and what holds where nothing was."""
    return {**dict.fromkeys(SETTINGS), "DocumentVersion": "$DEFAULT", "ApplyOnlyAtCronInterval": False,
            **{name: given[name] for name in SETTINGS if given.get(name) is not None}}


# Operations


def create(ctx: Context, given: dict):
    """Make an association and let it be applied. Raises what :func:`_check` does, AssociationAlreadyExists."""
    document = {name: given[name] for name in (*SETTINGS, "InstanceId") if given.get(name) is not None}
    _check(ctx, document)
    if document.get("InstanceId"):
        for other in Association.rows(ctx):
            same = (other.document["Name"], other.document.get("InstanceId"))
            if same == (document["Name"], document["InstanceId"]):
                raise AwsError("AssociationAlreadyExists", "The specified association already exists.")
        document.setdefault("Targets", [{"Key": "InstanceIds", "Values": [document["InstanceId"]]}])
    kept = checked_tags({}, {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()}, tags.RULES)
    record = Association.make(ctx, {**document, "AssociationVersion": "1"}, kept)
    ctx.rows(association_versions).put(Version(record.id[0], 1, ctx.now, document))
    arm(ctx, record, at_once=not document.get("ApplyOnlyAtCronInterval"))
    return record


@service.operation
def create_association(ctx: Context, **given):
    return {"AssociationDescription": description(ctx, create(ctx, given))}


@service.operation
def create_association_batch(ctx: Context, Entries, AssociationDispatchAssumeRole=None):
    """Each entry succeeds or fails by itself."""
    made, failed = [], []
    for entry in Entries:
        try:
            made.append(description(ctx, create(ctx, entry)))
        except AwsError as error:
            failed.append({"Entry": entry, "Message": error.message, "Fault": "Client"})
    return {"Successful": made, "Failed": failed}


@service.operation
def describe_association(ctx: Context, Name=None, InstanceId=None, AssociationId=None, AssociationVersion=None):
    """Raises AssociationDoesNotExist, InvalidAssociationVersion."""
    record = _find(ctx, AssociationId, Name, InstanceId)
    shown = description(ctx, record)
    if AssociationVersion is not None:
        version = _numbered(ctx, record, AssociationVersion)
        shown |= _settings(version.settings)
        shown["AssociationVersion"] = str(version.number)
    return {"AssociationDescription": shown}


@service.operation
def update_association(ctx: Context, AssociationId, AssociationVersion=None, **given):
    """A new version: what is not given goes back to nothing, but for the document. Raises InvalidUpdate."""
    record = Association.get(ctx, {"AssociationId": AssociationId})
    current = record.document["AssociationVersion"]
    if AssociationVersion not in (None, "$LATEST", current):
        raise AwsError("InvalidUpdate", "The update isn't valid.")
    settings = {name: given[name] for name in SETTINGS if given.get(name) is not None}
    settings.setdefault("Name", record.document["Name"])
    if "Targets" not in settings and "Targets" in record.document:
        settings["Targets"] = record.document["Targets"]
    document = {**settings, "AssociationVersion": str(int(current) + 1)}
    if "InstanceId" in record.document:
        document["InstanceId"] = record.document["InstanceId"]
    _check(ctx, document)
    if int(current) >= MAX_VERSIONS:
        raise AwsError("AssociationVersionLimitExceeded", "You have reached the maximum number versions allowed for an "
                       "association.")  # fmt: skip
    ctx.rows(association_versions).put(Version(record.id[0], int(current) + 1, ctx.now, settings))
    record = Association.put(ctx, replace(record, document=document, modified=ctx.now))
    arm(ctx, record, at_once=not document.get("ApplyOnlyAtCronInterval"))
    return {"AssociationDescription": description(ctx, record)}


@service.operation
def update_association_status(ctx: Context, Name, InstanceId, AssociationStatus):
    """Raises AssociationDoesNotExist, StatusUnchanged."""
    record = _find(ctx, None, Name, InstanceId)
    if (record.document.get("Status") or {}).get("Name") == AssociationStatus["Name"]:
        raise AwsError("StatusUnchanged", "The updated status is the same as the current status.")
    record = Association.put(ctx, replace(record, document={**record.document, "Status": AssociationStatus}))
    return {"AssociationDescription": description(ctx, record)}


@service.operation
def delete_association(ctx: Context, Name=None, InstanceId=None, AssociationId=None):
    record = _find(ctx, AssociationId, Name, InstanceId)
    ctx.cancel(_job(record))
    for each in [each for each in ctx.rows(association_versions) if each.association_id == record.id[0]]:
        ctx.rows(association_versions).delete((each.association_id, each.number))
    Association.remove(ctx, record)
    return {}


FILTERS = {
    "InstanceId": lambda shown, value: any(value in each.get("Values", ()) for each in shown["Targets"] or ()),
    "Name": lambda shown, value: shown["Name"] == value,
    "AssociationId": lambda shown, value: shown["AssociationId"] == value,
    "AssociationName": lambda shown, value: shown["AssociationName"] == value,
    "AssociationStatusName": lambda shown, value: shown["Overview"]["Status"] == value,
    "LastExecutedBefore": lambda shown, value: (shown["LastExecutionDate"] or 0) < window_times.moment(value),
    "LastExecutedAfter": lambda shown, value: (shown["LastExecutionDate"] or 0) > window_times.moment(value),
    "ResourceGroupName": lambda shown, value: False, "CloudConnectorId": lambda shown, value: False,
}  # fmt: skip
LISTED = (
    "Name", "InstanceId", "AssociationId", "AssociationVersion", "DocumentVersion", "Targets", "LastExecutionDate",
    "Overview", "ScheduleExpression", "AssociationName", "ScheduleOffset", "Duration", "TargetMaps",
)  # fmt: skip


@service.operation
def list_associations(ctx: Context, AssociationFilterList=None, MaxResults=None, NextToken=None):
    rows = (description(ctx, record) for record in Association.rows(ctx))
    rows = (row for row in rows if all(FILTERS[each["key"]](row, each["value"])
                                       for each in AssociationFilterList or ()))  # fmt: skip
    found, following = page(ctx, rows, lambda row: row["AssociationId"], NextToken, MaxResults or 50,
                            query=AssociationFilterList, invalid=INVALID_TOKEN)  # fmt: skip
    return {"Associations": [{name: row[name] for name in LISTED} for row in found], "NextToken": following}


@service.operation
def list_association_versions(ctx: Context, AssociationId, MaxResults=None, NextToken=None):
    """Raises AssociationDoesNotExist."""
    record = Association.get(ctx, {"AssociationId": AssociationId})
    rows = [each for each in ctx.rows(association_versions) if each.association_id == record.id[0]]
    found, following = page(ctx, rows, lambda each: each.number, NextToken, MaxResults or 50, query=AssociationId,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"AssociationVersions": [{
        **{name: each.settings.get(name) for name in SETTINGS if name != "AlarmConfiguration"
           and name != "AutomationTargetParameterName"},
        "AssociationId": AssociationId, "AssociationVersion": str(each.number), "CreatedDate": each.created,
    } for each in found], "NextToken": following}  # fmt: skip


# When they are applied


def arm(ctx: Context, record, at_once: bool) -> None:
    """Apply an association now, or at the next time of its schedule."""
    due = ctx.now if at_once else _following(record, ctx.now)
    ctx.cancel(_job(record))
    if due is not None:
        ctx.at(due, "apply_association", job_id=_job(record), id=record.id[0], created=record.created)


def rearm(ctx: Context, record) -> None:
    due = _following(record, ctx.now)
    if due is not None:
        ctx.at(due, "apply_association", job_id=_job(record), id=record.id[0], created=record.created)


def _following(record, moment: float) -> float | None:
    text = record.document.get("ScheduleExpression")
    if not text:
        return None
    expression = parse(text)
    if isinstance(expression, At):
        due = expression.moment(UTC)
        return due if due > moment else None
    if isinstance(expression, Rate):
        return expression.next(record.modified, moment)
    return expression.following(moment, UTC)


def _job(record) -> str:
    return f"association/{record.id[0]}"
