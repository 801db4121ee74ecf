"""JSON to an operation's input and its answer to JSON, as the SDKs for Java write them: every member capitalized."""

from collections.abc import Callable
from typing import Any

from emulator.engines.asl.failures import Failure
from emulator.engines.asl.texts import dumps
from emulator.engines.asl.timestamps import text as moment_text
from emulator.model import Operation, Shape
from emulator.protocol.timestamps import from_any

CONTAINERS: dict[str, tuple[type, str]] = {
    "structure": (dict, "an object"), "map": (dict, "an object"), "list": (list, "an array"),
}  # fmt: skip
# What a text may stand for.
READ: dict[str, Callable[[str], Any]] = {
    "timestamp": from_any, "integer": int, "long": int, "float": float, "double": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
}  # fmt: skip


def unusable(arguments: Any, reason: object) -> Failure:
    return Failure("States.Runtime", (
        f"The Parameters '{dumps(arguments)}' could not be used to start the Task: [{reason}]"))  # fmt: skip


def parameters(operation: Operation, arguments: Any) -> dict[str, Any]:
    """JSON as an operation's input. Raises ValueError for what can't be one, or names no resource."""
    if operation.input is None:
        return {}
    found = given(operation.input, arguments, "Parameters")
    for name, member in operation.input.members.items():
        if name in operation.input.required and member.get("location") == "uri" and name not in found:
            raise ValueError(f"The field '{name}' is required but was missing")
    return found


def given(shape: Shape, value: Any, field: str = "") -> Any:
    """JSON as the value of a shape: members found whatever their first letter's case, objects as JSON texts.

    Raises ValueError for a value of another type, of which ``field`` tells.
    """
    if value is None:
        return None
    kind = shape.type
    if kind in CONTAINERS and not isinstance(value, CONTAINERS[kind][0]):
        raise ValueError(f"The value for the field '{field}' must be {CONTAINERS[kind][1]}")
    if kind == "structure":
        members = {name.lower(): name for name in shape.members}
        known = {members[name.lower()]: each for name, each in value.items() if name.lower() in members}
        return {name: given(shape.members[name], each, name) for name, each in known.items() if each is not None}
    if kind == "list":
        return [given(shape.member, each, field) for each in value]
    if kind == "map":
        return {key: given(shape.value, each, key) for key, each in value.items()}
    if kind == "string" and not isinstance(value, str):
        return dumps(value)
    if kind == "blob":
        return value.encode() if isinstance(value, str) else dumps(value).encode()
    if kind in READ and isinstance(value, str):
        try:
            return READ[kind](value)
        except (ValueError, KeyError):
            raise ValueError(f"The value for the field '{field}' must be of type {kind}") from None
    return value


def answered(shape: Shape | None, value: Any, milliseconds: bool = False) -> Any:
    """An answer as JSON; moments as texts, or in ``milliseconds``."""
    if shape is None or value is None:
        return value
    kind = shape.type
    if kind == "structure" and isinstance(value, dict):
        found = {
            name[:1].upper() + name[1:]: answered(shape.members.get(name), each, milliseconds)
            for name, each in value.items() if each is not None
        }  # fmt: skip
        return dict(sorted(found.items()))
    if kind == "list" and isinstance(value, list | tuple):
        return [answered(shape.member, each, milliseconds) for each in value]
    if kind == "map" and isinstance(value, dict):
        return {key: answered(shape.value, each, milliseconds) for key, each in value.items()}
    if kind == "blob":
        return text_of(value)
    if kind == "timestamp" and isinstance(value, int | float):
        return int(value * 1000) if milliseconds else moment_text(value).replace(".000Z", "Z")
    return value


def text_of(value: Any) -> str:
    """A blob, which may be a handle of one, as text."""
    content = value if isinstance(value, bytes | bytearray) else value.read()
    return bytes(content).decode(errors="replace")
