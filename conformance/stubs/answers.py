"""The stubs' answers: shape-correct and empty-headed."""

from dataclasses import dataclass, field
from typing import Any

from conformance.generator.hints import Hints
from conformance.generator.values import Values
from conformance.stubs.server import Asked, Told
from emulator.model import Operation
from emulator.protocol import Response

REQUEST_ID = "00000000-0000-0000-0000-000000000000"
NO_OPERATION = Told(404, [], b"")
NO_HINTS = Hints()


@dataclass
class Failure:
    """An error as the codecs take it."""

    code: str
    message: str
    status: int
    members: dict[str, Any] = field(default_factory=dict)
    sender: bool = True


def _told(response: Response) -> Told:
    body = response.body if isinstance(response.body, bytes) else b""
    return Told(response.status, list(response.headers), body)


def _encoded(asked: Asked, result: dict) -> Told:
    try:
        return _told(asked.protocol.codec(asked.operation).encode(result, REQUEST_ID))
    except Exception:  # what can't be written is left out
        return _told(asked.protocol.codec(asked.operation).encode({}, REQUEST_ID))


def minimal(asked: Asked) -> Told:
    """Always 200, with the required members of the output."""
    if asked.operation is None:
        return NO_OPERATION
    return _encoded(asked, _made(asked.operation, full=False))


def full(asked: Asked) -> Told:
    """Always 200, with every member of the output."""
    if asked.operation is None:
        return NO_OPERATION
    return _encoded(asked, _made(asked.operation, full=True))


def _made(operation: Operation, full: bool) -> dict:
    if operation.output is None:
        return {}
    values = Values(operation.name, NO_HINTS)
    made = values.full(operation.output) if full else values.least(operation.output)
    return {name: value for name, value in made.items() if not operation.output.members[name].is_event_stream}


def error(asked: Asked) -> Told:
    """Always the first error that the operation declares, or the service's first."""
    if asked.protocol is None:
        return NO_OPERATION
    declared = list(asked.operation.errors.values()) if asked.operation is not None else []
    shape = (declared or list(asked.protocol.service.errors.values()))[0]
    failure = Failure(shape.error_code, "It failed.", shape.error_status)
    return _told(asked.protocol.encode_error(failure, REQUEST_ID, asked.operation))


def echo(asked: Asked) -> Told:
    """Always 200, with every member of the output that the input has under the same name, at any depth."""
    if asked.operation is None:
        return NO_OPERATION
    output = asked.operation.output
    known = dict(_named(asked.given))
    result = _made(asked.operation, full=False)
    for name, member in output.members.items() if output is not None else ():
        if name in known and _alike(member, known[name]):
            result[name] = known[name]
    return _encoded(asked, result)


def _named(given: Any):
    """Every member of the input with its name, outer ones last so that they win."""
    if isinstance(given, dict):
        for value in given.values():
            yield from _named(value)
        yield from given.items()


def _alike(member, value: Any) -> bool:
    kinds = {"structure": dict, "map": dict, "list": list, "string": str, "integer": int, "long": int, "boolean": bool}
    return isinstance(value, kinds.get(member.type, object))


STUBS = {"always 200, minimal": minimal, "always 200, full": full, "always a declared error": error, "echo": echo}
