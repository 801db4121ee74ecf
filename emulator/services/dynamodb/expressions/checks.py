"""Rules on functions and operands that the grammar doesn't know, in the order in which AWS looks at them."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

from emulator.services.dynamodb.expressions.conditions import FUNCTIONS, in_order
from emulator.services.dynamodb.expressions.nodes import Action, Arithmetic, Between, Call, Compare, In, Path, Value
from emulator.services.dynamodb.expressions.parser import Wrong
from emulator.services.dynamodb.expressions.scope import Scope, shown

IN_CONDITIONS = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2,
                 "contains": 2, "size": 1}  # fmt: skip
IN_UPDATES = {"if_not_exists": 2, "list_append": 2}
NEED_PATH = ("attribute_exists", "attribute_not_exists", "attribute_type", "if_not_exists")
COMPARABLE = ("S", "N", "B")
# Types of values that a function takes, by the position of the operand.
TAKES: dict[str, tuple[tuple[str, ...] | None, ...]] = {
    "begins_with": (("S", "B"), ("S", "B")),
    "contains": (("S", "B", "SS", "NS", "BS", "L"), None),
    "size": (("S", "B", "SS", "NS", "BS", "L", "M"),),
    "attribute_type": (None, ("S",)),
    "list_append": (("L",), ("L",)),
    "+": (("N",), ("N",)),
    "-": (("N",), ("N",)),
}
TYPES = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")
LONG_TYPES = {"S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL", "M": "MAP", "L": "LIST",
              "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET"}  # fmt: skip
ADDABLE = {"ADD": ("N", "SS", "NS", "BS"), "DELETE": ("SS", "NS", "BS")}


def walk(node: Any, parent: Any = None) -> Iterator[tuple[Any, Any]]:
    """All nodes in the order of the text, each with the one that holds it."""
    if isinstance(node, (Path, Value)):
        yield node, parent
    elif isinstance(node, tuple):
        if hasattr(node, "_fields"):
            yield node, parent
            parent = node
        for each in node:
            yield from walk(each, parent)


def check(tree: Any, scope: Scope, update: bool) -> None:
    """Raises Wrong; what depends on a request's values is left in ``scope.checks``."""
    nodes = list(walk(tree))
    calls = [(node, parent) for node, parent in nodes if isinstance(node, Call)]
    for call, _ in calls:
        _check_name(call, update)
    for call, parent in calls:
        _check_place(call, parent, update)
    scope.admit([node for node, _ in nodes])
    for call, _ in calls:
        _check_count(call, update)
    for node, _ in nodes:
        rule = _RULES.get(node.__class__)
        if rule is not None:
            rule(node, scope)


def _check_name(call: Call, update: bool) -> None:
    mine, others = (IN_UPDATES, IN_CONDITIONS) if update else (IN_CONDITIONS, IN_UPDATES)
    if call.name in mine:
        return
    if call.name in others:
        where = "an update expression" if update else "a condition expression"
        raise Wrong(f"The function is not allowed in {where}; function: {call.name}")
    raise Wrong(f"Invalid function name; function: {call.name}")


def _check_place(call: Call, parent: Any, update: bool) -> None:
    if update:
        misplaced = call.name == "list_append" and isinstance(parent, (Call, Arithmetic))
    else:
        is_operand = isinstance(parent, (Compare, Between, In, Call))
        misplaced = is_operand == (call.name in FUNCTIONS)
    if misplaced:
        raise Wrong(f"The function is not allowed to be used this way in an expression; function: {call.name}")


def _check_count(call: Call, update: bool) -> None:
    if len(call.arguments) != (IN_UPDATES if update else IN_CONDITIONS)[call.name]:
        raise Wrong(
            f"Incorrect number of operands for operator or function; operator or function: {call.name}, "
            f"number of operands: {len(call.arguments)}"
        )


def _call(call: Call, scope: Scope) -> None:
    name, arguments = call.name, call.arguments
    if name in NEED_PATH and not isinstance(arguments[0], Path):
        raise Wrong(f"Operator or function requires a document path; operator or function: {name}")
    if name in ("begins_with", "contains"):
        _distinct(name, arguments, scope)
    _takes(name, arguments, scope)
    if name == "attribute_type":
        _type_name(arguments[1], scope)


def _takes(name: str, operands: tuple, scope: Scope) -> None:
    for operand, kinds in zip(operands, TAKES.get(name, ())):
        if kinds and isinstance(operand, Value):
            scope.checks.append(_typed(operand.name, kinds, f"operator or function: {name}"))


def _typed(name: str, kinds: tuple[str, ...], what: str) -> Callable[[dict], None]:
    def check_type(values: dict) -> None:
        (kind,) = values[name]
        if kind not in kinds:
            raise Wrong(f"Incorrect operand type for operator or function; {what}, operand type: {kind}")

    return check_type


def _type_name(operand: Any, scope: Scope) -> None:
    if not isinstance(operand, Value):
        kinds = "{NS,SS,L,BS,N,M,B,S,BOOL,NULL}"
        raise Wrong(
            "Incorrect operand type for operator or function; operator or function: attribute_type, "
            f"operand type: {kinds}"
        )

    def check_type(values: dict) -> None:
        if values[operand.name]["S"] not in TYPES:
            raise Wrong(
                f"Invalid attribute type name found; type: {values[operand.name]['S']}, "
                f"valid types: {{{','.join(TYPES)}}}"
            )

    scope.checks.append(check_type)


def _distinct(name: str, operands: tuple, scope: Scope) -> None:
    first = operands[0]
    if isinstance(first, Path) and first in operands[1:]:
        raise Wrong(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {name}, first operand: {shown(scope.parts(first))}"
        )


def _comparison(node: Compare, scope: Scope) -> None:
    operands = (node.left, node.right)
    _distinct(node.operator, operands, scope)
    if node.operator not in ("=", "<>"):
        _comparable(node.operator, operands, scope)


def _comparable(name: str, operands: tuple, scope: Scope) -> None:
    for operand in operands:
        if isinstance(operand, Value):
            scope.checks.append(_typed(operand.name, COMPARABLE, f"operator: {name}"))


def _between(node: Between, scope: Scope) -> None:
    _distinct("BETWEEN", tuple(node), scope)
    _comparable("BETWEEN", tuple(node), scope)
    if not (isinstance(node.low, Value) and isinstance(node.high, Value)):
        return

    def check_bounds(values: dict) -> None:
        low, high = values[node.low.name], values[node.high.name]
        problem = None
        if low.keys() != high.keys():
            problem = "same data type for lower and upper bounds"
        elif in_order(operator.gt, low, high):
            problem = "upper bound to be greater than or equal to lower bound"
        if problem:
            raise Wrong(
                f"The BETWEEN operator requires {problem}; lower bound operand: AttributeValue: {_text(low)}, "
                f"upper bound operand: AttributeValue: {_text(high)}"
            )

    scope.checks.append(check_bounds)


def _text(value: dict) -> str:
    ((kind, content),) = value.items()
    return f"{{{kind}:{content}}}"


def _in(node: In, scope: Scope) -> None:
    _distinct("IN", (node.operand, *node.options), scope)


def _action(node: Action, scope: Scope) -> None:
    kinds = ADDABLE.get(node.clause)
    if not kinds:
        return

    def check_type(values: dict) -> None:
        (kind,) = values[node.operand.name]
        if kind not in kinds:
            raise Wrong(
                f"Incorrect operand type for operator or function; operator: {node.clause}, "
                f"operand type: {LONG_TYPES[kind]}, typeSet: ALLOWED_FOR_{node.clause}_OPERAND"
            )

    scope.checks.append(check_type)


_RULES: dict[type, Callable] = {
    Call: _call,
    Compare: _comparison,
    Between: _between,
    In: _in,
    Arithmetic: lambda node, scope: _takes(node.operator, (node.left, node.right), scope),
    Action: _action,
}
