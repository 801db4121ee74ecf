"""Calls that a user describes as an SDK would make them: ``sqs:sendMessage`` with JSON parameters.

Universal targets of EventBridge Scheduler and the SDK integrations of Step Functions name services by their SDK
identifier and write every member with a capital letter, whatever the wire does.
"""

from functools import cache
from typing import Any

from emulator.model import Operation, Shape, load, manifest
from emulator.protocol.timestamps import from_any


@cache
def find_service(service_id: str) -> str | None:
    """``sfn`` → stepfunctions; None when no service in scope has this identifier."""
    wanted = service_id.lower()
    return next((
        name for name, each in manifest()["services"].items()
        if each["service_id"].replace(" ", "").lower() == wanted), None)  # fmt: skip


def find_operation(service_id: str, action: str) -> Operation | None:
    """``("sfn", "startExecution")`` → StartExecution of stepfunctions; None when no service in scope has it."""
    name = find_service(service_id)
    operations = manifest()["services"][name]["operations"] if name is not None else ()
    found = next((known for known in operations if known.lower() == action.lower()), None)
    return load(name).operations[found] if found else None


def parameters(shape: Shape, given: Any) -> Any:
    """JSON parameters as the values of a shape: members found whatever their first letter, blobs from text."""
    if shape.type == "structure" and isinstance(given, dict):
        members = {name.lower(): name for name in shape.members}
        known = {members[name.lower()]: value for name, value in given.items() if name.lower() in members}
        return {name: parameters(shape.members[name], value) for name, value in known.items()}
    if shape.type == "list" and isinstance(given, list):
        return [parameters(shape.member, each) for each in given]
    if shape.type == "map" and isinstance(given, dict):
        return {key: parameters(shape.value, value) for key, value in given.items()}
    if shape.type == "blob" and isinstance(given, str):
        return given.encode()
    if shape.type == "timestamp" and isinstance(given, str):
        return from_any(given)
    return given
