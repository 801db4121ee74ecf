"""The context object of a tested state: made up, or as it is given.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from typing import Any

from emulator.engines.asl import resources
from emulator.engines.asl.machine import State
from emulator.engines.asl.texts import loads
from emulator.engines.asl.timestamps import text
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions import arns
from emulator.services.stepfunctions.errors import validation

FIELDS: dict[str, dict[str, type | tuple]] = {
    "Execution": {"Id": str, "Input": object, "Name": str, "RoleArn": str, "StartTime": str, "RedriveCount": int,
                  "RedriveTime": str},
    "State": {"EnteredTime": str, "Name": str, "RetryCount": int},
    "StateMachine": {"Id": str, "Name": str},
    "Task": {"Token": str},
}  # fmt: skip
KINDS = {str: "a string", int: "a number"}


def _refused(reason: str) -> AwsError:
    return validation(f"Invalid Context object provided: {reason}")


def made(ctx: Context, role: str | None, value: Any) -> dict[str, Any]:
    """As a test run of a machine without a name has it."""
    machine, name = ctx.ids.uuid(), ctx.ids.uuid()
    execution = {"Id": arns.make(ctx, "express", f"{machine}:{name}"), "Input": value, "Name": name}
    if role is not None:
        execution["RoleArn"] = role
    return {
        "Execution": {**execution, "StartTime": text(ctx.now)},
        "StateMachine": {"Id": arns.make(ctx, "stateMachine", machine), "Name": machine},
    }  # fmt: skip


def given(document: str, state: State) -> dict[str, Any]:
    """A context object that a caller gives. Raises ValidationException."""
    try:
        found = loads(document)
    except ValueError as error:
        raise _refused(str(error)) from None
    if not isinstance(found, dict):
        raise _refused("Context object must be a JSON object")
    for name, value in found.items():
        if name == "Map":
            raise _refused("'Map' field is not supported when mocking a Context object")
        if name not in FIELDS:
            raise _refused(f"Field '{name}' is not allowed")
        if not isinstance(value, dict):
            raise _refused(f"{name} must be an object")
        for field, each in value.items():
            if field not in FIELDS[name]:
                raise _refused(f"Field '{field}' is not allowed")
            kind = FIELDS[name][field]
            if not isinstance(each, kind):
                raise _refused(f"{name}.{field} must be {KINDS[kind]}")
    if "Task" in found and not _takes_token(state):
        raise _refused(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken'"
            " service integration pattern")  # fmt: skip
    return found


def _takes_token(state: State) -> bool:
    return state.type == "Task" and bool(resources.read(state.get("Resource")).pattern)
