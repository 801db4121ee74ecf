"""Metric math: expressions over the time series of metrics, read by a parser and evaluated.

A value is a number, a text (as an argument), a :class:`Series`, or a list of series.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import operator
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction
    | disjunction OR conjunction -> binary
?conjunction: comparison
    | conjunction AND comparison -> binary
?comparison: sum
    | comparison COMPARE sum -> binary
?sum: product
    | sum (PLUS | MINUS) product -> binary
?product: unary
    | product (TIMES | DIVIDE) unary -> binary
?unary: power
    | MINUS unary -> negative
?power: atom
    | atom POWER unary -> binary
?atom: NUMBER -> number
    | STRING -> text
    | NAME -> name
    | NAME "(" [disjunction ("," disjunction)*] ")" -> call
    | "[" disjunction ("," disjunction)* "]" -> array
    | "(" disjunction ")"
OR.2: "||" | /OR\b/
AND.2: "&&" | /AND\b/
COMPARE: "==" | "!=" | "<=" | ">=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
DIVIDE: "/"
POWER: "^"
NUMBER: /\d+(\.\d+)?([eE][+-]?\d+)?/
STRING: /'[^']*'/ | /"[^"]*"/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /\s+/
"""


class MathError(ValueError):
    """An expression that can't be read or evaluated; says why."""


class Series(NamedTuple):
    """A time series: values by the beginning of their period (epoch seconds), ascending; ``period`` in seconds.

    ``source`` is what it was made of, for who wants to know more of it than these times.
    """

    points: dict[int, float]
    period: int
    label: str = ""
    source: Any = None

    def having(self, points: dict[int, float]) -> "Series":
        return self._replace(points=points)


Value = Any  # float | str | Series | list[Series]


class Environment(NamedTuple):
    """Where an expression is evaluated.

    ``start`` and ``end`` bound the times, ``period`` is that of series that an expression makes. ``value`` gives
    what another query's id stands for, and raises MathError for one that is none; ``metrics`` gives all metrics of
    the request by id. ``functions`` are those that need data: ``(environment, *arguments) -> value``.
    """

    start: int
    end: int
    period: int
    value: Callable[[str], Value]
    metrics: Callable[[], dict[str, Series]]
    functions: dict[str, Callable]

    def grid(self, period: int) -> range:
        """The beginnings of all periods."""
        return range(self.start, self.end, period)


@cache
def _parser():
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=1024)
def parse(text: str):
    """The tree of an expression. Raises MathError."""
    from lark.exceptions import LarkError

    try:
        return _parser().parse(text)
    except LarkError as error:
        raise MathError(f"Invalid syntax: {str(error).splitlines()[0]}") from None


def names(text: str) -> set[str]:
    """The ids of other queries that an expression uses. Raises MathError."""
    return {str(tree.children[0]) for tree in parse(text).iter_subtrees() if tree.data == "name"} - KEYWORDS


def uses(text: str, function: str) -> bool:
    """Whether an expression calls a function. Raises MathError."""
    return any(tree.data == "call" and tree.children[0] == function for tree in parse(text).iter_subtrees())


def evaluate(text: str, environment: Environment) -> Value:
    """The value of an expression. Raises MathError."""
    return _value(parse(text), environment)


KEYWORDS = frozenset(("REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MIN", "MAX", "SUM", "STDDEV"))


def _value(tree, environment: Environment) -> Value:
    kind, children = tree.data, tree.children
    if kind == "number":
        return float(children[0])
    if kind == "text":
        return str(children[0])[1:-1]
    if kind == "name":
        return str(children[0]) if children[0] in KEYWORDS else environment.value(str(children[0]))
    if kind == "negative":
        return mapped(_value(children[1], environment), operator.neg)
    if kind == "binary":
        left, right = _value(children[0], environment), _value(children[2], environment)
        return combined(OPERATORS[str(children[1])], left, right)
    if kind == "array":
        return _array([_value(each, environment) for each in children], environment)
    return _call(str(children[0]), [_value(each, environment) for each in children[1:]], environment)


def _array(values: list[Value], environment: Environment) -> list[Series]:
    found: list[Series] = []
    for value in values:
        if isinstance(value, float):
            times = sorted({at for each in values if isinstance(each, Series) for at in each.points})
            value = Series(dict.fromkeys(times, value), environment.period)
        found += value if isinstance(value, list) else [value]
    return found


def _call(name: str, arguments: list[Value], environment: Environment) -> Value:
    from emulator.engines.metric_math_functions import FUNCTIONS

    function = environment.functions.get(name) or FUNCTIONS.get(name)
    if function is None:
        raise MathError(f"The function {name} does not exist.")
    try:
        return function(environment, *arguments)
    except (TypeError, AttributeError):
        raise MathError(f"The arguments of {name} are not what it takes.") from None


def mapped(value: Value, function: Callable[[float], float | None]) -> Value:
    """A function of numbers for every number in a value; points for which it gives None are left out."""
    if isinstance(value, list):
        return [mapped(each, function) for each in value]
    if isinstance(value, Series):
        return value.having({at: result for at, each in value.points.items() if (result := function(each)) is not None})
    if isinstance(value, float):
        return function(value)
    raise MathError(f"The operand '{value}' is not a number or a time series.")


def combined(function: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    """A function of two numbers for two values: series meet at the times that both have."""
    for each in (left, right):
        if isinstance(each, str):
            raise MathError(f"The operand '{each}' is not a number or a time series.")
    if isinstance(left, list):
        if isinstance(right, list):
            raise MathError("Unsupported operand types: two arrays of time series.")
        return [combined(function, each, right) for each in left]
    if isinstance(right, list):
        return [combined(function, left, each) for each in right]
    if isinstance(left, Series) and isinstance(right, Series):
        points = {
            at: result for at, each in left.points.items()
            if at in right.points and (result := function(each, right.points[at])) is not None
        }  # fmt: skip
        return left.having(points)
    if isinstance(right, Series):
        return mapped(right, lambda each: function(left, each))
    return mapped(left, lambda each: function(each, right))


def _divided(left: float, right: float) -> float | None:
    return left / right if right else None


def _power(left: float, right: float) -> float | None:
    try:
        result = left**right
    except (OverflowError, ZeroDivisionError):
        return None
    return result if isinstance(result, float) else None


def _truth(function: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    return lambda left, right: float(function(left, right))


OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divided, "^": _power,
    "==": _truth(operator.eq), "!=": _truth(operator.ne), "<": _truth(operator.lt), "<=": _truth(operator.le),
    ">": _truth(operator.gt), ">=": _truth(operator.ge),
    **dict.fromkeys(("&&", "AND"), _truth(lambda left, right: bool(left and right))),
    **dict.fromkeys(("||", "OR"), _truth(lambda left, right: bool(left or right))),
}  # fmt: skip
