"""Mocks of TestState: what stands in for a task's call, or for what runs inside a Map or Parallel state.

https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from typing import Any, NamedTuple

from emulator.engines.asl import resources
from emulator.engines.asl.machine import State
from emulator.engines.asl.texts import loads
from emulator.kernel.errors import AwsError
from emulator.model import Shape
from emulator.services.stepfunctions.errors import validation
from emulator.services.stepfunctions.integrations import services

MOCKED = frozenset(("Task", "Map", "Parallel"))


class Mock(NamedTuple):
    """A result with its text, or an error."""

    result: Any
    text: str | None
    error: dict[str, str] | None


def read(given: dict[str, Any] | None, state: State, configuration: dict[str, Any], reveal: bool) -> Mock | None:
    """The mock of a call. Raises ValidationException."""
    failures = configuration.get("mapIterationFailureCount")
    if given is None:
        if failures is not None:
            raise validation("TestState does not support MapIterationFailureCount when a mock is not specified.")
        return None
    if reveal:
        raise validation("TestState does not support RevealSecrets when a mock is specified.")
    if "result" in given and "errorOutput" in given:
        raise validation("A test mock should have only one of the following fields: [result, errorOutput].")
    if state.type not in MOCKED:
        raise validation(f"State type '{state.type}' is not supported when a mock is specified")
    if "errorOutput" in given:
        return Mock(None, None, given["errorOutput"])
    text = given.get("result", "{}")
    try:
        result = loads(text)
    except ValueError:
        raise validation("Mocked result must be valid JSON") from None
    _check_form(state, result, failures)
    mode = given.get("fieldValidationMode", "STRICT")
    if state.type == "Task" and mode != "NONE":
        _check_fields(state, result, mode == "STRICT")
    return Mock(result, text, None)


def _check_form(state: State, result: Any, failures: int | None) -> None:
    if state.type == "Map" and state.get("ResultWriter") is not None:
        if not isinstance(result, dict):
            raise validation("Mocked result must be a JSON object.")
    elif state.type in ("Map", "Parallel") and not isinstance(result, list):
        raise validation("Mocked result must be an array.")
    if failures is not None and isinstance(result, list) and failures > len(result):
        raise validation("Map iteration failure count must be less than or equal to the number of Map iterations")


def _check_fields(state: State, result: Any, strict: bool) -> None:
    """A result beside the shape of the operation's answer, where the task calls one."""
    resource = resources.read(state.get("Resource"))
    if resource.kind != "service" or resource.pattern or not isinstance(result, dict):
        return
    operation = services.operation_of(resource)
    if operation is not None and operation.output is not None:
        _check(operation.output, result, strict, "")


def _check(shape: Shape, value: Any, strict: bool, field: str) -> None:
    """Raises ValidationException for the first field of another type than the model's."""
    kind = shape.type
    if kind in NAMES and not isinstance(value, PYTHON[kind]):
        raise _refused(f"Field '{field}' must be {NAMES[kind]}")
    if kind in NAMES and isinstance(value, bool) and kind != "boolean":
        raise _refused(f"Field '{field}' must be {NAMES[kind]}")
    if kind == "structure":
        members = {name.lower(): name for name in shape.members}
        for name, each in value.items():
            known = name[:1].upper() + name[1:] == name and members.get(name.lower())
            if known:
                _check(shape.members[known], each, strict, name)
        if strict and not field:
            _check_required(shape, value)
    elif kind == "list":
        for each in value:
            _check(shape.member, each, strict, field)
    elif kind == "map":
        for each in value.values():
            _check(shape.value, each, strict, field)
    elif strict or kind in ("string", "integer", "long", "float", "double", "blob"):
        _check_bounds(shape, value, field)


def _check_required(shape: Shape, value: dict[str, Any]) -> None:
    if not value:
        return
    for name in shape.required:
        wanted = name[:1].upper() + name[1:]
        if wanted not in value:
            raise _refused(f"Field '{wanted}' is required")


def _check_bounds(shape: Shape, value: Any, field: str) -> None:
    least, most = shape.get("min"), shape.get("max")
    if shape.enum and value not in shape.enum:
        raise _refused(f"Field '{field}' is not an expected value")
    if isinstance(value, str):
        if least is not None and len(value) < least:
            raise _refused(f"Field '{field}' is smaller than the minimum length")
        if most is not None and len(value) > most:
            raise _refused(f"Field '{field}' is larger than the maximum length")
    elif isinstance(value, int | float):
        if least is not None and value < least:
            raise _refused(f"Field '{field}' is less than the minimum value")
        if most is not None and value > most:
            raise _refused(f"Field '{field}' exceeds the maximum value")


def _refused(reason: str) -> AwsError:
    return validation(f"Mock result schema validation error: {reason}")


NAMES = {
    "string": "a string", "blob": "a string", "integer": "a number", "long": "a number", "float": "a number",
    "double": "a number", "boolean": "a boolean", "list": "an array", "structure": "an object", "map": "an object",
}  # fmt: skip
PYTHON: dict[str, Any] = {
    "string": str, "blob": str, "integer": (int, float), "long": (int, float), "float": (int, float),
    "double": (int, float), "boolean": bool, "list": list, "structure": dict, "map": dict,
}  # fmt: skip
