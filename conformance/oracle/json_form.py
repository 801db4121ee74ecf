"""A JSON document against a shape: types, members that the shape lacks."""

from collections.abc import Iterator
from typing import Any

from conformance.oracle.finding import Finding
from conformance.oracle.scalars import json_fits
from emulator.model import Shape


def check(shape: Shape, value: Any, path: str = "") -> Iterator[Finding]:
    """Findings for one value; ``null`` stands for a member that is absent."""
    if value is None or shape.is_document:
        return
    if shape.type == "structure":
        yield from _structure(shape, value, path)
    elif shape.type == "list":
        if not isinstance(value, list):
            yield Finding(path, "type", "list", value)
            return
        for number, each in enumerate(value):
            yield from check(shape.member, each, f"{path}[{number}]")
    elif shape.type == "map":
        if not isinstance(value, dict):
            yield Finding(path, "type", "map", value)
            return
        for key, each in value.items():
            yield from check(shape.value, each, f"{path}{{{key}}}")
    elif not json_fits(shape, value):
        yield Finding(path, "type", shape.type, value)


def _structure(shape: Shape, value: Any, path: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield Finding(path, "type", "structure", value)
        return
    names = {member.get("locationName") or name: member for name, member in shape.members.items()
             if not member.get("location")}
    for name, each in value.items():
        below = f"{path}.{name}" if path else name
        if name in names:
            yield from check(names[name], each, below)
        elif name != "__type":
            yield Finding(below, "unexpected", None, each)
