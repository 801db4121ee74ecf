"""Parsed patterns of each kind: whether they match an event's message, and what they take out of it."""

import re
from collections.abc import Iterable
from typing import Any

import orjson

from emulator.engines.filter_patterns import conditions

STEP = re.compile(r"""\.?\[(\d+|\*|'[^']*'|"[^"]*")\]|\.([^.\[]+)""")
FIELD = re.compile(r'"((?:\\.|[^"\\])*)"|\[([^\]]*)\]|(\S+)')
LONGEST = 65_536  # characters of a message in which quotes and brackets are looked for


class TextPattern:
    """Terms: ``required`` all, ``optional`` one of them (where nothing else is asked), ``excluded`` none."""

    def __init__(self, required, optional, excluded):
        self.required, self.excluded = required, excluded
        self.optional = optional if not required and not excluded else ()  # combined with others they count for nothing

    def matches(self, message: str) -> bool:
        return self.extract(message) is not None

    def extract(self, message: str) -> dict[str, str] | None:
        fits = (
            all(term.search(message) for term in self.required)
            and not any(term.search(message) for term in self.excluded)
            and (not self.optional or any(term.search(message) for term in self.optional))
        )  # fmt: skip
        return {} if fits else None

    def values(self, message: str, selector: str) -> list:
        return []


class JsonPattern:
    """Conditions on the members of a JSON object."""

    def __init__(self, condition):
        self.condition = condition

    def matches(self, message: str) -> bool:
        document = read(message)
        return document is not None and self.condition.holds(lambda selector: select(document, selector))

    def extract(self, message: str) -> dict[str, str] | None:
        """The values of the pattern's selectors; None where it does not match."""
        document = read(message)
        if document is None or not self.condition.holds(lambda selector: select(document, selector)):
            return None
        found = {selector: select(document, selector) for selector in conditions.selectors(self.condition)}
        return {name: _told(values[0]) for name, values in found.items() if values}

    def values(self, message: str, selector: str) -> list:
        document = read(message)
        return [] if document is None else select(document, selector)


class SpacePattern:
    """Fields between spaces. ``fields`` are (name or None, condition or None); None itself is the ellipsis."""

    def __init__(self, fields: tuple):
        self.fields = fields

    def matches(self, message: str) -> bool:
        return self.extract(message) is not None

    def extract(self, message: str) -> dict[str, str] | None:
        """All fields by name, ``$1`` where they have none; None where the pattern does not match."""
        if not self.fields:
            return {}
        words = split(message)
        names = self._placed(len(words))
        if names is None:
            return None
        out: dict[str, str] = {}
        for number, (field, word) in enumerate(zip(names, words), 1):
            name, condition = field
            if condition is not None and not condition.holds(lambda _, word=word: [word]):
                return None
            out[f"${name or number}"] = word
        return out

    def _placed(self, count: int) -> list | None:
        """A field for each word; None where the numbers do not fit."""
        if None not in self.fields:
            return list(self.fields) if len(self.fields) == count else None
        at = self.fields.index(None)
        before, after = self.fields[:at], self.fields[at + 1 :]
        gap = count - len(before) - len(after)
        return [*before, *[(None, None)] * gap, *after] if gap >= 0 else None

    def values(self, message: str, selector: str) -> list:
        found = self.extract(message) or {}
        return [found[selector]] if selector in found else []


def split(message: str) -> list[str]:
    """Words, where what stands between quotes or brackets is one."""
    if len(message) > LONGEST:
        return message.split()
    return [next(part for part in found.groups() if part is not None) for found in FIELD.finditer(message)]


def read(message: str) -> dict | list | None:
    """The JSON document of a message; None for any other message."""
    if message[:1] not in "{[":
        text = message.lstrip()
        if text[:1] not in ("{", "["):
            return None
    try:
        document = orjson.loads(message)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict | list) else None


def select(document: Any, selector: str) -> list:
    """The values at ``$.a.b[0]``, ``$.a[*].b`` or ``$['a b']``."""
    found = [document]
    for step in STEP.finditer(selector):
        found = list(_step(found, step[1], step[2]))
    return found


def _step(values: Iterable, index: str | None, name: str | None) -> Iterable:
    key = name if index is None else index[1:-1] if index[0] in "'\"" else None
    for value in values:
        if key is not None:
            if isinstance(value, dict) and key in value:
                yield value[key]
        elif isinstance(value, list):
            if index == "*":
                yield from value
            elif int(index) < len(value):
                yield value[int(index)]


def _told(value: Any) -> str:
    text = conditions.written(value)
    return orjson.dumps(value).decode() if text is None else text
