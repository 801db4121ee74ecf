"""Pins: what the models of one botocore hold, operation by operation, small enough to keep and to compare.

A pin is ``{"botocore": version, "operations": {"service.Operation": {protocol, verb, uri, plane, reason, input, output,
errors}}}``; input, output and errors are digests over everything that the shapes reach.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import orjson

from conformance.manifest.planes import plane_of
from emulator.model import SERVICES, Operation, Shape, load, manifest

#: What a caller or the wire notices when it changes, in the order in which a diff names it.
PARTS = ("protocol", "verb", "uri", "plane", "reason", "input", "output", "errors")
UNTOLD = frozenset(("documentation", "deprecatedMessage", "deprecatedSince"))


class Change(NamedTuple):
    """``kind`` is added, removed or changed; ``parts`` maps a part to its old and new value."""

    operation: str
    kind: str
    parts: dict[str, tuple]


def reachable(shape: Shape | None) -> dict[str, dict]:
    """Every shape definition below a shape, by name, without its prose."""
    if shape is None:
        return {}
    found, todo = {}, [shape.name]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        definition = shape.service.definitions[name]
        found[name] = _told(definition)
        references = [*definition.get("members", {}).values(),
                      *(definition[part] for part in ("member", "key", "value") if part in definition)]
        todo += [each["shape"] for each in references]
    return found


def _told(definition):
    if isinstance(definition, dict):
        return {key: _told(value) for key, value in definition.items() if key not in UNTOLD}
    return definition


def digest(*shapes: Shape | None) -> str:
    data = [reachable(shape) for shape in shapes]
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def described(service: str, operation: Operation) -> dict:
    """One operation's row of a pin."""
    plane = plane_of(service, operation.name)
    return {
        "protocol": operation.service.protocols[0], "verb": operation.method, "uri": operation.uri,
        "plane": plane.plane, "reason": plane.reason, "input": digest(operation.input),
        "output": digest(operation.output),
        "errors": digest(*(shape for _, shape in sorted(operation.errors.items()))),
    }


def pin(services=None) -> dict:
    """The pin of the installed models, patches included; of all services unless some are named."""
    rows = {}
    for service in services or SERVICES:
        model = load(service)
        for name in manifest()["services"][service]["operations"]:
            if name in model.operations:
                rows[f"{service}.{name}"] = described(service, model.operations[name])
    return {"botocore": version("botocore"), "operations": rows}


def write(pinned: dict, path: Path) -> None:
    """One operation a line, so that a change of the pin reads well in a review."""
    lines = [f"{orjson.dumps(name).decode()}: {orjson.dumps(row).decode()}"
             for name, row in pinned["operations"].items()]
    head = orjson.dumps(pinned["botocore"]).decode()
    body = ",\n".join(lines)
    path.write_text(f'{{"botocore": {head}, "operations": {{\n{body}\n}}}}\n', encoding="utf-8")


def diff(old: dict, new: dict) -> list[Change]:
    """What is added, removed and changed from one pin to another, by operation."""
    before, after = old["operations"], new["operations"]
    changes = []
    for name in sorted({*before, *after}):
        if name not in before:
            changes.append(Change(name, "added", {part: (None, after[name][part]) for part in PARTS[:5]}))
        elif name not in after:
            changes.append(Change(name, "removed", {}))
        elif before[name] != after[name]:
            parts = {part: (before[name].get(part), after[name].get(part)) for part in PARTS
                     if before[name].get(part) != after[name].get(part)}
            changes.append(Change(name, "changed", parts))
    return changes
