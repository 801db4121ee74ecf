"""Automation: starting executions, asking after them, signals, stopping them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-automation.html
"""

import json
from operator import itemgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.resources import idempotency, page
from emulator.services.ssm import automation_fleets, change_states, tags, window_times
from emulator.services.ssm import automation_runs as runs
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.automation_tables import Execution, StepExecution, executions, steps
from emulator.services.ssm.common import INVALID_TOKEN, service
from emulator.services.ssm.documents import find, version_of
from emulator.services.ssm.windows import MISMATCH

NOT_YET = ("TargetLocations", "TargetLocationsURL")  # other accounts and regions


@service.operation
def start_automation_execution(ctx: Context, DocumentName, DocumentVersion=None, Parameters=None, ClientToken=None,
                               Mode="Auto", Tags=None, **given):  # fmt: skip
    """Raises AutomationDefinitionNotFoundException, AutomationDefinitionVersionNotFoundException,
    InvalidAutomationExecutionParametersException, IdempotentParameterMismatch."""
    for name in NOT_YET:
        if given.get(name):
            raise NotImplementedByEmulator(f"StartAutomationExecution with {name}")
    if ClientToken:
        answer = idempotency.replay(ctx, "StartAutomationExecution", ClientToken, dict(ctx.input), MISMATCH)
        if answer is not None:
            return answer
    wanted = automation_fleets.resolved(ctx, given)
    if wanted is None:
        execution = begin(ctx, DocumentName, DocumentVersion, Parameters or {}, Mode, Tags or ())
    else:
        first = next(iter(wanted), {})
        execution = made(ctx, DocumentName, DocumentVersion, {**(Parameters or {}), **first}, Mode, Tags or ())
        execution = replace(execution, given={**execution.given, "Parameters": Parameters or {}})
        execution = automation_fleets.started(ctx, execution, wanted)
    answer = {"AutomationExecutionId": execution.id}
    if ClientToken:
        idempotency.remember(ctx, "StartAutomationExecution", ClientToken, dict(ctx.input), answer)
    return answer


def runbook(ctx: Context, name: str, version: str | None):
    """A document of Automation and one of its versions. Raises AutomationDefinitionNotFoundException,
    AutomationDefinitionVersionNotFoundException."""
    try:
        document = find(ctx, name)
    except AwsError as error:
        raise AwsError("AutomationDefinitionNotFoundException", error.message) from None
    if not document.type.startswith("Automation"):
        raise AwsError("AutomationDefinitionNotFoundException", f"{name} is no Automation document.")
    try:
        return document, version_of(ctx, document, version)
    except AwsError as error:
        raise AwsError("AutomationDefinitionVersionNotFoundException", error.message) from None


def begin(ctx: Context, name: str, version: str | None, parameters: dict, mode: str, tagged, **more) -> Execution:
    """Start an execution of a document; as :func:`made`."""
    execution = made(ctx, name, version, parameters, mode, tagged, **more)
    runs.schedule(ctx, execution.id)
    return execution


def made(
    ctx: Context, name: str, version: str | None, parameters: dict, mode: str, tagged, *, text: str | None = None,
    change: dict | None = None, parent: str | None = None,
) -> Execution:  # fmt: skip
    """An execution of a document that has not begun.

    ``text`` (JSON) stands for its content, ``change`` is the request it is for, ``parent`` the execution it is part of.
    """
    document, chosen = runbook(ctx, name, version)
    if text is not None:
        chosen = replace(chosen, content=text, format="JSON")
    content = contents.read(chosen.content, chosen.format)
    values = values_of(content, parameters)
    role = contents.resolved(content.get("assumeRole") or "", values)
    execution = ctx.rows(executions).put(Execution(
        ctx.ids.uuid(), document.name, str(chosen.version), chosen.content, chosen.format,
        {"Parameters": parameters, "region": ctx.region, "account": ctx.account, "change": change}, values, ctx.now,
        ctx.principal.arn, role if role.startswith("arn:") else "", mode, parent,
        current=content["mainSteps"][0]["name"], values=_variables(content),
        tags={tag["Key"]: tag["Value"] for tag in tagged},
    ))  # fmt: skip
    return execution


def _variables(content: dict) -> dict:
    return {f"variable:{name}": each.get("default") for name, each in (content.get("variables") or {}).items()}


READERS = {"Boolean": lambda text: text.lower() == "true", "Integer": int, "MapList": json.loads,
           "StringMap": json.loads}  # fmt: skip


def values_of(content: dict, given: dict) -> dict:
    """Every parameter's value, as its type has it. Raises InvalidAutomationExecutionParametersException."""
    declared = content.get("parameters") or {}
    unknown = given.keys() - declared.keys()
    if unknown:
        raise _invalid(f"Invalid input parameter name(s): {', '.join(sorted(unknown))}.")
    found = {}
    for name, each in declared.items():
        kind = each.get("type", "String")
        if name not in given:
            if "default" not in each:
                raise _invalid(f"Missing parameter {name}.")
            found[name] = each["default"]
        elif (kind.endswith("List") and kind != "MapList") or kind.startswith("List<"):
            found[name] = given[name]
        else:
            try:
                found[name] = READERS.get(kind, str)(given[name][0] if given[name] else "")
            except ValueError:
                raise _invalid(f"The value of parameter {name} is no {kind}.") from None
        allowed = each.get("allowedValues")
        if allowed and found[name] not in allowed:
            raise _invalid(f"The value of parameter {name} is not one of {allowed}.")
    return found


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidAutomationExecutionParametersException", message)


def _execution(ctx: Context, execution_id: str) -> Execution:
    found = ctx.rows(executions).get(execution_id)
    if found is None:
        raise AwsError("AutomationExecutionNotFoundException", f"Could not retrieve automation execution information "
                       f"for execution id: {execution_id}.")  # fmt: skip
    return found


# What is shown


def _metadata(ctx: Context, execution: Execution) -> dict:
    """What executions and their list share."""
    return {
        "AutomationExecutionId": execution.id, "DocumentName": execution.document,
        "DocumentVersion": execution.document_version, "AutomationExecutionStatus": execution.status,
        "ExecutionStartTime": execution.started, "ExecutionEndTime": execution.ended, "ExecutedBy": execution.by,
        "Mode": execution.mode, "ParentAutomationExecutionId": execution.parent,
        "CurrentStepName": execution.current, "CurrentAction": _action(execution), "Outputs": execution.outputs,
        "FailureMessage": execution.failure, "Targets": [],
        "ResolvedTargets": {"ParameterValues": [], "Truncated": False}, **change_states.shown(execution),
        **automation_fleets.shown(ctx, execution),
    }  # fmt: skip


def _action(execution: Execution) -> str | None:
    definitions = runs.document_of(execution)["mainSteps"]
    return next((each["action"] for each in definitions if each["name"] == execution.current), None)


def _shown_step(execution: Execution, step: StepExecution) -> dict:
    definition = next(each for each in runs.document_of(execution)["mainSteps"] if each["name"] == step.name)
    outputs = {name: [runs.text_of(each) for each in (value if isinstance(value, list) else [value])]
               for name, value in step.outputs.items() if value is not None}  # fmt: skip
    return {
        "StepName": step.name, "Action": step.action, "TimeoutSeconds": definition.get("timeoutSeconds"),
        "OnFailure": definition.get("onFailure"), "MaxAttempts": definition.get("maxAttempts"),
        "ExecutionStartTime": step.started, "ExecutionEndTime": step.ended, "StepStatus": step.status,
        "ResponseCode": "0" if step.status == "Success" else None, "StepExecutionId": step.id,
        "Inputs": {name: json.dumps(value) for name, value in step.inputs.items()}, "Outputs": outputs,
        "FailureMessage": step.failure, "IsEnd": step.is_end, "NextStep": step.next,
        "IsCritical": definition.get("isCritical"), "ValidNextSteps": [step.next] if step.next else [],
    }  # fmt: skip


@service.operation
def get_automation_execution(ctx: Context, AutomationExecutionId):
    """Raises AutomationExecutionNotFoundException."""
    execution = _execution(ctx, AutomationExecutionId)
    shown = [_shown_step(execution, step) for step in runs.of_execution(ctx, execution.id)]
    begun = {each["StepName"] for each in shown}
    shown += [] if "fleet" in execution.given else [
        {"StepName": each["name"], "Action": each["action"], "StepStatus": "Pending", "Inputs": {}}
        for each in runs.document_of(execution)["mainSteps"] if each["name"] not in begun
    ]  # fmt: skip
    given = {name: value if isinstance(value, list) else [runs.text_of(value)]
             for name, value in execution.parameters.items()}  # fmt: skip
    return {"AutomationExecution": {
        **_metadata(ctx, execution), "StepExecutions": shown, "StepExecutionsTruncated": False, "Parameters": given,
    }}  # fmt: skip


TESTS = {
    "DocumentNamePrefix": lambda execution, value: execution.document.startswith(value),
    "ExecutionStatus": lambda execution, value: execution.status == value,
    "ExecutionId": lambda execution, value: execution.id == value,
    "ParentExecutionId": lambda execution, value: execution.parent == value,
    "CurrentAction": lambda execution, value: _action(execution) == value,
    "StartTimeBefore": lambda execution, value: execution.started < window_times.moment(value),
    "StartTimeAfter": lambda execution, value: execution.started > window_times.moment(value),
    "AutomationType": lambda execution, value: value == "Local",
    "TagKey": lambda execution, value: value in execution.tags,
}


@service.operation
def describe_automation_executions(ctx: Context, Filters=None, MaxResults=None, NextToken=None):
    """The newest executions that fit the filters. Raises InvalidFilterKey."""
    for each in Filters or ():
        if each["Key"] not in TESTS:
            raise AwsError("InvalidFilterKey", f"The filter key {each['Key']} is not supported.")

    def fits(execution: Execution) -> bool:
        return all(any(TESTS[each["Key"]](execution, value) for value in each["Values"]) for each in Filters or ())

    found, following = page(ctx, filter(fits, ctx.rows(executions).by("newest")),
                            lambda execution: (-execution.started, execution.id), NextToken, MaxResults or 50,
                            query=Filters, invalid=INVALID_TOKEN)  # fmt: skip
    return {
        "AutomationExecutionMetadataList": [{**_metadata(ctx, each), "AutomationType": "Local"} for each in found],
        "NextToken": following,
    }


STEP_TESTS = {
    "StepExecutionStatus": lambda shown, value: shown["StepStatus"] == value,
    "StepExecutionId": lambda shown, value: shown["StepExecutionId"] == value,
    "StepName": lambda shown, value: shown["StepName"] == value,
    "Action": lambda shown, value: shown["Action"] == value,
    "StartTimeBefore": lambda shown, value: shown["ExecutionStartTime"] < window_times.moment(value),
    "StartTimeAfter": lambda shown, value: shown["ExecutionStartTime"] > window_times.moment(value),
}


@service.operation
def describe_automation_step_executions(ctx: Context, AutomationExecutionId, Filters=None, NextToken=None,
                                        MaxResults=None, ReverseOrder=None):  # fmt: skip
    """The steps that have begun. Raises AutomationExecutionNotFoundException, InvalidFilterKey."""
    execution = _execution(ctx, AutomationExecutionId)
    for each in Filters or ():
        if each["Key"] not in STEP_TESTS:
            raise AwsError("InvalidFilterKey", f"The filter key {each['Key']} is not supported.")
    rows = [_shown_step(execution, step) for step in runs.of_execution(ctx, execution.id)]
    rows = [row for row in rows if all(
        any(STEP_TESTS[each["Key"]](row, value) for value in each["Values"]) for each in Filters or ())]  # fmt: skip
    numbered = list(enumerate(reversed(rows) if ReverseOrder else rows))
    found, following = page(ctx, numbered, itemgetter(0), NextToken, MaxResults or 50,
                            query=(AutomationExecutionId, Filters, ReverseOrder), invalid=INVALID_TOKEN)  # fmt: skip
    return {"StepExecutions": [row for _, row in found], "NextToken": following}


# Signals


@service.operation
def send_automation_signal(ctx: Context, AutomationExecutionId, SignalType, Payload=None):
    """Approve, reject or resume the step that waits. Raises InvalidAutomationSignalException."""
    execution = _execution(ctx, AutomationExecutionId)
    step = next((each for each in runs.of_execution(ctx, execution.id) if each.status == "Waiting"), None)
    if step is None or SignalType not in ("Approve", "Reject", "Resume"):
        raise AwsError("InvalidAutomationSignalException", f"The signal {SignalType} is not valid for this execution.")
    signal = SignalType if SignalType == "Resume" else f"{SignalType}:{ctx.principal.arn}"
    if signal in step.signals:
        raise AwsError("InvalidAutomationSignalException", "The approver has already answered.")
    ctx.rows(steps).put(replace(step, signals=(*step.signals, signal)))
    runs.schedule(ctx, execution.id)
    return {}


@service.operation
def stop_automation_execution(ctx: Context, AutomationExecutionId, Type="Cancel"):
    """End at once, or with ``Complete`` after the step that runs. Raises InvalidAutomationStatusUpdateException."""
    execution = _execution(ctx, AutomationExecutionId)
    if execution.status in runs.OVER:
        raise AwsError("InvalidAutomationStatusUpdateException",
                       f"Execution {execution.id} has the status {execution.status} and cannot be stopped.")
    automation_fleets.stop(ctx, execution, Type)
    runs.stop(ctx, execution, Type)
    return {}


def _tags(ctx: Context, name: str) -> dict[str, str] | None:
    found = ctx.rows(executions).get(name)
    return found.tags if found is not None else None


def _retag(ctx: Context, name: str, found: dict[str, str]) -> None:
    ctx.rows(executions).put(replace(ctx.rows(executions)[name], tags=found))


tags.types["Automation"] = tags.Tagged(_tags, _retag)
