"""Sensitive data in text: AWS's managed data identifiers, and custom ones.

Names and addresses, which AWS finds by machine learning, are not here.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-managed-data-identifiers.html
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import regex

from emulator.engines import check_digits

PREFIX = "arn:aws:dataprotection::aws:data-identifier/"
NEAR = 30  # characters between a value and its keyword
TIMEOUT = 1.0  # seconds that a custom pattern may take on one message


class Found(NamedTuple):
    """A piece of text, from ``start`` up to ``end``, that an identifier means."""

    name: str
    start: int
    end: int


class Managed(NamedTuple):
    """``keywords``: one of them must stand near the value, in lower case; empty for a value that tells itself."""

    pattern: re.Pattern
    check: Callable[[str], bool]
    keywords: tuple[str, ...]

    def finds(self, text: str) -> Iterator[tuple[int, int]]:
        """Where in a text its values stand."""
        lowered = text.lower()
        if self.keywords and not any(each in lowered for each in self.keywords):
            return
        for found in self.pattern.finditer(text):
            start, end = found.span()
            around = lowered[max(0, start - NEAR) : end + NEAR]
            if self.check(found[0]) and (not self.keywords or any(each in around for each in self.keywords)):
                yield start, end


@lru_cache(maxsize=1)
def managed() -> dict[str, Managed]:
    """AWS's managed identifiers by name, from the data beside this module."""
    data = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return {
        name: Managed(
            re.compile(each["pattern"]), getattr(check_digits, each["check"]), tuple(each.get("keywords", ()))
        )
        for name, each in data.items() if name != "//"
    }  # fmt: skip


@lru_cache(maxsize=256)
def _custom(pattern: str) -> regex.Pattern:
    return regex.compile(pattern)


def is_pattern(pattern: str) -> bool:
    try:
        _custom(pattern)
    except regex.error:
        return False
    return True


def find(text: str, names: Iterable[str], custom: dict[str, str]) -> list[Found]:
    """What the identifiers find in a text, in order. A custom pattern that takes too long finds nothing."""
    found = []
    for name in names:
        known = managed().get(name.removeprefix(PREFIX))
        if known is not None:
            found += [Found(name, *span) for span in known.finds(text)]
        elif name in custom:
            try:
                found += [Found(name, *each.span()) for each in _custom(custom[name]).finditer(text, timeout=TIMEOUT)]
            except TimeoutError:
                continue
    return sorted(found, key=lambda each: (each.start, each.end))
