"""The way of data through a state: from its input to arguments, and from a result to its output and variables.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html (JSONPath) and
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html (JSONata)
"""

from typing import Any

from emulator.engines.asl.expressions import source_of
from emulator.engines.asl.failures import QueryFailure
from emulator.engines.asl.machine import State, read
from emulator.engines.asl.run import Run
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import dumps


def effective(run: Run, state: State, scope: Scope) -> Any:
    """JSONPath: what InputPath leaves of the input; JSONata: the input."""
    if state.jsonata:
        return scope.value
    path = state.path("InputPath")
    return run.probed("afterInputPath", {} if path is None else read(path, scope))


def arguments(run: Run, state: State, scope: Scope) -> Any:
    """What a Task or Parallel state hands on (and a Pass state, where it has no Result)."""
    if state.jsonata:
        template = state.template("Arguments")
        return scope.value if template is None else run.probed("afterArguments", template(scope))
    value = effective(run, state, scope)
    template = state.template("Parameters")
    return run.probed("afterParameters", value if template is None else template(scope.of(value)))


def output(run: Run, state: State, scope: Scope, result: Any, default: Any) -> Any:
    """The output of a state that has a result; ``default`` is a JSONata state's output where it names none."""
    if state.jsonata:
        template = state.template("Output")
        return default if template is None else template(scope.with_result(result))
    template = state.template("ResultSelector")
    selected = result if template is None else template(scope.of(result))
    run.note(afterResultSelector=selected)
    path = state.path("ResultPath")
    combined = scope.value if path is None else path.put(scope.value, selected)
    run.note(afterResultPath=combined)
    return filtered(run, state, scope.of(combined))


def filtered(run: Run, state: State, scope: Scope) -> Any:
    """JSONPath: what OutputPath leaves; JSONata: what Output says of a state without a result."""
    if state.jsonata:
        template = state.template("Output")
        return scope.value if template is None else template(scope)
    path = state.path("OutputPath")
    return {} if path is None else read(path, scope)


def assigned(state: State, scope: Scope, within: dict[str, Any] | None = None, location: str = "Assign") -> dict | None:
    """The variables that a state, or a rule of it, sets; None where it sets none."""
    template = state.template("Assign", within, location)
    return None if template is None else template(scope)


def unexpected(state: State, field: str, wanted: str, value: Any) -> QueryFailure:
    """An expression gave a value of another type than its field takes."""
    return QueryFailure(
        f"The JSONata expression '{source_of(state.get(field))}' specified for the field '{field}' returned an"
        f" unexpected result type. Expected '{wanted}', but was '{type_of(value)}' for value: {dumps(value)}", field,
    )  # fmt: skip


def type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]
