"""What a checkpoint does to the operations of a durable execution, and the events that tell of it.

https://docs.aws.amazon.com/lambda/latest/api/API_OperationUpdate.html and .../API_Event.html
"""

from base64 import b64decode, b64encode
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.tables import Execution

# By the type of an operation: its member with details, and what its events are called.
DETAILS = {
    "CONTEXT": ("ContextDetails", "Context"), "STEP": ("StepDetails", "Step"), "WAIT": ("WaitDetails", "Wait"),
    "CALLBACK": ("CallbackDetails", "Callback"), "CHAINED_INVOKE": ("ChainedInvokeDetails", "ChainedInvoke"),
}  # fmt: skip
OPEN = ("STARTED", "PENDING", "READY")  # states of what has not ended
ENDS = {"SUCCEED": "SUCCEEDED", "FAIL": "FAILED", "CANCEL": "CANCELLED"}
EVENTS = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "CANCELLED": "Cancelled", "TIMED_OUT": "TimedOut",
          "STOPPED": "Stopped"}  # fmt: skip


def told(execution: Execution, kind: str, now: float, details: dict[str, Any], of: dict | None = None) -> Execution:
    """With one event more; ``of`` is the operation that it is about."""
    event = {"EventType": kind, "EventId": len(execution.events) + 1, "EventTimestamp": now, f"{kind}Details": details}
    event |= {name: of[name] for name in ("Id", "Name", "ParentId", "SubType") if of and name in of}
    return replace(execution, events=(*execution.events, event))


def payload(text: str | None) -> dict[str, Any]:
    return {"Payload": text or "", "Truncated": False}


def failure(error: dict[str, Any] | None) -> dict[str, Any]:
    return {"Payload": error or {}, "Truncated": False}


def put(execution: Execution, operation: dict[str, Any]) -> Execution:
    return replace(execution, operations={**execution.operations, operation["Id"]: operation})


def callback_id(execution: Execution, operation: str) -> str:
    return b64encode(f"{execution.arn} {operation}".encode()).decode()


def read_callback(text: str) -> tuple[str, str]:
    """(ARN of the execution, the operation's id). Raises InvalidParameterValueException."""
    try:
        arn, _, operation = b64decode(text).decode().partition(" ")
    except ValueError:
        raise invalid("The callback id is invalid.") from None
    return arn, operation


def begun(ctx: Context, execution: Execution, update: dict[str, Any]) -> Execution:
    """An operation starts (a step perhaps for another time)."""
    kind = update["Type"]
    named, called = DETAILS[kind]
    known = execution.operations.get(update["Id"], {})
    operation = {
        "StartTimestamp": ctx.now, **{name: update[name] for name in ("Id", "ParentId", "Name", "Type", "SubType")
                                      if name in update}, "Status": "STARTED", named: dict(known.get(named, {})),
    }  # fmt: skip
    details, event = operation[named], {}
    if kind == "STEP":
        details["Attempt"] = details.get("Attempt", 0) + 1
        details.pop("NextAttemptTimestamp", None)
    elif kind == "WAIT":
        seconds = update.get("WaitOptions", {}).get("WaitSeconds", 1)
        details["ScheduledEndTimestamp"] = ctx.now + seconds
        event = {"Duration": seconds, "ScheduledEndTimestamp": ctx.now + seconds}
    elif kind == "CALLBACK":
        details["CallbackId"] = callback_id(execution, update["Id"])
        given = update.get("CallbackOptions", {})
        event = {"CallbackId": details["CallbackId"], "Timeout": given.get("TimeoutSeconds", 0),
                 "HeartbeatTimeout": given.get("HeartbeatTimeoutSeconds", 0)}  # fmt: skip
    elif kind == "CHAINED_INVOKE":
        given = update.get("ChainedInvokeOptions") or {}
        if "FunctionName" not in given:
            raise invalid("A chained invoke names its function.")
        event = {"FunctionName": given["FunctionName"], "Input": payload(update.get("Payload"))}
    return told(put(execution, operation), f"{called}Started", ctx.now, event, operation)


def ended(
    ctx: Context, execution: Execution, identifier: str, status: str, result: str | None = None,
    error: dict[str, Any] | None = None, **more,
) -> Execution:  # fmt: skip
    """An operation ends. ``more`` are further details of it."""
    operation = execution.operations[identifier]
    named, called = DETAILS[operation["Type"]]
    details = {**operation[named], **more}
    if result is not None:
        details["Result"] = result
    if error is not None:
        details["Error"] = error
    operation = {**operation, "Status": status, "EndTimestamp": ctx.now, named: details}
    event: dict[str, Any] = {}
    if operation["Type"] == "WAIT":
        event = {"Duration": int(operation["EndTimestamp"] - operation["StartTimestamp"])}
    elif status == "SUCCEEDED":
        event = {"Result": payload(result)}
    else:
        event = {"Error": failure(error)}
    if operation["Type"] == "STEP":
        event["RetryDetails"] = {"CurrentAttempt": details.get("Attempt", 1)}
    return told(put(execution, operation), called + EVENTS[status], ctx.now, event, operation)


def retried(ctx: Context, execution: Execution, update: dict[str, Any]) -> Execution:
    """A step failed and is tried again later."""
    operation = execution.operations[update["Id"]]
    delay = update.get("StepOptions", {}).get("NextAttemptDelaySeconds", 1)
    details = {**operation["StepDetails"], "NextAttemptTimestamp": ctx.now + delay}
    if "Error" in update:
        details["Error"] = update["Error"]
    operation = {**operation, "Status": "PENDING", "StepDetails": details}
    event = {"Error": failure(update.get("Error")), "RetryDetails": {
        "CurrentAttempt": details.get("Attempt", 1), "NextAttemptDelaySeconds": delay}}  # fmt: skip
    return told(put(execution, operation), "StepFailed", ctx.now, event, operation)


def apply(ctx: Context, execution: Execution, update: dict[str, Any]) -> Execution:
    """One update of a checkpoint. Raises InvalidParameterValueException."""
    kind, action, identifier = update["Type"], update["Action"], update["Id"]
    if kind not in DETAILS:
        raise invalid(f"An operation of type {kind} cannot be updated so.")
    operation = execution.operations.get(identifier)
    if action == "START":
        if operation is not None and operation["Status"] not in ("PENDING", "READY"):
            raise invalid(f"The operation {identifier} has started already.")
        return begun(ctx, execution, update)
    if operation is None:  # what starts and ends within one checkpoint
        execution = begun(ctx, execution, update)
    elif operation["Status"] not in OPEN:
        raise invalid(f"The operation {identifier} has ended already.")
    if action == "RETRY":
        return retried(ctx, execution, update)
    more = {}
    if kind == "CONTEXT" and update.get("ContextOptions", {}).get("ReplayChildren"):
        more["ReplayChildren"] = True
    return ended(
        ctx, execution, identifier, ENDS[action], update.get("Payload") if action == "SUCCEED" else None,
        update.get("Error"), **more,
    )  # fmt: skip
