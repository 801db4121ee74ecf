"""Conditions compiled into functions of (item, values).

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import operator
from base64 import b64decode
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from emulator.services.dynamodb.expressions.nodes import And, Between, Call, Compare, In, Not, Or, Path
from emulator.services.dynamodb.expressions.nodes import Value as Placeholder
from emulator.services.dynamodb.expressions.paths import reader
from emulator.services.dynamodb.expressions.scope import Scope
from emulator.services.dynamodb.values import Item, Value

Operand = Callable[[Item, dict], Value | None]
Condition = Callable[[Item, dict], bool]

SETS = ("SS", "NS", "BS")
ORDERED: dict[str, Callable[[str], Any]] = {"S": lambda text: text, "N": Decimal, "B": b64decode}


def compile_operand(node: Any, scope: Scope) -> Operand:
    if isinstance(node, Path):
        return reader(scope.parts(node))
    if isinstance(node, Placeholder):
        name = node.name
        return lambda item, values: values[name]
    inner = compile_operand(node.arguments[0], scope)
    return lambda item, values: size(inner(item, values))


def compile_condition(node: Any, scope: Scope) -> Condition:
    return _COMPILERS[node.__class__](node, scope)


def _compare(node: Compare, scope: Scope) -> Condition:
    left, right = compile_operand(node.left, scope), compile_operand(node.right, scope)
    if node.operator == "=":
        return lambda item, values: equal(left(item, values), right(item, values))
    if node.operator == "<>":
        return lambda item, values: not equal(left(item, values), right(item, values))
    test = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[node.operator]
    return lambda item, values: in_order(test, left(item, values), right(item, values))


def _between(node: Between, scope: Scope) -> Condition:
    value, low, high = (compile_operand(each, scope) for each in node)

    def run(item, values):
        found = value(item, values)
        return in_order(operator.ge, found, low(item, values)) and in_order(operator.le, found, high(item, values))

    return run


def _in(node: In, scope: Scope) -> Condition:
    value, options = compile_operand(node.operand, scope), [compile_operand(each, scope) for each in node.options]

    def run(item, values):
        found = value(item, values)
        return any(equal(found, option(item, values)) for option in options)

    return run


def _and(node: And, scope: Scope) -> Condition:
    terms = [compile_condition(each, scope) for each in node.terms]
    if len(terms) == 2:
        first, second = terms
        return lambda item, values: first(item, values) and second(item, values)
    return lambda item, values: all(term(item, values) for term in terms)


def _or(node: Or, scope: Scope) -> Condition:
    terms = [compile_condition(each, scope) for each in node.terms]
    return lambda item, values: any(term(item, values) for term in terms)


def _not(node: Not, scope: Scope) -> Condition:
    term = compile_condition(node.term, scope)
    return lambda item, values: not term(item, values)


def _call(node: Call, scope: Scope) -> Condition:
    test = FUNCTIONS[node.name]
    operands = [compile_operand(each, scope) for each in node.arguments]
    if len(operands) == 1:
        (only,) = operands
        return lambda item, values: test(only(item, values))
    first, second = operands
    return lambda item, values: test(first(item, values), second(item, values))


_COMPILERS: dict[type, Callable] = {
    Compare: _compare, Between: _between, In: _in, And: _and, Or: _or, Not: _not, Call: _call,
}  # fmt: skip


# What operators and functions do


def equal(left: Value | None, right: Value | None) -> bool:
    """Whether two values are there and the same; sets have no order."""
    if left is None or right is None:
        return False
    if left == right:
        return True
    ((kind, one),) = left.items()
    two = right.get(kind)
    if two is None:
        return False
    if kind in SETS:
        return len(one) == len(two) and set(one) == set(two)
    if kind == "L":
        return len(one) == len(two) and all(map(equal, one, two))
    if kind == "M":
        return one.keys() == two.keys() and all(equal(each, two[name]) for name, each in one.items())
    return False


def in_order(test: Callable[[Any, Any], bool], left: Value | None, right: Value | None) -> bool:
    """Whether a comparison holds; never between different types or types without order."""
    if left is None or right is None:
        return False
    ((kind, one),) = left.items()
    convert, two = ORDERED.get(kind), right.get(kind)
    return convert is not None and two is not None and test(convert(one), convert(two))


def size(value: Value | None) -> Value | None:
    """Characters of a string, bytes of a binary, elements of all else; numbers and the like have no size."""
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    return {"N": str(len(b64decode(content) if kind == "B" else content))}


def attribute_type(value: Value | None, kind: Value) -> bool:
    return value is not None and kind["S"] in value


def begins_with(value: Value | None, start: Value | None) -> bool:
    if value is None or start is None:
        return False
    if "S" in value and "S" in start:
        return value["S"].startswith(start["S"])
    return "B" in value and "B" in start and b64decode(value["B"]).startswith(b64decode(start["B"]))


def contains(value: Value | None, part: Value | None) -> bool:
    """Part of a string or binary, member of a set, element of a list."""
    if value is None or part is None:
        return False
    ((kind, content),) = value.items()
    if kind == "L":
        return any(equal(each, part) for each in content)
    if kind in SETS:
        return part.get(kind[0]) in content
    inner = part.get(kind)
    if inner is None:
        return False
    if kind == "S":
        return inner in content
    return kind == "B" and b64decode(inner) in b64decode(content)


FUNCTIONS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "attribute_type": attribute_type,
    "begins_with": begins_with,
    "contains": contains,
}
