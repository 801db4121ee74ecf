"""JSON to an operation's input and its answer to JSON, as the SDKs for Java write them: every member capitalized."""

from typing import Any

from emulator.engines.asl.texts import dumps
from emulator.engines.asl.timestamps import text as moment_text
from emulator.model import Shape
from emulator.protocol.timestamps import from_any


def given(shape: Shape, value: Any) -> Any:
    """JSON as the value of a shape: members found whatever their first letter's case, objects as JSON texts."""
    if value is None:
        return None
    kind = shape.type
    if kind == "structure" and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members}
        known = {members[name.lower()]: each for name, each in value.items() if name.lower() in members}
        return {name: given(shape.members[name], each) for name, each in known.items() if each is not None}
    if kind == "list" and isinstance(value, list):
        return [given(shape.member, each) for each in value]
    if kind == "map" and isinstance(value, dict):
        return {key: given(shape.value, each) for key, each in value.items()}
    if kind == "string" and not isinstance(value, str):
        return dumps(value)
    if kind == "blob":
        return value.encode() if isinstance(value, str) else dumps(value).encode()
    if kind == "timestamp" and isinstance(value, str):
        return from_any(value)
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
