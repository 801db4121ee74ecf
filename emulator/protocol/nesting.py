"""Limits on nesting, so that a hostile document costs its sender a 400 and nobody a RecursionError.

Closures follow the model, so only what the model lets recur (or leaves open: documents) can nest at will.
"""

from emulator.model.shapes import SCALARS, Shape

LIMIT = 200


def can_nest(shape: Shape | None) -> bool:
    """Whether values of a shape can be nested without end: it contains itself or a document."""
    return shape is not None and _recurs(shape, set(), set())


def _recurs(shape: Shape, above: set[str], done: set[str]) -> bool:
    if shape.is_document or shape.name in above:
        return True
    if shape.type in SCALARS or shape.name in done:
        return False
    above.add(shape.name)
    below = {"structure": lambda: shape.members.values(), "list": lambda: [shape.member],
             "map": lambda: [shape.value]}[shape.type]()
    found = any(_recurs(each, above, done) for each in below)
    above.discard(shape.name)
    done.add(shape.name)
    return found


def too_deep(value, limit: int = LIMIT) -> bool:
    """Whether parsed data nests deeper than the limit; walks level by level, without recursion."""
    level = [value]
    for _ in range(limit):
        below = []
        for each in level:
            children = each.values() if each.__class__ is dict else each
            below += [child for child in children if child.__class__ is dict or child.__class__ is list]
        if not below:
            return False
        level = below
    return True
