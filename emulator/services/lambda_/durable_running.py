"""How durable executions go on: their function is invoked, and again whenever what it waits for has come.

https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

from base64 import b64encode
from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.lambda_ import durable_operations as operations
from emulator.services.lambda_ import names, running
from emulator.services.lambda_.errors import refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Execution, Function, executions

OVER = ("SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED")
LONGEST = 366 * 86400  # seconds that an execution may take where its function does not say


def token(execution: Execution) -> str:
    return b64encode(f"{execution.arn} {execution.token}".encode()).decode()


def channel(arn: str) -> tuple[str, str]:
    return "lambda.execution", arn


def save(ctx: Context, execution: Execution) -> Execution:
    return ctx.rows(executions).put(execution)


def _job(what: str, arn: str) -> str:
    return f"{what}/{arn}"


def start(ctx: Context, reference: names.Reference, record: Function, name: str | None, payload: str) -> Execution:
    """Begin an execution, or find the one of that name. Raises DurableExecutionAlreadyStartedException."""
    name = name or ctx.ids.uuid()
    for each in ctx.rows(executions).range((record.name,)):
        if each.function != record.name:
            break
        if each.name == name and each.version == record.version:
            if each.input == payload:
                return each
            raise refusal("DurableExecutionAlreadyStartedException", (
                f"The durable execution {name} has already been started with another input."), status=409)
    arn = f"{reference.arn(ctx, record.version)}/durable-execution/{name}/{ctx.ids.uuid()}"
    config = record.config["DurableConfig"]
    first = {"Id": arn.rpartition("/")[2], "Type": "EXECUTION", "StartTimestamp": ctx.now, "Status": "STARTED",
             "ExecutionDetails": {"InputPayload": payload}}  # fmt: skip
    execution = Execution(arn, record.name, name, record.version, reference.arn(ctx), payload, config, ctx.now,
                          operations={first["Id"]: first})  # fmt: skip
    seconds = config.get("ExecutionTimeout", LONGEST)
    event = {"Input": operations.payload(payload), "ExecutionTimeout": seconds}
    save(ctx, operations.told(execution, "ExecutionStarted", ctx.now, event))
    ctx.after(seconds, "time_out", job_id=_job("limit", arn), function=record.name, arn=arn)
    wake(ctx, record.name, arn)
    return execution


def wake(ctx: Context, function: str, arn: str, seconds: float = 0.0) -> None:
    ctx.after(seconds, "go_on", job_id=_job("go", arn), function=function, arn=arn)


@service.job
def time_out(ctx, function, arn):
    execution = ctx.rows(executions).get((function, arn))
    if execution is not None and execution.status not in OVER:
        finish(ctx, execution, "TIMED_OUT", error={"ErrorMessage": "The execution timed out."})


@service.job
def go_on(ctx, function, arn):
    """Invoke the function again, unless it is at work or the execution is paused."""
    execution = ctx.rows(executions).get((function, arn))
    if execution is None or execution.status != "RUNNING":
        return None
    execution = _come_due(ctx, execution)
    if execution.running:
        save(ctx, replace(execution, woken=True))
        return None
    execution = save(ctx, replace(execution, running=True, woken=False))
    ctx.stand_by("again", job_id=_job("stand-by", arn), function=function, arn=arn)
    return _invoke(ctx, execution)


@service.job
def again(ctx, function, arn):
    """The emulator ended while the function was at work."""
    execution = ctx.rows(executions).get((function, arn))
    if execution is not None:
        save(ctx, replace(execution, running=False))
        wake(ctx, function, arn)


def _moment(operation: dict[str, Any]) -> float | None:
    """When the clock brings an operation on."""
    if (operation["Type"], operation["Status"]) == ("WAIT", "STARTED"):
        return operation["WaitDetails"]["ScheduledEndTimestamp"]
    if (operation["Type"], operation["Status"]) == ("STEP", "PENDING"):
        return operation["StepDetails"]["NextAttemptTimestamp"]
    return None


def _come_due(ctx: Context, execution: Execution) -> Execution:
    """Waits that are over, steps whose next try has come."""
    for identifier, each in list(execution.operations.items()):
        moment = _moment(each)
        if moment is None or moment > ctx.now:
            continue
        if each["Type"] == "WAIT":
            execution = operations.ended(ctx, execution, identifier, "SUCCEEDED")
        else:
            execution = operations.put(execution, {**each, "Status": "READY"})
    return save(ctx, execution)


async def _invoke(ctx: Context, execution: Execution) -> None:
    reference = names.read(ctx, execution.invoked)
    event = {
        "DurableExecutionArn": execution.arn, "CheckpointToken": token(execution),
        "InitialExecutionState": {"Operations": [_in_event(each) for each in execution.operations.values()],
                                  "NextMarker": ""},
    }  # fmt: skip
    request_id, begun = ctx.ids.uuid(), ctx.now
    try:
        run = await running.run(ctx, reference, orjson.dumps(event), request_id)
        answer, error = _read(run.outcome)
    except AwsError as problem:
        answer, error = {}, {"ErrorType": problem.code, "ErrorMessage": problem.message}
    ctx.cancel(_job("stand-by", execution.arn))
    current = ctx.rows(executions).get((execution.function, execution.arn))
    if current is None or current.status in OVER:
        return
    ended = max(begun, ctx.now)
    event = {"StartTimestamp": begun, "EndTimestamp": ended, "RequestId": request_id}
    if error:
        event["Error"] = operations.failure(error)
    current = operations.told(replace(current, running=False), "InvocationCompleted", ended, event)
    _settle(ctx, current, answer, error)


def _read(outcome) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the function says of the execution, and the error that it failed with."""
    found = orjson.loads(outcome.payload or b"null")
    if outcome.failed:
        found = found if isinstance(found, dict) else {}
        error = {"ErrorType": found.get("errorType", ""), "ErrorMessage": found.get("errorMessage", "")}
        return {}, error | ({"StackTrace": found["stackTrace"]} if found.get("stackTrace") else {})
    if not isinstance(found, dict) or found.get("Status") not in ("SUCCEEDED", "FAILED", "PENDING"):
        words = "The function answered without a Status of SUCCEEDED, FAILED or PENDING."
        return {}, {"ErrorType": "InvalidResponse", "ErrorMessage": words}
    return found, None


def _settle(ctx: Context, execution: Execution, answer: dict[str, Any], error: dict[str, Any] | None) -> None:
    if error is not None:
        finish(ctx, execution, "FAILED", error=error)
    elif answer["Status"] == "SUCCEEDED":
        finish(ctx, execution, "SUCCEEDED", result=answer.get("Result"))
    elif answer["Status"] == "FAILED":
        finish(ctx, execution, "FAILED", error=answer.get("Error") or {})
    elif execution.status == "PAUSING":
        save(ctx, replace(execution, status="PAUSED"))
    else:
        execution = save(ctx, execution)
        if execution.woken:
            wake(ctx, execution.function, execution.arn)
        else:
            schedule(ctx, execution)


def schedule(ctx: Context, execution: Execution) -> None:
    """Come back when the next wait is over."""
    moments = [moment for each in execution.operations.values() if (moment := _moment(each)) is not None]
    if moments:
        wake(ctx, execution.function, execution.arn, max(0.0, min(moments) - ctx.now))


def finish(ctx: Context, execution: Execution, status: str, result: str | None = None, error: dict | None = None):
    """The execution ends, and tells whoever waits for it."""
    first = next(iter(execution.operations.values()))
    execution = operations.put(execution, {**first, "Status": status, "EndTimestamp": ctx.now})
    details = {"Result": operations.payload(result)} if status == "SUCCEEDED" else {"Error": operations.failure(error)}
    execution = replace(execution, status=status, ended=ctx.now, result=result, error=error, running=False)
    save(ctx, operations.told(execution, "Execution" + operations.EVENTS[status], ctx.now, details))
    for what in ("limit", "go"):
        ctx.cancel(_job(what, execution.arn))
    ctx.notify(channel(execution.arn))
    days = execution.config.get("RetentionPeriodInDays", 30)
    ctx.after(days * 86400, "expire", job_id=_job("expire", execution.arn), function=execution.function,
              arn=execution.arn)  # fmt: skip


@service.job
def expire(ctx, function, arn):
    ctx.rows(executions).delete((function, arn))


def _in_event(operation: dict[str, Any]) -> dict[str, Any]:
    """An operation as an invocation's event has it: with moments in milliseconds."""
    found = {}
    for name, value in operation.items():
        if isinstance(value, dict):
            value = _in_event(value)
        found[name] = int(value * 1000) if name.endswith("Timestamp") else value
    return found


async def result(ctx: Context, execution: Execution, seconds: float) -> Execution | None:
    """Wait for an execution to end; None when it takes longer."""
    deadline = ctx.monotonic() + seconds
    while True:
        current = ctx.rows(executions).get((execution.function, execution.arn))
        if current is None or current.status in OVER:
            return current
        left = deadline - ctx.monotonic()
        if left <= 0:
            return None
        await ctx.wait(channel(execution.arn), left)
