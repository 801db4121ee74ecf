"""Walking through an Automation document: one step after the other, retries, what a failure leads to, outputs.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-documents.html
"""

import json
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.ssm import automation_actions as actions
from emulator.services.ssm import document_content as contents
from emulator.services.ssm.automation_actions import Done, Later, StepFailed
from emulator.services.ssm.automation_tables import Execution, StepExecution, executions, steps
from emulator.services.ssm.common import service, tell

OVER = frozenset(("Success", "TimedOut", "Cancelled", "Failed", "Rejected"))
MAX_STEPS = 1000  # of one execution: a document that goes round for ever ends


def of_execution(ctx: Context, execution_id: str) -> list[StepExecution]:
    found = []
    for step in ctx.rows(steps).range((execution_id,)):
        if step.execution_id != execution_id:
            break
        found.append(step)
    return found


def document_of(execution: Execution) -> dict:
    return contents.read(execution.content, execution.format)


def schedule(ctx: Context, execution_id: str, seconds: float = 0) -> None:
    ctx.after(seconds, "advance", job_id=f"automation/{execution_id}", execution_id=execution_id)


@service.job
def advance(ctx: Context, execution_id: str):
    """Take an execution as far as it goes without waiting."""
    execution = ctx.rows(executions).get(execution_id)
    if execution is None or execution.status in OVER:
        return None
    running = _running(ctx, execution)
    if running is None:
        running = _begin(ctx, execution)
    if running is None:
        return None
    if running.action in actions.WAITING:
        return _await(ctx, running)
    _settle(ctx, running, lambda: _act(ctx, running))
    return None


async def _await(ctx: Context, step: StepExecution) -> None:
    """An action that waits; what it says is settled when it is back."""
    execution = ctx.rows(executions)[step.execution_id]
    try:
        outcome = await actions.WAITING[step.action](ctx, execution, step)
    except Exception as error:  # whatever it was, the step has failed
        failure = error
        _settle(ctx, step, lambda: _raise(failure))
    else:
        _settle(ctx, step, lambda: outcome)


def _raise(error: Exception):
    raise error


def _act(ctx: Context, step: StepExecution) -> Done | Later:
    execution = ctx.rows(executions)[step.execution_id]
    if step.due is not None and step.due > ctx.now:
        return Later(step.due - ctx.now, step.began, step.status)
    function = actions.ACTIONS.get(step.action)
    if function is None:
        raise StepFailed(f"The action {step.action} is not implemented by this emulator.")
    return function(ctx, execution, step)


def _running(ctx: Context, execution: Execution) -> StepExecution | None:
    last = of_execution(ctx, execution.id)[-1:]
    return last[0] if last and last[0].status not in OVER else None


def _definition(execution: Execution, name: str) -> dict:
    found = next((each for each in document_of(execution)["mainSteps"] if each.get("name") == name), None)
    if found is None:
        raise StepFailed(f"There is no step {name}.")
    return found


def values_of(execution: Execution) -> dict[str, Any]:
    """Everything that ``{{ … }}`` may name."""
    region, account = execution.given["region"], execution.given["account"]
    return {
        **execution.parameters, **execution.values, "automation:EXECUTION_ID": execution.id,
        "global:REGION": region, "global:ACCOUNT_ID": account,
    }  # fmt: skip


def _begin(ctx: Context, execution: Execution, attempt: int = 1) -> StepExecution | None:
    """The record of the step that is next; None when the execution has come to its end."""
    before = of_execution(ctx, execution.id)
    if execution.stop:
        _end(ctx, execution, "Cancelled")
        return None
    if execution.current is None:
        _end(ctx, execution, "Success")
        return None
    try:
        definition = _definition(execution, execution.current)
        if len(before) >= MAX_STEPS:
            raise StepFailed(f"An execution has at most {MAX_STEPS} steps.")
    except StepFailed as error:
        _end(ctx, replace(execution, failure=str(error)), "Failed")
        return None
    inputs = contents.resolved(definition.get("inputs") or {}, values_of(execution))
    step = StepExecution(ctx.ids.uuid(), execution.id, len(before), execution.current, definition["action"], ctx.now,
                         inputs, attempt)  # fmt: skip
    if execution.status != "InProgress":
        change(ctx, replace(execution, status="InProgress"))
    return ctx.rows(steps).put(step)


def _settle(ctx: Context, step: StepExecution, act) -> None:
    """Keep what an action said, and go on accordingly."""
    execution = ctx.rows(executions)[step.execution_id]
    if execution.status in OVER:
        return
    definition = _definition(execution, step.name)
    timeout = definition.get("timeoutSeconds")
    try:
        outcome = act()
    except (StepFailed, AwsError, KeyError, TypeError, ValueError) as error:
        text = f"Step {step.name} fails: {actions.failure_of(error)}"
        _failed(ctx, execution, definition, replace(step, status="Failed", failure=text, ended=ctx.now))
        return
    if isinstance(outcome, Later):
        if timeout is not None and ctx.now - step.started >= float(timeout):
            text = f"Step timed out while step is polling. {step.name} took longer than {timeout} seconds."
            _failed(ctx, execution, definition, replace(step, status="TimedOut", failure=text, ended=ctx.now))
            return
        _wait(ctx, execution, step, outcome, timeout)
        return
    _succeeded(ctx, execution, definition, step, outcome)


def _wait(ctx: Context, execution: Execution, step: StepExecution, later: Later, timeout) -> None:
    left = None if timeout is None else step.started + float(timeout) - ctx.now
    waits = [each for each in (later.seconds, left) if each is not None]
    due = ctx.now + later.seconds if later.seconds is not None else ctx.now
    ctx.rows(steps).put(replace(step, status=later.status, began=later.began or step.began, due=due))
    shown = "Waiting" if later.status == "Waiting" else "InProgress"
    if execution.status != shown:
        change(ctx, replace(execution, status=shown))
    if waits:
        schedule(ctx, execution.id, max(0.0, min(waits)))


def _outputs(definition: dict, raw: dict[str, Any]) -> dict[str, Any]:
    """What the step's ``outputs`` select from what its action gave; without any, what it gave."""
    wanted = definition.get("outputs")
    if not wanted:
        return raw
    found = {}
    for each in wanted:
        if not isinstance(each, dict):
            continue
        value = actions.selected(raw, each["Selector"])
        if value is None and each["Selector"].startswith("$.Payload"):
            value = actions.selected(raw.get("Payload") or {}, "$" + each["Selector"].removeprefix("$.Payload"))
        found[each["Name"]] = value
    return found


def _succeeded(ctx: Context, execution: Execution, definition: dict, step: StepExecution, done: Done) -> None:
    outputs = _outputs(definition, done.outputs)
    values = {**execution.values, **{f"{step.name}.{name}": value for name, value in outputs.items()}}
    if step.action == "aws:updateVariable":
        values |= done.outputs
    following = done.next or definition.get("nextStep") or _after(execution, step.name)
    if definition.get("isEnd"):
        following = None
    ctx.rows(steps).put(replace(step, status="Success", outputs=outputs, ended=ctx.now, next=following,
                                is_end=following is None))  # fmt: skip
    change(ctx, replace(execution, values=values, current=following, status="InProgress"))
    schedule(ctx, execution.id)


def _after(execution: Execution, name: str) -> str | None:
    names = [each["name"] for each in document_of(execution)["mainSteps"]]
    place = names.index(name) + 1
    return names[place] if place < len(names) else None


def _failed(ctx: Context, execution: Execution, definition: dict, step: StepExecution) -> None:
    """Try again, go on, go elsewhere, or give up, as the step says."""
    ctx.rows(steps).put(step)
    if step.attempt < int(definition.get("maxAttempts") or 1):
        again = _begin(ctx, execution, step.attempt + 1)
        if again is not None:
            schedule(ctx, execution.id, 1.0)
        return
    then = str(definition.get("onFailure") or "Abort")
    if then == "Continue":
        following = definition.get("nextStep") or _after(execution, step.name)
        following = None if definition.get("isEnd") else following
    elif then.startswith("step:"):
        following = then.removeprefix("step:")
    else:
        _end(ctx, replace(execution, failure=step.failure), "TimedOut" if step.status == "TimedOut" else "Failed")
        return
    critical = definition.get("isCritical", True)
    failure = (execution.failure or step.failure) if critical else execution.failure
    change(ctx, replace(execution, current=following, failure=failure, status="InProgress"))
    schedule(ctx, execution.id)


def _end(ctx: Context, execution: Execution, status: str) -> None:
    """The execution is over; a critical step that failed on the way makes it a failure."""
    if status == "Success" and execution.failure:
        status = "Failed"
    outputs = {}
    for name in document_of(execution).get("outputs") or ():
        value = values_of(execution).get(name, "No output available yet because the step is not successfully executed")
        outputs[name] = [text_of(each) for each in value] if isinstance(value, list) else [text_of(value)]
    change(ctx, replace(execution, status=status, ended=ctx.now, outputs=outputs, current=None))


def stop(ctx: Context, execution: Execution, kind: str) -> None:
    """End an execution: at once (Cancel), or when the step that runs is over (Complete)."""
    running = _running(ctx, execution)
    if kind == "Cancel" or running is None:
        if running is not None:
            ctx.rows(steps).put(replace(running, status="Cancelled", ended=ctx.now))
        _end(ctx, execution, "Cancelled")
    else:
        ctx.rows(executions).put(replace(execution, stop=kind))


def text_of(value: Any) -> str:
    """A value as outputs show it."""
    return value if isinstance(value, str) else json.dumps(value)


def change(ctx: Context, execution: Execution) -> None:
    """Keep a new state of an execution, and tell EventBridge and the execution whose child it is."""
    ctx.rows(executions).put(execution)
    tell(ctx, "EC2 Automation Execution Status-change Notification",
         f"arn:aws:ssm:{ctx.region}:{ctx.account}:automation-execution/{execution.id}",
         {"ExecutionId": execution.id, "Definition": execution.document, "Status": execution.status,
          "DefinitionVersion": execution.document_version, "ExecutedBy": execution.by})  # fmt: skip
    if execution.parent and execution.status in OVER:
        ctx.after(0, "advance_fleet", job_id=f"fleet/{execution.parent}", id=execution.parent)
