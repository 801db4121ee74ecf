"""Update expressions compiled into functions of (item, values) that make the new item.

All operands are read from the item as it was. Containers on the way to a change are copied, so the old item stays.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from emulator.services.dynamodb import numbers
from emulator.services.dynamodb.errors import invalid
from emulator.services.dynamodb.expressions.conditions import Operand
from emulator.services.dynamodb.expressions.nodes import Action, Arithmetic, Path
from emulator.services.dynamodb.expressions.nodes import Value as Placeholder
from emulator.services.dynamodb.expressions.paths import follow, reader
from emulator.services.dynamodb.expressions.scope import Parts, Scope
from emulator.services.dynamodb.values import Item, Value

Update = Callable[[Item, dict], Item]

NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
WRONG_PATH = "The document path provided in the update expression is invalid for update"


def compile_update(actions: tuple[Action, ...], scope: Scope) -> Update:
    """What the actions do. It raises ValidationException where they don't fit the item."""
    steps = {clause: [] for clause in ("SET", "ADD", "DELETE", "REMOVE")}
    for action in actions:
        steps[action.clause].append((scope.parts(action.path), _operand_of(action, scope)))
    # Elements that are appended keep the order of their indexes; removal goes from the end, so that indexes stay true.
    sets = sorted(steps["SET"], key=lambda step: _last_index(step[0]))
    changes = [(put_at, step) for step in sets]
    changes += [(add_at, step) for step in steps["ADD"]] + [(delete_at, step) for step in steps["DELETE"]]
    removals = [parts for parts, _ in sorted(steps["REMOVE"], key=lambda step: _last_index(step[0]), reverse=True)]

    def run(item: Item, values: dict) -> Item:
        new = dict(item)
        ready = [(change, parts, operand(item, values)) for change, (parts, operand) in changes]
        for change, parts, value in ready:
            change(new, parts, value)
        for parts in removals:
            remove_at(new, parts)
        return new

    return run


def _last_index(parts: Parts) -> int:
    return parts[-1] if parts[-1].__class__ is int else -1


def _operand_of(action: Action, scope: Scope) -> Operand | None:
    return None if action.operand is None else compile_operand(action.operand, scope)


def compile_operand(node: Any, scope: Scope) -> Operand:
    """An operand of SET, ADD or DELETE; unlike a condition's it must be there."""
    if isinstance(node, Placeholder):
        name = node.name
        return lambda item, values: values[name]
    if isinstance(node, Path):
        return _existing(reader(scope.parts(node)))
    if isinstance(node, Arithmetic):
        left, right = compile_operand(node.left, scope), compile_operand(node.right, scope)
        combine = numbers.add if node.operator == "+" else numbers.subtract
        return lambda item, values: {
            "N": combine(content(left(item, values), "N"), content(right(item, values), "N"))
        }
    if node.name == "if_not_exists":
        found, default = reader(scope.parts(node.arguments[0])), compile_operand(node.arguments[1], scope)
        return lambda item, values: found(item, values) or default(item, values)
    first, second = (compile_operand(each, scope) for each in node.arguments)
    return lambda item, values: {"L": content(first(item, values), "L") + content(second(item, values), "L")}


def _existing(read: Operand) -> Operand:
    def run(item, values):
        value = read(item, values)
        if value is None:
            raise invalid(NO_ATTRIBUTE)
        return value

    return run


def content(value: Value, kind: str) -> Any:
    if kind not in value:
        raise invalid(WRONG_TYPE)
    return value[kind]


# Changes to an item that is being made


def parent_of(item: Item, parts: Parts) -> Any:
    """The dict or list that holds the last part of a path, all containers on the way replaced by copies."""
    holder: Any = item
    for part, following in pairwise(parts):
        kind = "M" if following.__class__ is str else "L"
        value = _child(holder, part)
        if value is None or kind not in value:
            raise invalid(WRONG_PATH)
        copy = value[kind].copy()
        holder[part] = {kind: copy}
        holder = copy
    return holder


def _child(holder: Any, part: str | int) -> Value | None:
    if part.__class__ is str:
        return holder.get(part)
    return holder[part] if part < len(holder) else None


def put_at(item: Item, parts: Parts, value: Value) -> None:
    holder, last = parent_of(item, parts), parts[-1]
    if last.__class__ is int and last >= len(holder):
        holder.append(value)
    else:
        holder[last] = value


def remove_at(item: Item, parts: Parts) -> None:
    holder, last = parent_of(item, parts), parts[-1]
    if last.__class__ is str:
        holder.pop(last, None)
    elif last < len(holder):
        del holder[last]


def add_at(item: Item, parts: Parts, value: Value) -> None:
    """Add to a number, or members to a set; what isn't there begins as nothing."""
    ((kind, more),) = value.items()
    old = follow(item, parts)
    if old is not None:
        had = content(old, kind)
        value = {kind: numbers.add(had, more) if kind == "N" else list(dict.fromkeys(had + more))}
    put_at(item, parts, value)


def delete_at(item: Item, parts: Parts, value: Value) -> None:
    """Take members out of a set; an empty set goes as a whole."""
    ((kind, less),) = value.items()
    old = follow(item, parts)
    if old is None:
        if len(parts) > 1:
            parent_of(item, parts)
        return
    gone = set(less)
    left = [each for each in content(old, kind) if each not in gone]
    if left:
        put_at(item, parts, {kind: left})
    else:
        remove_at(item, parts)
