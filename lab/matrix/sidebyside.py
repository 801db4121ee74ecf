"""Two answers side by side, line by line: what the recording has and what came back, with every difference marked.

The marks are the differ's: a value that it found equivalent (a timestamp, a bound id) is told apart from one that
differs. Of recordings that other people own only what differs is kept; then those places are shown alone.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from lab.report.result import Difference, Row
from lab.report.values import dump

ABSENT = object()


class Side(NamedTuple):
    """A line of one answer; what stands in the middle is what differs."""

    before: str
    differs: str = ""
    after: str = ""


class Line(NamedTuple):
    """``mark``: same, equivalent, changed, missing (only recorded), unexpected (only answered) or place (a heading)."""

    mark: str
    left: Side | None
    right: Side | None


def side_by_side(row: Row) -> list[Line]:
    """The lines of a step; empty where nothing was kept of it."""
    if row.expected is not None or row.got is not None:
        marks = {each.path: each for each in row.differences}
        return list(_walk("", "", "", row.expected, row.got, marks, False, ""))
    return [line for each in row.differences for line in _alone(each)]


def _alone(difference: Difference) -> Iterator[Line]:
    """One difference by itself: its place, then both values."""
    yield Line("place", Side(difference.path or "the answer"), None)
    left = ABSENT if difference.kind == "unexpected" else difference.expected
    right = ABSENT if difference.kind == "missing" else difference.got
    yield from _walk("", "", "", left, right, {"": difference}, True, "")


def _walk(path: str, indent: str, label: str, left: Any, right: Any, marks: dict[str, Difference], marked: bool,
          comma: str) -> Iterator[Line]:
    """Both trees in step. ``marked``: this place, or one above it, differs."""
    marked = marked or path in marks
    if left is ABSENT or right is ABSENT:
        yield from _one_sided(indent, label, left, right, comma, marked)
        return
    pairs = _pairs(left, right)
    if pairs is None:
        yield from _leaf(indent + label, left, right, marked, comma)
        return
    opening, closing = "[]" if isinstance(left, list | tuple) else "{}"
    yield _same(f"{indent}{label}{opening}")
    for number, (key, ours, theirs) in enumerate(pairs, 1):
        below = f"{path}[{key}]" if opening == "[" else f"{path}.{key}" if path else str(key)
        name = "" if opening == "[" else f"{dump(key)}: "
        yield from _walk(below, indent + "  ", name, ours, theirs, marks, marked, "," if number < len(pairs) else "")
    yield _same(f"{indent}{closing}{comma}")


def _pairs(left: Any, right: Any) -> list[tuple[Any, Any, Any]] | None:
    """Key, value here, value there, for two containers of a kind; None for anything else, and for empty ones."""
    if isinstance(left, dict) and isinstance(right, dict):
        found = [(key, left.get(key, ABSENT), right.get(key, ABSENT)) for key in {**left, **right}]
    elif isinstance(left, list | tuple) and isinstance(right, list | tuple):
        longest = max(len(left), len(right))
        found = [(index, left[index] if index < len(left) else ABSENT, right[index] if index < len(right) else ABSENT)
                 for index in range(longest)]
    else:
        return None
    return found or None


def _same(text: str) -> Line:
    return Line("same", Side(text), Side(text))


def _text(value: Any, indent: str) -> list[str]:
    return [line if number == 0 else indent + line for number, line in enumerate(dump(value, indent=2).split("\n"))]


def _one_sided(indent: str, label: str, left: Any, right: Any, comma: str, marked: bool) -> Iterator[Line]:
    value, mark = (left, "missing") if right is ABSENT else (right, "unexpected")
    lines = _text(value, indent)
    lines[-1] += comma
    for number, text in enumerate(lines):
        side = Side(indent + label + text if number == 0 else text)
        yield Line(mark if marked else "equivalent", *((side, None) if mark == "missing" else (None, side)))


def _leaf(head: str, left: Any, right: Any, marked: bool, comma: str) -> Iterator[Line]:
    """Two values that are no two containers of a kind."""
    ours, theirs = _text(left, ""), _text(right, "")
    if ours == theirs:
        yield from (_same((head if number == 0 else "") + text + (comma if number == len(ours) - 1 else ""))
                    for number, text in enumerate(ours))
        return
    ours[-1], theirs[-1] = ours[-1] + comma, theirs[-1] + comma
    for number in range(max(len(ours), len(theirs))):
        a = ours[number] if number < len(ours) else None
        b = theirs[number] if number < len(theirs) else None
        start = head if number == 0 else ""
        if marked and a is not None and b is not None:
            yield Line("changed", *_parted(start, a, b))
        elif marked:
            yield Line("changed", a and Side(start, a), b and Side(start, b))
        else:
            yield Line("equivalent", a and Side(start + a), b and Side(start + b))


def _parted(start: str, left: str, right: str) -> tuple[Side, Side]:
    """Both lines cut in what begins alike, what differs, what ends alike."""
    head = _alike(left, right)
    tail = _alike(left[head:][::-1], right[head:][::-1])
    cut = [(text[:head], text[head:len(text) - tail], text[len(text) - tail:]) for text in (left, right)]
    return tuple(Side(start + before, differs, after) for before, differs, after in cut)


def _alike(left: str, right: str) -> int:
    """How many characters two lines begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right)))
