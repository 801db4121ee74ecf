"""What a KeyConditionExpression asks of each key attribute.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from typing import Any

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions import Compiled
from emulator.services.dynamodb.expressions.nodes import And, Between, Call, Compare, In, Not, Or, Path
from emulator.services.dynamodb.expressions.nodes import Value as Placeholder
from emulator.services.dynamodb.expressions.scope import Scope
from emulator.services.dynamodb.values import Value

Conditions = dict[str, tuple[str, list[Value]]]  # operator and values by attribute

MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
NESTED = "KeyConditionExpressions cannot contain nested operations"
INVALID = "Invalid condition in KeyConditionExpression"


def key_conditions(expression: Compiled, values: dict[str, Value]) -> Conditions:
    """Operator and values by attribute. Raises ValidationException."""
    tree = expression.tree
    terms: list[Any] = []
    _flatten(tree, terms)
    found: Conditions = {}
    for term in terms:
        name, operator, operands = _read(term, expression.scope)
        if name in found:
            raise invalid("KeyConditionExpressions must only contain one condition per key")
        found[name] = (operator, [values[each.name] for each in operands])
    return found


def _flatten(node: Any, out: list[Any]) -> None:
    if isinstance(node, And):
        for term in node.terms:
            _flatten(term, out)
    else:
        out.append(node)


def _refused(operator: str) -> AwsError:
    return invalid(f"Invalid operator used in KeyConditionExpression: {operator}")


def _read(node: Any, scope: Scope) -> tuple[str, str, list[Placeholder]]:
    if isinstance(node, (Or, Not, In)):
        raise _refused(node.__class__.__name__.upper())
    if isinstance(node, Call):
        if node.name != "begins_with":
            raise _refused(node.name)
        return _sides("begins_with", list(node.arguments), scope)
    if isinstance(node, Between):
        return _sides("between", list(node), scope)
    assert isinstance(node, Compare)
    if node.operator == "<>":
        raise _refused("<>")
    if isinstance(node.left, Placeholder) and isinstance(node.right, Path):
        return _sides(MIRRORED[node.operator], [node.right, node.left], scope)
    return _sides(node.operator, [node.left, node.right], scope)


def _sides(operator: str, operands: list[Any], scope: Scope) -> tuple[str, str, list[Placeholder]]:
    if any(isinstance(each, Call) for each in operands):
        raise invalid(NESTED)
    paths = [each for each in operands if isinstance(each, Path)]
    if len(paths) > 1:
        raise invalid(f"{INVALID}: Multiple attribute names used in one condition")
    if not paths or not isinstance(operands[0], Path):
        raise invalid(f"{INVALID}: No key attribute specified")
    parts = scope.parts(paths[0])
    if len(parts) > 1:
        raise invalid("KeyConditionExpressions cannot have conditions on nested attributes")
    return parts[0], operator, operands[1:]
