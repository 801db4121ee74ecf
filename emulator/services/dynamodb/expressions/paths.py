"""Document paths: reading what they point at, projecting an item onto some, and whether two get in each other's way."""

from collections.abc import Callable
from typing import Any

from emulator.services.dynamodb.expressions.parser import Wrong
from emulator.services.dynamodb.expressions.scope import Parts, shown
from emulator.services.dynamodb.values import Item, Value


def reader(parts: Parts) -> Callable[[Item, Any], Value | None]:
    """A function of (item, values) that gives the value at a path, or None."""
    if len(parts) == 1:
        name = parts[0]
        return lambda item, values: item.get(name)
    return lambda item, values: follow(item, parts)


def follow(item: Item, parts: Parts) -> Value | None:
    value = item.get(parts[0])
    for part in parts[1:]:
        if value is None:
            return None
        if part.__class__ is str:
            children = value.get("M")
            value = children.get(part) if children is not None else None
        else:
            elements = value.get("L")
            value = elements[part] if elements is not None and part < len(elements) else None
    return value


def check_apart(paths: list[Parts]) -> None:
    """Raises Wrong when one path begins another, or when they disagree whether something is a list or a map."""
    for number, later in enumerate(paths):
        for earlier in paths[:number]:
            problem = _collision(earlier, later)
            if problem:
                raise Wrong(
                    f"Two document paths {problem} with each other; must remove or rewrite one of these paths; "
                    f"path one: {shown(earlier)}, path two: {shown(later)}"
                )


def _collision(one: Parts, two: Parts) -> str | None:
    for left, right in zip(one, two):
        if left != right:
            return "conflict" if left.__class__ is not right.__class__ else None
    return "overlap"


def projector(paths: list[Parts]) -> Callable[[Item], Item]:
    """A function that keeps of an item what the paths point at; elements of lists move together."""
    if all(len(path) == 1 for path in paths):
        names = [path[0] for path in paths]
        return lambda item: {name: item[name] for name in names if name in item}
    tree: dict = {}
    for path in paths:
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
    return lambda item: _pick_named(item, tree)


def _pick_named(children: Item, tree: dict) -> Item:
    out = {}
    for name, branch in tree.items():
        value = children.get(name)
        if value is not None:
            picked = _pick(value, branch)
            if picked is not None:
                out[name] = picked
    return out


def _pick(value: Value, branch: dict) -> Value | None:
    if not branch:
        return value
    if next(iter(branch)).__class__ is str:
        children = _pick_named(value["M"], branch) if "M" in value else None
        return {"M": children} if children else None
    elements = value.get("L")
    if elements is None:
        return None
    picked = [_pick(elements[index], branch[index]) for index in sorted(branch) if index < len(elements)]
    kept = [each for each in picked if each is not None]
    return {"L": kept} if kept else None
