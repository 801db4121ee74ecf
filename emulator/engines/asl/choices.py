"""The rules of Choice states, compiled to functions of a scope.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from emulator.engines.asl import paths, timestamps
from emulator.engines.asl.failures import QueryFailure, RuntimeFailure
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.templates import jsonata

Test = Callable[[Scope], bool]


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


# How a value is read for a comparison of each type; None where it is of another.
TYPES: dict[str, Callable[[Any], Any]] = {
    "Boolean": _boolean, "Numeric": _number, "String": _text, "Timestamp": timestamps.parse,
}  # fmt: skip
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq, "LessThan": operator.lt, "GreaterThan": operator.gt, "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}  # fmt: skip
KINDS: dict[str, Callable[[Any], bool]] = {
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsTimestamp": lambda value: timestamps.parse(value) is not None,
}
COMPARISONS = {
    f"{kind}{relation}": (read, compare)
    for kind, read in TYPES.items()
    for relation, compare in RELATIONS.items()
    if kind != "Boolean" or relation == "Equals"
}
OPERATORS = frozenset((
    *COMPARISONS, *(f"{name}Path" for name in COMPARISONS), *KINDS, "IsPresent", "StringMatches",
))  # fmt: skip


def condition(rule: dict[str, Any]) -> Test:
    """A rule of JSONPath, combined ones included."""
    if "Not" in rule:
        inner = condition(rule["Not"])
        return lambda scope: not inner(scope)
    for name, join in (("And", all), ("Or", any)):
        if name in rule:
            parts = [condition(each) for each in rule[name]]
            return lambda scope, join=join, parts=parts: join(part(scope) for part in parts)
    name = next(each for each in rule if each in OPERATORS)
    return _comparison(paths.parse(rule["Variable"]), name, rule[name])


def _comparison(path: paths.Path, name: str, wanted: Any) -> Test:
    if name == "IsPresent":
        return lambda scope: path.exists(scope) is wanted
    if name in KINDS:
        kind = KINDS[name]
        return lambda scope: kind(_value(path, scope)) is wanted
    if name == "StringMatches":
        pattern = _pattern(wanted)
        return lambda scope: isinstance(value := _value(path, scope), str) and pattern.fullmatch(value) is not None
    read, compare = COMPARISONS[name.removesuffix("Path")]
    other = paths.parse(wanted) if name.endswith("Path") else None

    def test(scope: Scope) -> bool:
        left = read(_value(path, scope))
        right = read(wanted if other is None else _value(other, scope))
        return left is not None and right is not None and compare(left, right)

    return test


def _value(path: paths.Path, scope: Scope) -> Any:
    try:
        return path.read(scope)
    except paths.NoResult:
        raise RuntimeFailure(
            f"Invalid path '{path.text}': The choice state's condition path references an invalid value."
        ) from None


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern:
    """``*`` stands for any text; ``\\*`` and ``\\\\`` for themselves."""
    parts = re.split(r"(\\.|\*)", text)
    literal = [re.escape(part[1:] if part[:1] == "\\" else part) if part != "*" else ".*" for part in parts]
    return re.compile("".join(literal), re.DOTALL)


def expression(rule: dict[str, Any], location: str) -> Test:
    """A rule of JSONata: its Condition, which must give a boolean."""
    read = jsonata(rule["Condition"], location)

    def test(scope: Scope) -> bool:
        value = read(scope)
        if not isinstance(value, bool):
            raise QueryFailure(
                f"The JSONata expression '{rule['Condition']}' specified for the field '{location}' returned an"
                " unexpected result type. Expected 'boolean'.", location,
            )  # fmt: skip
        return value

    return test
