"""Durable executions: what callers, callbacks and the functions themselves ask of them.

https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

import re
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.lambda_ import durable_operations as operations
from emulator.services.lambda_ import durable_running as going
from emulator.services.lambda_ import invoking, names
from emulator.services.lambda_.errors import conflict, invalid, missing, refusal
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Execution, executions

ARN = re.compile(r".*:function:(?P<function>[\w-]+):(?P<version>[^/]+)/durable-execution/(?P<name>[^/]+)/[^/]+")


def _find(ctx: Context, arn: str) -> Execution:
    """Raises ResourceNotFoundException."""
    match = ARN.fullmatch(arn)
    found = ctx.rows(executions).get((match["function"], arn)) if match else None
    if found is None:
        raise missing(f"Durable execution not found: {arn}")
    return found


def _shown(execution: Execution) -> dict[str, Any]:
    found = {
        "DurableExecutionArn": execution.arn, "DurableExecutionName": execution.name,
        "FunctionArn": execution.arn.partition("/")[0], "Status": execution.status,
        "StartTimestamp": execution.started,
    }  # fmt: skip
    return {**found, "EndTimestamp": execution.ended} if execution.ended else found


@service.operation
def get_durable_execution(ctx, DurableExecutionArn, IncludeExecutionData=True):
    execution = _find(ctx, DurableExecutionArn)
    found = {**_shown(execution), "Version": execution.version, "DurableConfig": execution.config,
             "ExecutionDataIncluded": IncludeExecutionData}  # fmt: skip
    if IncludeExecutionData:
        found["InputPayload"] = execution.input
        found |= {"Result": execution.result} if execution.result is not None else {}
        found |= {"Error": execution.error} if execution.error is not None else {}
    if execution.pause is not None:
        found["PauseDetails"] = execution.pause
    if not execution.ended:
        seconds = execution.config.get("ExecutionTimeout", going.LONGEST)
        found["ExpectedExecutionTimeoutTimestamp"] = execution.started + seconds
    return found


@service.operation
def list_durable_executions_by_function(
    ctx, FunctionName, Qualifier=None, DurableExecutionName=None, Statuses=None, StartedAfter=None, StartedBefore=None,
    ReverseOrder=False, Marker=None, MaxItems=100,
):  # fmt: skip
    reference = names.read(ctx, FunctionName, Qualifier)
    version = names.function(ctx, reference).version
    found = []
    for each in ctx.rows(executions).range((reference.name,)):
        if each.function != reference.name:
            break
        if (
            each.version == version and DurableExecutionName in (None, each.name)
            and (not Statuses or each.status in Statuses)
            and (StartedAfter is None or each.started > StartedAfter)
            and (StartedBefore is None or each.started < StartedBefore)
        ):  # fmt: skip
            found.append(each)
    found.sort(key=lambda each: (each.started, each.arn), reverse=ReverseOrder)
    ranks = {each.arn: rank for rank, each in enumerate(found)}
    query = (reference.name, version, DurableExecutionName, ReverseOrder)
    rows, marker = page(ctx, found, lambda each: ranks[each.arn], Marker, MaxItems or 100, query=query)
    answer = {"DurableExecutions": [_shown(each) for each in rows]}
    return {**answer, "NextMarker": marker} if marker else answer


def _without_data(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without_data(each) for name, each in value.items() if name != "Payload"}


@service.operation
def get_durable_execution_history(
    ctx, DurableExecutionArn, IncludeExecutionData=False, MaxItems=100, Marker=None, ReverseOrder=False
):
    execution = _find(ctx, DurableExecutionArn)
    order = -1 if ReverseOrder else 1
    events = execution.events[::order]
    query = (execution.arn, ReverseOrder)
    found, marker = page(ctx, events, lambda each: order * each["EventId"], Marker, MaxItems or 100, query=query)
    rows = [each if IncludeExecutionData else _without_data(each) for each in found]
    return {"Events": rows, "NextMarker": marker} if marker else {"Events": rows}


def _checked(ctx: Context, arn: str, token: str) -> Execution:
    """The execution that a checkpoint token is for. Raises InvalidParameterValueException."""
    try:
        execution = _find(ctx, arn)
    except Exception:
        raise invalid(f"Invalid durable execution: {arn}") from None
    if token != going.token(execution):
        raise invalid("Invalid checkpoint token")
    return execution


@service.operation
def get_durable_execution_state(ctx, DurableExecutionArn, CheckpointToken, Marker=None, MaxItems=1000):
    execution = _checked(ctx, DurableExecutionArn, CheckpointToken)
    rows = list(enumerate(execution.operations.values()))
    found, marker = page(ctx, rows, lambda each: each[0], Marker, MaxItems or 1000, query=execution.arn)
    answer = {"Operations": [each for _, each in found]}
    return {**answer, "NextMarker": marker} if marker else answer


@service.operation
def checkpoint_durable_execution(ctx, DurableExecutionArn, CheckpointToken, Updates=()):
    execution = _checked(ctx, DurableExecutionArn, CheckpointToken)
    if execution.status in going.OVER:
        raise invalid("The durable execution has ended.")
    touched = []
    for update in Updates or ():
        if update["Type"] == "EXECUTION":
            execution = _end(ctx, execution, update)
            continue
        execution = operations.apply(ctx, execution, update)
        touched.append(update["Id"])
        if update["Action"] == "START":
            _begin(ctx, execution, update)
    execution = going.save(ctx, replace(execution, token=execution.token + 1))
    if not execution.running and execution.status == "RUNNING":
        going.schedule(ctx, execution)
    state = {"Operations": [execution.operations[each] for each in dict.fromkeys(touched)]}
    return {"CheckpointToken": going.token(execution), "NewExecutionState": state}


def _end(ctx: Context, execution: Execution, update: dict[str, Any]) -> Execution:
    """The execution's own end comes by a checkpoint when its result is too large for an answer."""
    if update["Action"] not in ("SUCCEED", "FAIL"):
        raise invalid("An execution can only succeed or fail.")
    status = operations.ENDS[update["Action"]]
    going.finish(ctx, going.save(ctx, execution), status, update.get("Payload"), update.get("Error"))
    return _find(ctx, execution.arn)


def _deadline(kind: str, operation: str, arn: str) -> str:
    """The job of a callback's Timeout or HeartbeatTimeout."""
    return f"{kind}/{operation}/{arn}"


def _begin(ctx: Context, execution: Execution, update: dict[str, Any]) -> None:
    """What has to happen beside: deadlines of callbacks, invocations of other functions."""
    where = {"arn": execution.arn, "operation": update["Id"]}
    if update["Type"] == "CALLBACK":
        for kind in ("Timeout", "HeartbeatTimeout"):
            if seconds := update.get("CallbackOptions", {}).get(f"{kind}Seconds"):
                job = _deadline(kind, update["Id"], execution.arn)
                ctx.after(seconds, "callback_late", job_id=job, limit=seconds, **where)
    elif update["Type"] == "CHAINED_INVOKE":
        name = update["ChainedInvokeOptions"]["FunctionName"]
        ctx.after(0, "chain", function=name, payload=update.get("Payload") or "{}", **where)


def _still(ctx: Context, arn: str, operation: str) -> Execution | None:
    """The execution, as long as that operation of it is under way."""
    match = ARN.fullmatch(arn)
    execution = ctx.rows(executions).get((match["function"], arn)) if match else None
    if execution is None or execution.status in going.OVER:
        return None
    found = execution.operations.get(operation)
    return execution if found is not None and found["Status"] in operations.OPEN else None


def _come(ctx: Context, execution: Execution) -> None:
    """Something that the execution waits for has come."""
    going.save(ctx, execution)
    going.wake(ctx, execution.function, execution.arn)


@service.job
async def chain(ctx, arn, operation, function, payload):
    """Invoke another function for an execution."""
    if _still(ctx, arn, operation) is None:
        return
    error, result = None, None
    try:
        answer = await invoking.invoke_and_wait(ctx, function, payload.encode())
        if "FunctionError" in answer:
            error = {"ErrorType": answer["FunctionError"], "ErrorMessage": answer["Payload"].decode("utf-8", "replace")}
        else:
            result = answer["Payload"].decode()
    except Exception as problem:
        if not hasattr(problem, "code"):
            raise
        error = {"ErrorType": problem.code, "ErrorMessage": problem.message}
    execution = _still(ctx, arn, operation)
    if execution is not None:
        status = "SUCCEEDED" if error is None else "FAILED"
        _come(ctx, operations.ended(ctx, execution, operation, status, result, error))


@service.job
def callback_late(ctx, arn, operation, limit):
    execution = _still(ctx, arn, operation)
    if execution is not None:
        error = {"ErrorType": "CallbackTimeout", "ErrorMessage": f"The callback did not come within {limit} seconds."}
        _come(ctx, operations.ended(ctx, execution, operation, "TIMED_OUT", error=error))


# Callbacks


def _called_back(ctx: Context, callback: str) -> tuple[Execution, str]:
    """Raises ResourceNotFoundException, CallbackTimeoutException."""
    arn, identifier = operations.read_callback(callback)
    execution = _find(ctx, arn) if ARN.fullmatch(arn) else None
    operation = execution and execution.operations.get(identifier)
    if operation is None or operation["Type"] != "CALLBACK":
        raise missing(f"Callback not found: {callback}")
    if operation["Status"] not in operations.OPEN:
        raise refusal("CallbackTimeoutException", "The callback has ended already.")
    return execution, identifier


@service.operation
def send_durable_execution_callback_success(ctx, CallbackId, Result=b""):
    execution, identifier = _called_back(ctx, CallbackId)
    text = (Result or b"").decode("utf-8", "replace")
    _come(ctx, operations.ended(ctx, execution, identifier, "SUCCEEDED", text))
    return {}


@service.operation
def send_durable_execution_callback_failure(ctx, CallbackId, Error=None):
    execution, identifier = _called_back(ctx, CallbackId)
    _come(ctx, operations.ended(ctx, execution, identifier, "FAILED", error=Error or {}))
    return {}


@service.operation
def send_durable_execution_callback_heartbeat(ctx, CallbackId):
    execution, identifier = _called_back(ctx, CallbackId)
    started = next(each for each in execution.events if each["EventType"] == "CallbackStarted"
                   and each["Id"] == identifier)  # fmt: skip
    seconds = started["CallbackStartedDetails"]["HeartbeatTimeout"]
    if seconds:
        ctx.after(seconds, "callback_late", job_id=_deadline("HeartbeatTimeout", identifier, execution.arn),
                  arn=execution.arn, operation=identifier, limit=seconds)  # fmt: skip
    return {}


# Control


@service.operation
def stop_durable_execution(ctx, DurableExecutionArn, Error=None):
    execution = _find(ctx, DurableExecutionArn)
    if execution.status not in going.OVER:
        for identifier, each in list(execution.operations.items())[1:]:
            if each["Status"] in operations.OPEN and each["Type"] == "CHAINED_INVOKE":
                execution = operations.ended(ctx, execution, identifier, "STOPPED", error=Error or {})
        going.finish(ctx, execution, "STOPPED", error=Error or {})
    return {"StopTimestamp": _find(ctx, DurableExecutionArn).ended}


@service.operation
def pause_durable_execution(ctx, DurableExecutionArn, Reason=None, ExecutionTimeoutPaused=False):
    execution = _find(ctx, DurableExecutionArn)
    if execution.status in going.OVER:
        raise conflict("The durable execution has ended and cannot be paused.")
    pause = {"PauseRequestTimestamp": ctx.now, "ExecutionTimeoutPaused": ExecutionTimeoutPaused}
    if Reason is not None:
        pause["Reason"] = Reason
    event = {**pause, "Reason": operations.payload(Reason)}
    status = "PAUSING" if execution.running else "PAUSED"
    if ExecutionTimeoutPaused:
        ctx.cancel(f"limit/{execution.arn}")
    execution = operations.told(replace(execution, status=status, pause=pause), "ExecutionPaused", ctx.now, event)
    going.save(ctx, execution)
    return {}


@service.operation
def resume_durable_execution(ctx, DurableExecutionArn, Reason=None):
    execution = _find(ctx, DurableExecutionArn)
    if execution.status not in ("PAUSING", "PAUSED"):
        raise conflict("The durable execution is not paused.")
    event = {"ResumeRequestTimestamp": ctx.now, "Reason": operations.payload(Reason)}
    seconds = execution.config.get("ExecutionTimeout", going.LONGEST)
    if execution.pause and execution.pause["ExecutionTimeoutPaused"]:
        left = execution.started + seconds - execution.pause["PauseRequestTimestamp"]
        ctx.after(left, "time_out", job_id=f"limit/{execution.arn}", function=execution.function, arn=execution.arn)
    execution = replace(execution, status="RUNNING", pause=None)
    going.save(ctx, operations.told(execution, "ExecutionResumed", ctx.now, event))
    if not execution.running:
        going.wake(ctx, execution.function, execution.arn)
    return {}


@service.operation
def delete_durable_execution(ctx, DurableExecutionArn):
    execution = _find(ctx, DurableExecutionArn)
    if execution.status not in going.OVER:
        raise conflict("The durable execution has not ended and cannot be deleted.")
    ctx.rows(executions).delete((execution.function, execution.arn))
    return {"DeletionRequestTimestamp": ctx.now}
