"""Payload templates: JSON with expressions in it, compiled to a function of a scope.

In JSONPath a member whose name ends in ``.$`` holds a path or an intrinsic function; in JSONata a string
``{% ... %}`` is one, wherever it stands.
"""

from collections.abc import Callable
from typing import Any

from emulator.engines.asl import expressions, intrinsics, paths
from emulator.engines.asl.failures import RuntimeFailure
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import dumps

Evaluate = Callable[[Scope], Any]


def jsonpath(template: Any) -> Evaluate:
    """A template of JSONPath. Raises InvalidPath, InvalidFunction."""
    if not _dynamic(template):
        return lambda scope: template
    if isinstance(template, list):
        parts = [jsonpath(each) for each in template]
        return lambda scope: [part(scope) for part in parts]
    members = [
        (name[:-2], path_or_function(value, name)) if name.endswith(".$") else (name, jsonpath(value))
        for name, value in template.items()
    ]
    return lambda scope: {name: value(scope) for name, value in members}


def _dynamic(template: Any) -> bool:
    if isinstance(template, dict):
        return any(name.endswith(".$") or _dynamic(value) for name, value in template.items())
    return isinstance(template, list) and any(_dynamic(each) for each in template)


def path_or_function(text: str, field: str) -> Evaluate:
    """The value of a ``.$`` member or of a field that takes a path or an intrinsic function."""
    if text.startswith("States."):
        call = intrinsics.parse(text)
        return lambda scope: _found(call, field, scope)
    path = paths.parse(text)
    return lambda scope: _found(path.read, field, scope)


def _found(read: Evaluate, field: str, scope: Scope) -> Any:
    try:
        return read(scope)
    except paths.NoResult as lack:
        raise RuntimeFailure(
            f"The JSONPath '{lack.path.text}' specified for the field '{field}' could not be found in the input"
            f" '{scope.text if lack.document is scope.value and scope.text else dumps(lack.document)}'"
        ) from None


def jsonata(template: Any, location: str) -> Evaluate:
    """A template of JSONata; ``location`` is where it stands in its state. Raises InvalidExpression."""
    source = expressions.source_of(template)
    if source is not None:
        expression = expressions.parse(source)
        return lambda scope: expression.read(scope, location)
    if isinstance(template, dict):
        members = [(name, jsonata(value, f"{location}/{name}")) for name, value in template.items()]
        return lambda scope: {name: value(scope) for name, value in members}
    if isinstance(template, list):
        parts = [jsonata(each, f"{location}[{index}]") for index, each in enumerate(template)]
        return lambda scope: [part(scope) for part in parts]
    return lambda scope: template
