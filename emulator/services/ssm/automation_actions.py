"""What each action of Automation does. A function takes (ctx, execution, step) and says how the step stands.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import jsonpath
import msgspec

from emulator.backends import shell
from emulator.engines.sdk_call import find_operation, parameters
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.model import SERVICES, load
from emulator.services.ssm import window_times
from emulator.services.ssm.automation_tables import Execution, StepExecution

POLL = 2.0  # seconds between two looks at what runs elsewhere
SCRIPT_TIMEOUT = 600.0  # seconds


class Done(NamedTuple):
    """The step has succeeded; ``next`` is where a branch goes on."""

    outputs: dict[str, Any] = {}
    next: str | None = None


class Later(NamedTuple):
    """The step goes on: look again after so many seconds. ``began`` is what it waits for, ``status`` is shown."""

    seconds: float | None
    began: str | None = None
    status: str = "InProgress"


class StepFailed(Exception):
    """A step has failed; the text says why."""


Action = Callable[[Context, Execution, StepExecution], Done | Later]
ACTIONS: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    def declare(function: Action) -> Action:
        ACTIONS[name] = function
        return function

    return declare


def principal(ctx: Context, execution: Execution) -> Principal:
    """Who acts: the role that the execution assumes, else the caller's account."""
    if not execution.role:
        return ctx.principal
    account, name = execution.role.split(":")[4], execution.role.rpartition("/")[2]
    session = f"arn:aws:sts::{account}:assumed-role/{name}/Automation-{execution.id}"
    return Principal("AssumedRole", account, session, f"{name}:Automation-{execution.id}")


def plain(value: Any) -> Any:
    """An answer as data that JSON can hold."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str | int | float | bool) else str(value)


def selected(document: Any, selector: str) -> Any:
    """What ``$.A.B[0]`` names; None when nothing is there."""
    try:
        found = jsonpath.findall(selector, document)
    except jsonpath.JSONPathError:
        raise StepFailed(f"The selector {selector} is not valid.") from None
    return (found[0] if len(found) == 1 and not any(mark in selector for mark in ("*", "..", "?")) else found) or None


# Waiting and branching


@action("aws:sleep")
def sleep(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    """``Duration`` (ISO 8601) or until ``Timestamp``."""
    if step.due is not None:
        return Done()
    if "Timestamp" in step.inputs:
        return Later(max(0.0, window_times.moment(step.inputs["Timestamp"]) - ctx.now))
    try:
        return Later(msgspec.convert(step.inputs["Duration"], timedelta).total_seconds())
    except (KeyError, msgspec.ValidationError):
        raise StepFailed("Duration must be an ISO 8601 duration.") from None


@action("aws:pause")
def pause(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    return Done() if "Resume" in step.signals else Later(None, status="Waiting")


@action("aws:approve")
def approve(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    """Wait for ``MinRequiredApprovals`` of the approvers; the topic is told that they are waited for."""
    approvals = [each for each in step.signals if each.startswith("Approve:")]
    if any(each.startswith("Reject:") for each in step.signals):
        raise StepFailed("The request was rejected.")
    if len(approvals) >= int(step.inputs.get("MinRequiredApprovals") or 1):
        return Done({"ApprovalStatus": "Approved", "ApproverDecisions": approvals})
    topic = step.inputs.get("NotificationArn")
    if topic and step.due is None:
        text = f"{step.inputs.get('Message') or 'Approval is required.'} Automation execution: {execution.id}"
        ctx.call("sns", "Publish", {"TopicArn": topic, "Message": text}, as_=principal(ctx, execution))
    return Later(None, status="Waiting")


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "StringEquals": lambda found, wanted: found == wanted,
    "EqualsIgnoreCase": lambda found, wanted: str(found).lower() == str(wanted).lower(),
    "StartsWith": lambda found, wanted: str(found).startswith(wanted),
    "EndsWith": lambda found, wanted: str(found).endswith(wanted),
    "Contains": lambda found, wanted: wanted in found,
    "NumericEquals": lambda found, wanted: float(found) == float(wanted),
    "NumericGreater": lambda found, wanted: float(found) > float(wanted),
    "NumericLesser": lambda found, wanted: float(found) < float(wanted),
    "NumericGreaterOrEquals": lambda found, wanted: float(found) >= float(wanted),
    "NumericLesserOrEquals": lambda found, wanted: float(found) <= float(wanted),
    "BooleanEquals": lambda found, wanted: str(found).lower() == str(wanted).lower(),
}


def holds(choice: dict) -> bool:
    """Whether a choice of a branch holds."""
    if "And" in choice:
        return all(holds(each) for each in choice["And"])
    if "Or" in choice:
        return any(holds(each) for each in choice["Or"])
    if "Not" in choice:
        return not holds(choice["Not"])
    for name, compare in COMPARISONS.items():
        if name in choice:
            try:
                return compare(choice.get("Variable"), choice[name])
            except (TypeError, ValueError):
                return False
    raise StepFailed("A choice has no known operator.")


@action("aws:branch")
def branch(ctx: Context, execution: Execution, step: StepExecution) -> Done:
    for choice in step.inputs.get("Choices") or ():
        if holds(choice):
            return Done({}, choice.get("NextStep"))
    if "Default" not in step.inputs:
        raise StepFailed("No choice holds, and there is no default.")
    return Done({}, step.inputs["Default"])


@action("aws:updateVariable")
def update_variable(ctx: Context, execution: Execution, step: StepExecution) -> Done:
    return Done({step.inputs["Name"]: step.inputs.get("Value")})


# Calls


def _call(ctx: Context, execution: Execution, inputs: dict) -> dict:
    """The operation that ``Service`` and ``Api`` name, with the other inputs."""
    named, api = str(inputs.get("Service", "")), str(inputs.get("Api", ""))
    operation = find_operation(named, api.replace("_", ""))
    if operation is None and named in SERVICES:
        wanted = api.replace("_", "").lower()
        operation = next((each for name, each in load(named).operations.items() if name.lower() == wanted), None)
    if operation is None:
        raise NotImplementedByEmulator(f"{named}:{api}")
    given = {name: value for name, value in inputs.items() if name not in INPUTS_OF_ITS_OWN}
    asked = parameters(operation.input, given) if operation.input else {}
    return plain(ctx.call(operation.service.name, operation.name, asked, as_=principal(ctx, execution)))


INPUTS_OF_ITS_OWN = ("Service", "Api", "PropertySelector", "DesiredValues")


@action("aws:executeAwsApi")
def execute_aws_api(ctx: Context, execution: Execution, step: StepExecution) -> Done:
    return Done(_call(ctx, execution, step.inputs))


@action("aws:assertAwsResourceProperty")
def assert_property(ctx: Context, execution: Execution, step: StepExecution) -> Done:
    found = selected(_call(ctx, execution, step.inputs), step.inputs["PropertySelector"])
    if not _is_desired(found, step.inputs["DesiredValues"]):
        raise StepFailed(f"Property value from the API output is not in the desired values: {found}")
    return Done()


@action("aws:waitForAwsResourceProperty")
def wait_for_property(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    found = selected(_call(ctx, execution, step.inputs), step.inputs["PropertySelector"])
    return Done() if _is_desired(found, step.inputs["DesiredValues"]) else Later(POLL)


def _is_desired(found: Any, desired: list) -> bool:
    wanted = {str(each) for each in desired}
    return all(str(each) in wanted for each in found) if isinstance(found, list) and found else str(found) in wanted


@action("aws:runCommand")
def run_command(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    who = principal(ctx, execution)
    if step.began is None:
        given = {**step.inputs}
        given["Parameters"] = {name: each if isinstance(each, list) else [str(each)]
                               for name, each in (given.get("Parameters") or {}).items()}  # fmt: skip
        shape = load("ssm").operations["SendCommand"].input
        return Later(POLL, ctx.call("ssm", "SendCommand", parameters(shape, given), as_=who)["Command"]["CommandId"])
    command = ctx.call("ssm", "ListCommands", {"CommandId": step.began}, as_=who)["Commands"][0]
    if command["Status"] in ("Pending", "InProgress", "Cancelling"):
        return Later(POLL, step.began)
    if command["Status"] != "Success":
        raise StepFailed(f"Command {step.began} ended with status {command['Status']}.")
    found = ctx.call("ssm", "ListCommandInvocations", {"CommandId": step.began, "Details": True}, as_=who)
    texts = [plugin["Output"] for each in found["CommandInvocations"] for plugin in each["CommandPlugins"]]
    return Done({"CommandId": step.began, "Status": command["Status"], "ResponseCode": 0, "Output": "\n".join(texts)})


@action("aws:executeAutomation")
def execute_automation(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    who = principal(ctx, execution)
    if step.began is None:
        given = {"DocumentName": step.inputs["DocumentName"]}
        if step.inputs.get("RuntimeParameters"):
            given["Parameters"] = {name: each if isinstance(each, list) else [str(each)]
                                   for name, each in step.inputs["RuntimeParameters"].items()}  # fmt: skip
        if "DocumentVersion" in step.inputs:
            given["DocumentVersion"] = str(step.inputs["DocumentVersion"])
        return Later(POLL, ctx.call("ssm", "StartAutomationExecution", given, as_=who)["AutomationExecutionId"])
    found = ctx.call("ssm", "GetAutomationExecution", {"AutomationExecutionId": step.began}, as_=who)
    child = found["AutomationExecution"]
    if child["AutomationExecutionStatus"] in ("Pending", "InProgress", "Waiting"):
        return Later(POLL, step.began)
    if child["AutomationExecutionStatus"] != "Success":
        raise StepFailed(child.get("FailureMessage") or f"Execution {step.began} has failed.")
    return Done({"ExecutionId": step.began, "Status": "Success", "Output": child.get("Outputs") or {}})


async def invoke(ctx: Context, execution: Execution, step: StepExecution) -> Done:
    """``aws:invokeLambdaFunction``; it waits for the function's answer."""
    given = {name: value for name, value in step.inputs.items() if name in (
        "FunctionName", "InvocationType", "LogType", "Qualifier")}  # fmt: skip
    payload = step.inputs.get("InputPayload") or step.inputs.get("Payload") or {}
    given["Payload"] = (payload if isinstance(payload, str) else json.dumps(payload)).encode()
    answer = await ctx.call_waiting("lambda", "Invoke", given, as_=principal(ctx, execution))
    if answer.get("FunctionError"):
        raise StepFailed(f"The function answered {answer['FunctionError']}.")
    return Done(plain(answer))


@action("aws:executeStateMachine")
def execute_state_machine(ctx: Context, execution: Execution, step: StepExecution) -> Done | Later:
    who = principal(ctx, execution)
    if step.began is None:
        given = {"stateMachineArn": step.inputs["stateMachineArn"], "input": step.inputs.get("input") or "{}"}
        return Later(POLL, ctx.call("stepfunctions", "StartExecution", given, as_=who)["executionArn"])
    found = ctx.call("stepfunctions", "DescribeExecution", {"executionArn": step.began}, as_=who)
    if found["status"] == "RUNNING":
        return Later(POLL, step.began)
    if found["status"] != "SUCCEEDED":
        raise StepFailed(f"The state machine ended with status {found['status']}.")
    return Done(plain(found))


# Actions that wait: the engine awaits them.

WRAPPER = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("script", sys.argv[1])
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
answer = getattr(script, sys.argv[2])(json.load(open(sys.argv[3])), {})
json.dump(answer, open(sys.argv[4], "w"))
"""


async def execute_script(ctx: Context, execution: Execution, step: StepExecution) -> Done:
    return await ctx.in_thread(run_script, execution.id, step)


def run_script(execution_id: str, step: StepExecution) -> Done:
    """``aws:executeScript``, in a process of its own; blocking. Python only. Raises StepFailed."""
    runtime = str(step.inputs.get("Runtime", ""))
    if not runtime.startswith("python"):
        raise StepFailed(f"The runtime {runtime} is not there: scripts run in Python.")
    home = shell.home(f"automation/{execution_id}")
    files = {name: home / f"{step.order}-{name}" for name in ("script.py", "wrapper.py", "payload.json", "answer.json")}
    files["script.py"].write_text(step.inputs.get("Script") or "")
    files["wrapper.py"].write_text(WRAPPER)
    files["payload.json"].write_text(json.dumps(step.inputs.get("InputPayload") or {}))
    arguments = [sys.executable, files["wrapper.py"], files["script.py"], step.inputs.get("Handler", "handler"),
                 files["payload.json"], files["answer.json"]]  # fmt: skip
    line = " ".join(f"'{each}'" for each in arguments)
    outcome = shell.run(f"automation/{execution_id}", [line], home, SCRIPT_TIMEOUT, {})
    if outcome.code != 0:
        raise StepFailed(outcome.stderr.decode("utf-8", "replace").strip()[-1000:] or "The script has failed.")
    return Done({"Payload": json.loads(files["answer.json"].read_text())})


WAITING = {"aws:executeScript": execute_script, "aws:invokeLambdaFunction": invoke}


def failure_of(error: Exception) -> str:
    if isinstance(error, AwsError):
        return f"{error.code}: {error.message}"
    return str(error)
