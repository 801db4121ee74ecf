"""Run Command: sending a document to nodes, and asking what became of it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
"""

import math
from datetime import UTC, datetime

from emulator.backends import shell
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.ssm import command_runs as runs
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.command_tables import Command, Invocation, Step, commands, invocations
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.documents import find, version_of
from emulator.services.ssm.nodes import node_of, targeted

TIMEOUT = 3600  # seconds within which a command must reach its nodes
CANCELLABLE = ("Pending", "InProgress")


@service.operation
def send_command(ctx: Context, DocumentName, InstanceIds=None, Targets=None, DocumentVersion=None, DocumentHash=None,
                 DocumentHashType=None, Parameters=None, MaxConcurrency="50", MaxErrors="0", **given):  # fmt: skip
    """Run a Command document on nodes. Raises InvalidDocument, InvalidDocumentVersion, InvalidInstanceId,
    InvalidParameters, DuplicateInstanceId."""
    document = find(ctx, DocumentName)
    if document.type != "Command":
        raise AwsError("InvalidDocument", f"Document type {document.type} is not supported for this operation.")
    version = version_of(ctx, document, DocumentVersion)
    if DocumentHash is not None:
        algorithm = "sha1" if DocumentHashType == "Sha1" else "sha256"
        if contents.digest(version.content, algorithm) != DocumentHash:
            raise AwsError("InvalidDocument", "The document hash does not match the document's content.")
    parameters = _parameters(contents.read(version.content, version.format), Parameters or {})
    if len(set(InstanceIds or ())) != len(InstanceIds or ()):
        raise AwsError("DuplicateInstanceId", "You can't specify an instance ID in more than one association.")
    chosen = [node_of(ctx, name) for name in InstanceIds] if InstanceIds else targeted(ctx, Targets or [])
    if not InstanceIds and not Targets:
        raise AwsError("InvalidInstanceId", "Either InstanceIds or Targets must be specified.")
    command = ctx.rows(commands).put(Command(
        ctx.ids.uuid(), dict(ctx.input), DocumentName, str(version.version), version.content, version.format,
        parameters, ctx.now, tuple(node.id for node in chosen), max(1, _share(MaxConcurrency, len(chosen))),
        _share(MaxErrors, len(chosen)),
    ))  # fmt: skip
    for node in chosen:
        ctx.rows(invocations).put(Invocation(command.id, node.id, node.name))
    ctx.after(0, "begin_invocations", job_id=f"command/{command.id}", command_id=command.id)
    return {"Command": _shown(ctx, command)}


def _parameters(content, given: dict) -> dict:
    """Every parameter's value, as its type has it. Raises InvalidParameters."""
    declared = (content.get("parameters") or {}) if isinstance(content, dict) else {}
    unknown = given.keys() - declared.keys()
    if unknown:
        raise AwsError("InvalidParameters", f"Parameters [{', '.join(sorted(unknown))}] not found in the document.")
    found = {}
    for name, each in declared.items():
        if name in given:
            value = given[name] if each.get("type") == "StringList" else " ".join(given[name])
        elif "default" in each:
            value = each["default"]
        else:
            raise AwsError("InvalidParameters", f"Parameter \"{name}\" requires argument.")
        allowed = each.get("allowedValues")
        if allowed and any(one not in allowed for one in (value if isinstance(value, list) else [value])):
            raise AwsError("InvalidParameters", f"The value of parameter {name} is not one of {allowed}.")
        found[name] = value
    return found


def _share(text: str, count: int) -> int:
    """``10`` or ``10%`` of so many nodes. Raises InvalidParameters."""
    try:
        return math.floor(count * int(text[:-1]) / 100) if text.endswith("%") else int(text)
    except ValueError:
        raise AwsError("InvalidParameters", f"{text} is neither a number nor a percentage.") from None


#: What a command tells of that which it was not given, as
#: https://docs.aws.amazon.com/cli/latest/reference/ssm/send-command.html shows it.
UNSAID = {
    "Comment": "", "Targets": [], "OutputS3BucketName": "", "OutputS3KeyPrefix": "",
    "NotificationConfig": {"NotificationArn": "", "NotificationEvents": [], "NotificationType": ""},
    "CloudWatchOutputConfig": {"CloudWatchLogGroupName": "", "CloudWatchOutputEnabled": False},
}  # fmt: skip


def _shown(ctx: Context, command: Command) -> dict:
    """The ``Command`` structure."""
    given = command.given
    timeout = given.get("TimeoutSeconds") or TIMEOUT
    return {
        "CommandId": command.id, "DocumentName": command.document, "DocumentVersion": command.document_version,
        "ExpiresAfter": command.requested + timeout + TIMEOUT, "Parameters": given.get("Parameters") or {},
        "InstanceIds": given.get("InstanceIds") or [], "RequestedDateTime": command.requested,
        "MaxConcurrency": given.get("MaxConcurrency", "50"), "MaxErrors": given.get("MaxErrors", "0"),
        "ServiceRole": given.get("ServiceRoleArn", ""), "TimeoutSeconds": timeout, **runs.summary(ctx, command),
        "OutputS3Region": given.get("OutputS3Region"), "AlarmConfiguration": given.get("AlarmConfiguration"),
        **{name: given.get(name, empty) for name, empty in UNSAID.items()},
    }  # fmt: skip


def _command(ctx: Context, command_id: str) -> Command:
    found = ctx.rows(commands).get(command_id)
    if found is None:
        raise AwsError("InvalidCommandId")
    return found


FILTERS = {
    "InvokedAfter": lambda command, status, value: command.requested > _moment(value),
    "InvokedBefore": lambda command, status, value: command.requested < _moment(value),
    "Status": lambda command, status, value: status == value,
    "ExecutionStage": lambda command, status, value: (status in runs.OVER) == (value == "Complete"),
    "DocumentName": lambda command, status, value: command.document == value,
}


def _moment(text: str) -> float:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise AwsError("InvalidFilterKey", f"{text} is no date.") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _chosen(ctx: Context, command_id, instance_id, filters):
    """The commands that a list is about, the newest first."""
    rows = [_command(ctx, command_id)] if command_id else ctx.rows(commands).by("newest")
    for command in rows:
        if instance_id is None or instance_id in command.nodes:
            yield command


@service.operation
def list_commands(ctx: Context, CommandId=None, InstanceId=None, MaxResults=None, NextToken=None, Filters=None):
    """Raises InvalidCommandId, InvalidNextToken."""

    def fits(command: Command) -> bool:
        status = runs.summary(ctx, command)["Status"]
        return all(FILTERS[each["key"]](command, status, each["value"]) for each in Filters or ())

    found, following = page(ctx, filter(fits, _chosen(ctx, CommandId, InstanceId, Filters)),
                            lambda command: (-command.requested, command.id), NextToken, MaxResults or 50,
                            query=(CommandId, InstanceId, Filters), invalid=INVALID_TOKEN)  # fmt: skip
    return {"Commands": [_shown(ctx, command) for command in found], "NextToken": following}


@service.operation
def list_command_invocations(ctx: Context, CommandId=None, InstanceId=None, MaxResults=None, NextToken=None,
                             Filters=None, Details=None):  # fmt: skip
    """What became of commands, node by node. Raises InvalidCommandId, InvalidNextToken."""
    pairs = (
        (command, each)
        for command in _chosen(ctx, CommandId, InstanceId, Filters) for each in runs.of_command(ctx, command.id)
        if (InstanceId is None or each.node_id == InstanceId)
        and all(FILTERS[one["key"]](command, each.status, one["value"]) for one in Filters or ())
    )  # fmt: skip
    found, following = page(ctx, pairs, lambda pair: (-pair[0].requested, pair[0].id, pair[1].node_id), NextToken,
                            MaxResults or 50, query=(CommandId, InstanceId, Filters, Details),
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "CommandInvocations": [_shown_invocation(command, each, bool(Details)) for command, each in found],
        "NextToken": following,
    }


def _shown_invocation(command: Command, each: Invocation, details: bool) -> dict:
    urls = _urls(command, each, each.steps[0]) if each.steps else {}
    return {
        "CommandId": command.id, "InstanceId": each.node_id, "InstanceName": each.node_name,
        "Comment": command.given.get("Comment", ""), "DocumentName": command.document,
        "DocumentVersion": command.document_version, "RequestedDateTime": command.requested, "Status": each.status,
        "StatusDetails": each.details, "TraceOutput": "" if details else None, **urls,
        "CommandPlugins": [_shown_step(command, each, step) for step in each.steps] if details else [],
        "ServiceRole": command.given.get("ServiceRoleArn", ""),
        **{name: command.given.get(name, UNSAID[name]) for name in ("NotificationConfig", "CloudWatchOutputConfig")},
    }  # fmt: skip


def _urls(command: Command, each: Invocation, step: Step) -> dict:
    bucket = command.given.get("OutputS3BucketName")
    return {
        f"Standard{name}Url": f"https://s3.amazonaws.com/{bucket}/{runs.output_key(command, each, step, stream)}"
        if bucket else ""
        for name, stream in (("Output", "stdout"), ("Error", "stderr"))
    }  # fmt: skip


def _shown_step(command: Command, each: Invocation, step: Step) -> dict:
    output = step.stdout + (f"\n----------ERROR-------\n{step.stderr}" if step.stderr else "")
    return {
        "Name": step.name, "Status": step.status, "StatusDetails": step.status, "ResponseCode": step.code,
        "ResponseStartDateTime": step.started, "ResponseFinishDateTime": step.ended, "Output": output[:2500],
        **_urls(command, each, step), "OutputS3Region": command.given.get("OutputS3Region"),
        "OutputS3BucketName": command.given.get("OutputS3BucketName"),
        "OutputS3KeyPrefix": command.given.get("OutputS3KeyPrefix"),
    }  # fmt: skip


@service.operation
def get_command_invocation(ctx: Context, CommandId, InstanceId, PluginName=None):
    """One command on one node, with its output. Raises InvocationDoesNotExist, InvalidPluginName."""
    command = ctx.rows(commands).get(CommandId)
    each = ctx.rows(invocations).get((CommandId, InstanceId)) if command is not None else None
    if each is None:
        raise AwsError("InvocationDoesNotExist")
    names = [name for name, _, _, _ in contents.plugins(contents.read(command.content, command.format))]
    if PluginName is not None and PluginName not in names and PluginName != contents.SHELL:
        raise AwsError("InvalidPluginName")
    if len(names) > 1 and PluginName is None:
        raise AwsError("InvalidPluginName", "The document has more than one step: name one.")
    index = names.index(PluginName) if PluginName in names else 0
    step = each.steps[index] if index < len(each.steps) else Step(names[index], each.status)
    started, ended = step.started, step.ended
    return {
        "CommandId": command.id, "InstanceId": each.node_id, "Comment": command.given.get("Comment", ""),
        "DocumentName": command.document, "DocumentVersion": command.document_version, "PluginName": step.name,
        "ResponseCode": step.code, "ExecutionStartDateTime": _iso(started), "ExecutionEndDateTime": _iso(ended),
        "ExecutionElapsedTime": f"PT{ended - started:.3g}S" if ended is not None else "",
        "Status": step.status if each.steps else each.status, "StatusDetails": each.details,
        "StandardOutputContent": step.stdout, "StandardErrorContent": step.stderr[:8000],
        **_urls(command, each, step),
        "CloudWatchOutputConfig": command.given.get("CloudWatchOutputConfig") or UNSAID["CloudWatchOutputConfig"],
    }  # fmt: skip


def _iso(moment: float | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@service.operation
def cancel_command(ctx: Context, CommandId, InstanceIds=None):
    """What has not begun does not begin, what runs is asked to end. Raises InvalidCommandId, InvalidInstanceId."""
    command = _command(ctx, CommandId)
    for name in InstanceIds or ():
        if name not in command.nodes:
            raise AwsError("InvalidInstanceId", f"The command was not sent to {name}.")
    if not InstanceIds:
        ctx.rows(commands).put(replace(command, cancelled=True))
    for each in runs.of_command(ctx, CommandId):
        if InstanceIds and each.node_id not in InstanceIds:
            continue
        if each.status == "InProgress":
            shell.stop(f"{CommandId}/{each.node_id}")
        if each.status in CANCELLABLE:
            ctx.rows(invocations).put(replace(each, status="Cancelled", details="Cancelled", ended=ctx.now))
    return {}
