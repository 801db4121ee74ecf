"""The places of an operation's input, and input with something put at one of them."""

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from conformance.generator.hints import NOTHING, Samples
from conformance.generator.paths import Key, has, read
from conformance.generator.values import DEEPEST, Values
from emulator.model import Operation, Shape

#: Places per operation that are varied; beyond, the deepest are left out (shapes that hold themselves have no end).
MOST_PLACES = 800


class Place(NamedTuple):
    """One place: its path, shape, whether its structure requires it, and whether it lies inside samples."""

    path: tuple
    shape: Shape
    required: bool
    inside: bool

    @property
    def optional_member(self) -> bool:
        return not self.required and type(self.path[-1]) is str


def places(operation: Operation, values: Values) -> list[Place]:
    """Every place, nearest first. Shapes that hold themselves are entered once."""
    return list(_walk(operation, values)) if operation.input is not None else []


def _walk(operation: Operation, values: Values) -> Iterator[Place]:
    todo = deque([((), operation.input, (), False)])
    count = 0
    while todo and count < MOST_PLACES:
        path, shape, seen, inside = todo.popleft()
        for step, child, required in _children(shape, values, path):
            below = (*path, step)
            hint = values.hints.at(operation.name, below) if type(step) is str else NOTHING
            yield Place(below, child, required, inside)
            count += 1
            if child.type in ("structure", "list", "map") and seen.count(child.name) < 1 and len(below) < DEEPEST:
                opaque = inside or isinstance(hint, Samples) or (hint is not NOTHING and not isinstance(hint, dict))
                todo.append((below, child, (*seen, child.name), opaque))


def _children(shape: Shape, values: Values, path: tuple) -> Iterator[tuple]:
    if shape.type == "structure" and not shape.is_event_stream and not shape.is_document:
        for name, member in shape.members.items():
            yield name, member, name in shape.required
    elif shape.type == "list":
        yield 0, shape.member, True
    elif shape.type == "map":
        key = shape.key.enum[0] if shape.key.enum else values.scalar(shape.key)
        hinted = values.hint(path)
        if isinstance(hinted, dict) and hinted:
            key = next(iter(hinted))
        yield Key(key), shape.value, True


class Builder:
    """Puts values into the smallest input of an operation."""

    def __init__(self, operation: Operation, values: Values):
        self.operation, self.values = operation, values
        self.base: dict = values.least(operation.input) if operation.input is not None else {}

    def put(self, path: tuple, value: Any, base: dict | None = None) -> dict:
        """The smallest input with ``value`` at the path; what lies on the way is made as small as it can be."""
        made = self.base if base is None else base
        return self._put(made, self.operation.input, (), path, value)

    def _put(self, current: Any, shape: Shape, done: tuple, rest: tuple, value: Any) -> Any:
        if not rest:
            return value
        if not _holds(current, shape):
            current = self.values.present(shape, done)
        if not _holds(current, shape):
            current = self.values.present(shape, done, hinted=False)
        step = rest[0]
        inner = self._put(read(current, (step,)), below(shape, step), (*done, step), rest[1:], value)
        if shape.type == "list":
            return [inner, *current[1:]]
        if shape.is_union:
            return {step: inner}
        return {**current, step.name if isinstance(step, Key) else step: inner}

    def base_for(self, place: Place) -> dict:
        """The smallest input, with that sample in which the place is filled, if there is one."""
        for end in range(1, len(place.path)):
            hint = self.values.hints.at(self.operation.name, place.path[:end]) if type(
                place.path[end - 1]) is str else NOTHING
            for sample in hint.values if isinstance(hint, Samples) else ():
                if has(sample, place.path[end:]):
                    return self.put(place.path[:end], sample)
        return self.base

    def with_place(self, place: Place, base: dict | None = None) -> dict:
        """The smallest input in which the place is filled."""
        made = self.base if base is None else base
        if has(made, place.path) and read(made, place.path) not in ([], {}, ""):
            return made
        return self.put(place.path, self.values.present(place.shape, place.path), base)


def _holds(value: Any, shape: Shape) -> bool:
    """Whether something can be put into the value below it."""
    return type(value) is list and bool(value) if shape.type == "list" else type(value) is dict


def below(shape: Shape, step: Any) -> Shape:
    if type(step) is str:
        return shape.members[step]
    return shape.member if isinstance(step, int) else shape.value


def on_wire(operation: Operation, path: tuple) -> tuple:
    """The path in a JSON body: names as they are written, nothing for the member that is the body."""
    shape, found = operation.input, []
    for step in path:
        shape = below(shape, step)
        if type(step) is str:
            found.append(shape.get("locationName") or step)
        else:
            found.append(step.name if isinstance(step, Key) else step)
    return tuple(found[1:] if operation.input.payload == path[0] else found)
