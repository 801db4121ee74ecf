"""Settings of a Map state: how many iterations at once, and how many of them may fail.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from typing import Any

from emulator.engines.asl.failures import RuntimeFailure
from emulator.engines.asl.machine import State
from emulator.engines.asl.processing import unexpected
from emulator.engines.asl.run import Run
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import dumps

# By their names in a map run: the field, whether it must be whole, and what it may be at least and at most.
SETTINGS = {
    "maxConcurrency": ("MaxConcurrency", True, None),
    "toleratedFailureCount": ("ToleratedFailureCount", True, None),
    "toleratedFailurePercentage": ("ToleratedFailurePercentage", False, 100),
}


def setting(run: Run, state: State, scope: Scope, name: str, default: float | None = None) -> float | None:
    """A setting by its name in a map run; ``default`` where it isn't given. Raises Failure."""
    field, whole, most = SETTINGS[name]
    value = state.setting(field, scope)
    if value is None:
        run.note(**({name: default} if default is not None else {}))
        return default
    found = number(state, field, value, whole)
    if most is not None and not 0 <= found <= most:
        raise RuntimeFailure(f"{field} must be between 0 and {most}.")
    if found < 0:
        raise RuntimeFailure(f"{field} cannot be negative.")
    run.note(**{name: found})
    return found


def tolerance(run: Run, state: State, scope: Scope) -> dict[str, float]:
    """How many of a map run's executions may fail."""
    found = {
        name: setting(run, state, scope, name) for name in ("toleratedFailureCount", "toleratedFailurePercentage")
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def number(state: State, field: str, value: Any, whole: bool) -> float:
    """A setting's value as a number, be it a text of one in JSONPath. Raises Failure."""
    if isinstance(value, str) and not state.jsonata:
        try:
            return int(value) if whole else float(value)
        except ValueError:
            pass
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if whole else float(value)
    if state.jsonata:
        raise unexpected(state, field, "number", value)
    text = value if isinstance(value, str) else dumps(value)
    raise RuntimeFailure(
        f"The {field}Path field refers to value \"{text}\" which is not a valid {'integer' if whole else 'float'}:"
        f" {state.get(field + 'Path')}")  # fmt: skip
