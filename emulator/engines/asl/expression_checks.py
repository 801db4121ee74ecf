"""Paths, intrinsic functions and JSONata of a state that can't be read."""

from collections.abc import Iterator
from typing import Any

from emulator.engines.asl import choices, expressions, fields, intrinsics, paths, schema
from emulator.engines.asl.diagnostics import Diagnostic, fault

PATHS = fields.PATHS | {f"{name}Path" for name in choices.COMPARISONS}
FUNCTIONS = frozenset(("ErrorPath", "CausePath"))  # which take intrinsic functions, too


def faults(state: dict[str, Any], jsonata: bool, location: str) -> Iterator[Diagnostic]:
    for key, value, place, of_template in _texts(state, location):
        if jsonata:
            yield from _jsonata(value, place)
        elif key.endswith(".$"):
            yield from _jsonpath(key, value, place, True)
        elif key in PATHS and not of_template:
            yield from _jsonpath(key, value, place, key in FUNCTIONS)


def _texts(
    value: Any, location: str, key: str = "", of_template: bool = False
) -> Iterator[tuple[str, Any, str, bool]]:
    """Every text of a state: its key, where it stands, and whether a payload template holds it.

    States inside it are looked at by themselves; a Pass state's Result is taken as it stands.
    """
    if key.endswith(".$"):
        yield key, value, location, of_template
    elif isinstance(value, dict):
        for name, each in value.items():
            if of_template or (name not in fields.PARTS and name != "Result"):
                yield from _texts(each, f"{location}/{name}", name, of_template or _holds_template(name, each))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, f"{location}[{index}]", key, of_template)
    elif isinstance(value, str):
        yield key, value, location, of_template


def _holds_template(name: str, value: Any) -> bool:
    return isinstance(value, dict | list) and name not in schema.NESTED


def _jsonata(text: str, location: str) -> Iterator[Diagnostic]:
    source = expressions.source_of(text)
    if source is None:
        return
    try:
        expressions.parse(source)
    except ValueError as error:
        yield fault(f"The JSONata expression is not valid: {error}", location)


def _jsonpath(key: str, text: Any, location: str, functions: bool) -> Iterator[Diagnostic]:
    try:
        if functions and isinstance(text, str) and text.startswith("States."):
            intrinsics.parse(text)
        else:
            paths.parse(text)
    except (ValueError, TypeError):
        wanted = "a valid JSONPath or a valid intrinsic function call" if functions else "a valid JSONPath"
        yield fault(f"The value for the field '{key}' must be {wanted}", location)
