"""Values that fit a shape: the smallest, the fullest, and those on its limits."""

from typing import Any

from conformance.generator.hints import NOTHING, Hints, Leave, Samples
from conformance.generator.paths import Key
from conformance.generator.patterns import text_for
from emulator.model import Shape
from emulator.model.validation import compiled

WHOLE = ("integer", "long", "short", "byte", "biginteger")
REAL = ("float", "double", "bigdecimal")
TEXT = ("string", "character")
#: Bounds of the whole types, as the wire protocols have them.
LIMITS = {"byte": 1 << 7, "short": 1 << 15, "integer": 1 << 31, "long": 1 << 53, "biginteger": 1 << 53}
#: Longer texts and lists than these are not sent: they would test patience.
LONGEST_TEXT, LONGEST_LIST = 70_000, 1_000
DEEPEST = 7
INSTANT = 1_893_456_000  # 2030-01-01T00:00:00Z
UNLIMITED = 1 << 40


class Values:
    """Makes values for the input shapes of one operation."""

    def __init__(self, operation: str, hints: Hints):
        self.operation, self.hints = operation, hints
        self._least: dict[str, Any] = {}

    def least(self, shape: Shape, path: tuple = (), hinted: bool = True) -> Any:
        """The smallest value: required members only, one element where an empty list is not allowed."""
        hint = self.hint(path) if hinted else NOTHING
        if hint is not NOTHING:
            return hint
        if shape.type == "structure":
            if len(path) > 2 * DEEPEST:  # a union whose first arm holds the union again has no smallest value
                return {}
            names = shape.required if path else (*shape.required, *self.hints.always.get(self.operation, ()))
            made = {name: self.least(shape.members[name], (*path, name), hinted) for name in names}
            if shape.is_union and not made and shape.members:
                name = next(iter(shape.members))
                made = {name: self.least(shape.members[name], (*path, name), hinted)}
            return made
        if shape.type == "list":
            count = min(shape.get("min") or 0, LONGEST_LIST)
            return [self.element(shape.member, (*path, 0), number, hinted) for number in range(count)]
        if shape.type == "map":
            count = min(shape.get("min") or 0, LONGEST_LIST)
            return self.entries(shape, path, count, hinted)
        return self.scalar(shape)

    def present(self, shape: Shape, path: tuple = (), hinted: bool = True) -> Any:
        """The smallest value that is not empty: one element, one entry."""
        value = self.least(shape, path, hinted)
        if shape.type == "list" and value == []:
            return [self.least(shape.member, (*path, 0), hinted)]
        if shape.type == "map" and value == {} and self.hint(path) is NOTHING:
            return self.entries(shape, path, 1, hinted)
        return value

    def hint(self, path: tuple) -> Any:
        found = self.hints.at(self.operation, path) if path and type(path[-1]) is str else NOTHING
        if isinstance(found, Samples):
            return found.values[0]
        return NOTHING if isinstance(found, Leave) else found

    def element(self, shape: Shape, path: tuple, number: int, hinted: bool = True) -> Any:
        """An element of a list, another for each number where the shape is free text."""
        value = self.least(shape, path, hinted)
        return distinct(shape, value, number)

    def entries(self, shape: Shape, path: tuple, count: int, hinted: bool = True) -> dict:
        """A map with so many entries, as far as there are keys."""
        keys = list(shape.key.enum[:count]) or [distinct(shape.key, self.scalar(shape.key), number)
                                                for number in range(count)]
        return {key: self.least(shape.value, (*path, Key(key)), hinted) for key in keys}

    def scalar(self, shape: Shape) -> Any:
        if shape.type in TEXT:
            return text(shape, max(shape.get("min") or 0, 1))
        if shape.type in WHOLE:
            return bounded(shape, 1, int)
        if shape.type in REAL:
            return bounded(shape, 1.0, float)
        if shape.type == "boolean":
            return False
        if shape.type == "timestamp":
            return INSTANT
        if shape.type == "blob":
            return b"x" * max(shape.get("min") or 0, 1)
        return {}

    def full(self, shape: Shape, path: tuple = (), seen: tuple = ()) -> Any:
        """The fullest value: every member that is not left out on purpose, one element a list; one arm of a union."""
        hint = self.hint(path)
        if hint is not NOTHING:
            return hint
        if shape.type == "structure" and seen.count(shape.name) < 2 and len(path) <= DEEPEST:
            inside = (*seen, shape.name)
            names = list(shape.members)[:1] if shape.is_union else shape.members
            return {name: self.full(shape.members[name], (*path, name), inside) for name in names
                    if name in shape.required or not self.left_out((*path, name))}
        if shape.type == "list" and seen.count(shape.name) < 2 and len(path) <= DEEPEST:
            least = min(shape.get("min") or 0, LONGEST_LIST)
            one = self.full(shape.member, (*path, 0), (*seen, shape.name))
            return [distinct(shape.member, one, number) for number in range(max(least, 1))]
        if shape.type == "map" and seen.count(shape.name) < 2 and len(path) <= DEEPEST:
            made = self.entries(shape, path, max(min(shape.get("min") or 0, LONGEST_LIST), 1))
            inside = (*seen, shape.name)
            return {key: self.full(shape.value, (*path, Key(key)), inside) for key in made}
        return self.least(shape, path)

    def left_out(self, path: tuple) -> str | None:
        """Why positives leave a member out; None for all others."""
        found = self.hints.at(self.operation, path)
        return found.reason if isinstance(found, Leave) else None


def text(shape: Shape, want: int) -> str:
    """A text as near to the wanted length as the shape allows; of an enum its first value."""
    if shape.enum:
        return shape.enum[0]
    least, most = shape.get("min") or 0, shape.get("max", UNLIMITED)
    pattern = shape.get("pattern")
    want = max(least, min(want, most, LONGEST_TEXT))
    if pattern is None:
        return "a" * want
    found = text_for(pattern, least, min(most, LONGEST_TEXT), want)
    return "a" * want if found is None else found


def bounded(shape: Shape, value, convert):
    low, high = shape.get("min"), shape.get("max")
    value = value if low is None else max(convert(low), value)
    return value if high is None else min(convert(high), value)


def distinct(shape: Shape, value: Any, number: int) -> Any:
    """The value again, told apart by a number where it is free text (lists of names must not repeat)."""
    if number == 0 or shape.type not in TEXT or type(value) is not str:
        return value
    if shape.enum:
        return shape.enum[number % len(shape.enum)]
    other = value + str(number)
    most, pattern = shape.get("max", UNLIMITED), shape.get("pattern")
    if len(other) > most:
        other = value[: max(0, most - len(str(number)))] + str(number)
    matches = compiled(pattern) if pattern else None
    return other if matches is None or matches(other) else value
