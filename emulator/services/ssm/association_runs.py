"""Applying associations, and asking what became of it, by association and by node."""

import json
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.ssm.association_tables import Application, applications
from emulator.services.ssm.associations import Association, last_of, of_association, rearm
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.documents import find, version_of
from emulator.services.ssm.nodes import node_of, targeted

POLL = 2.0  # seconds between two looks at what an association began
RUNNING = ("Pending", "InProgress", "Cancelling", "Waiting")


@service.job
def apply_association(ctx: Context, id: str, created: float) -> None:
    """Run the document on the targets, and be due again when the schedule says so."""
    record = Association.rows(ctx).get((id,))
    if record is None or record.created != created:
        return
    rearm(ctx, record)
    document = record.document
    application = Application(ctx.ids.uuid(), id, document["AssociationVersion"], ctx.now)
    automation = find(ctx, document["Name"]).type == "Automation"
    try:
        began = _automate(ctx, document) if automation else _command(ctx, document)
    except AwsError as error:
        ctx.rows(applications).put(replace(application, status="Failed", nodes={error.code: "Failed"}))
        return
    ctx.rows(applications).put(replace(application, began=began, automation=automation, status="InProgress"))
    ctx.after(POLL, "look_at_application", job_id=f"application/{application.id}", id=application.id)


def _command(ctx: Context, document: dict) -> str:
    location = (document.get("OutputLocation") or {}).get("S3Location") or {}
    given = {"DocumentName": document["Name"], "Targets": document["Targets"], **location}
    for name in ("DocumentVersion", "Parameters", "MaxErrors", "MaxConcurrency"):
        if document.get(name):
            given[name] = document[name]
    return ctx.call("ssm", "SendCommand", given)["Command"]["CommandId"]


def _automate(ctx: Context, document: dict) -> str:
    given = {"DocumentName": document["Name"]}
    for name in ("DocumentVersion", "Parameters"):
        if document.get(name):
            given[name] = document[name]
    return ctx.call("ssm", "StartAutomationExecution", given)["AutomationExecutionId"]


@service.job
def look_at_application(ctx: Context, id: str) -> None:
    """Note how far an application is; come back while it runs."""
    application = ctx.rows(applications).get(id)
    if application is None:
        return
    if application.automation:
        found = ctx.call("ssm", "GetAutomationExecution", {"AutomationExecutionId": application.began})
        status, nodes = found["AutomationExecution"]["AutomationExecutionStatus"], {}
    else:
        command = ctx.call("ssm", "ListCommands", {"CommandId": application.began})["Commands"][0]
        found = ctx.call("ssm", "ListCommandInvocations", {"CommandId": application.began})
        status = command["Status"]
        nodes = {each["InstanceId"]: each["Status"] for each in found["CommandInvocations"]}
    if status in RUNNING:
        ctx.after(POLL, "look_at_application", job_id=f"application/{id}", id=id)
        status = "InProgress"
    ctx.rows(applications).put(replace(application, status="Success" if status == "Success" else
                                       "InProgress" if status == "InProgress" else "Failed", nodes=nodes))  # fmt: skip


@service.operation
def start_associations_once(ctx: Context, AssociationIds):
    """Apply associations now. Raises AssociationDoesNotExist."""
    for association_id in AssociationIds:
        record = Association.get(ctx, {"AssociationId": association_id})
        ctx.after(0, "apply_association", job_id=f"association-once/{association_id}", id=association_id,
                  created=record.created)  # fmt: skip
    return {}


def _test(value: str, wanted: str, kind: str) -> bool:
    return {"EQUAL": value == wanted, "LESS_THAN": value < wanted, "GREATER_THAN": value > wanted}[kind]


@service.operation
def describe_association_executions(ctx: Context, AssociationId, Filters=None, MaxResults=None, NextToken=None):
    """Raises AssociationDoesNotExist."""
    record = Association.get(ctx, {"AssociationId": AssociationId})
    fields = {"ExecutionId": lambda each: each.id, "Status": lambda each: each.status,
              "CreatedTime": lambda each: str(each.at)}  # fmt: skip
    rows = [each for each in of_association(ctx, record.id[0]) if all(
        _test(fields[given["Key"]](each), given["Value"], given["Type"]) for given in Filters or ())]  # fmt: skip
    found, following = page(ctx, rows, lambda each: (-each.at, each.id), NextToken, MaxResults or 50,
                            query=(AssociationId, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"AssociationExecutions": [{
        "AssociationId": each.association_id, "AssociationVersion": each.version, "ExecutionId": each.id,
        "Status": each.status, "DetailedStatus": each.status, "CreatedTime": each.at, "LastExecutionDate": each.at,
        "ResourceCountByStatus": "{" + ", ".join(f"{status}={list(each.nodes.values()).count(status)}"
                                                 for status in sorted(set(each.nodes.values()))) + "}",
    } for each in found], "NextToken": following}  # fmt: skip


@service.operation
def describe_association_execution_targets(ctx: Context, AssociationId, ExecutionId, Filters=None, MaxResults=None,
                                           NextToken=None):  # fmt: skip
    """The nodes of one application. Raises AssociationDoesNotExist, AssociationExecutionDoesNotExist."""
    Association.get(ctx, {"AssociationId": AssociationId})
    each = ctx.rows(applications).get(ExecutionId)
    if each is None or each.association_id != AssociationId:
        raise AwsError("AssociationExecutionDoesNotExist", "The specified execution ID doesn't exist. Verify the ID "
                       "number and try again.")  # fmt: skip
    rows = [{
        "AssociationId": AssociationId, "AssociationVersion": each.version, "ExecutionId": each.id, "ResourceId": node,
        "ResourceType": "ManagedInstance", "Status": status, "DetailedStatus": status, "LastExecutionDate": each.at,
        "OutputSource": {"OutputSourceId": each.began, "OutputSourceType": "RunCommand"} if each.began else None,
    } for node, status in sorted(each.nodes.items())]  # fmt: skip
    rows = [row for row in rows if all(row[given["Key"]] == given["Value"] for given in Filters or ())]
    found, following = page(ctx, rows, lambda row: row["ResourceId"], NextToken, MaxResults or 50,
                            query=(ExecutionId, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"AssociationExecutionTargets": found, "NextToken": following}


def of_node(ctx: Context, node_id: str) -> list:
    """The associations that mean a node."""
    node_of(ctx, node_id)
    return [record for record in Association.rows(ctx) if any(
        node.id == node_id for node in targeted(ctx, record.document.get("Targets") or []))]  # fmt: skip


@service.operation
def describe_effective_instance_associations(ctx: Context, InstanceId, MaxResults=None, NextToken=None):
    """Raises InvalidInstanceId."""
    found, following = page(ctx, of_node(ctx, InstanceId), attrgetter("id"), NextToken, MaxResults or 5,
                            query=InstanceId, invalid=INVALID_TOKEN)  # fmt: skip
    return {"Associations": [{
        "AssociationId": record.id[0], "InstanceId": InstanceId,
        "AssociationVersion": record.document["AssociationVersion"], "Content": _content(ctx, record.document),
    } for record in found], "NextToken": following}  # fmt: skip


def _content(ctx: Context, document: dict) -> str:
    found = find(ctx, document["Name"])
    version = version_of(ctx, found, document.get("DocumentVersion"))
    return json.dumps({"document": version.content, "parameters": document.get("Parameters") or {}})


@service.operation
def describe_instance_associations_status(ctx: Context, InstanceId, MaxResults=None, NextToken=None):
    """Raises InvalidInstanceId."""
    found, following = page(ctx, of_node(ctx, InstanceId), attrgetter("id"), NextToken, MaxResults or 50,
                            query=InstanceId, invalid=INVALID_TOKEN)  # fmt: skip
    rows = []
    for record in found:
        last = last_of(ctx, record.id[0])
        status = last.nodes.get(InstanceId, last.status) if last is not None else "Pending"
        rows.append({
            "AssociationId": record.id[0], "Name": record.document["Name"], "InstanceId": InstanceId,
            "DocumentVersion": record.document.get("DocumentVersion") or "$DEFAULT",
            "AssociationVersion": record.document["AssociationVersion"], "Status": status, "DetailedStatus": status,
            "ExecutionDate": last.at if last is not None else None,
            "AssociationName": record.document.get("AssociationName"),
        })  # fmt: skip
    return {"InstanceAssociationStatusInfos": rows, "NextToken": following}
