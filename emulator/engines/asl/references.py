"""Which variables each state of a definition reads.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from collections.abc import Iterator
from typing import Any

from emulator.engines.asl import expressions, intrinsics, paths
from emulator.engines.asl.machine import Machine, State

# What is no field of the state itself, and a Pass state's result, which is taken as it stands.
PARTS = frozenset(("Branches", "ItemProcessor", "Iterator", "States", "Result"))


def references(machine: Machine) -> dict[str, list[str]]:
    """The names of variables, sorted, by the state that reads them; states inside others included."""
    found: dict[str, list[str]] = {}
    for state in machine.states.values():
        own = {key: value for key, value in state.definition.items() if key not in PARTS}
        names = {name for key, value in _strings(own) for name in _names(state, key, value)}
        if names:
            found[state.name] = sorted(names)
        if state.type in ("Parallel", "Map"):
            for part in state.parts:
                found.update(references(part))
    return found


def _strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, key)
    elif isinstance(value, str):
        yield key, value


def _names(state: State, key: str, text: str) -> set[str]:
    if state.jsonata:
        source = expressions.source_of(text)
        return expressions.variables(source) if source is not None else set()
    if not (key.endswith((".$", "Path")) or key == "Variable"):
        return set()
    try:
        read = intrinsics.parse(text).paths if text.startswith("States.") else [paths.parse(text)]
    except ValueError:
        return set()
    return {path.variable for path in read if path.variable is not None}
