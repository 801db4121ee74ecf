"""Texts that match a regular expression and have a wanted length; always the same ones for the same question.

Java's expressions (as the models write them) are read by Python's own parser and walked. Look-arounds are not
understood, only obeyed: every text is checked against the whole expression before it is given out, and where the walk
finds none, Hypothesis searches for one.
"""

import random
import re
import warnings
from functools import lru_cache
from re import _constants as op
from re import _parser

from emulator.model.validation import compiled

ATTEMPTS = 12
#: Java's character properties, by what stands for them here.
PROPERTIES = {"L": "a-zA-Z", "N": "0-9", "Z": " ", "P": ".", "S": "+", "M": "\u0301", "Print": " -~",
              "Alnum": "a-zA-Z0-9", "Alpha": "a-zA-Z", "Digit": "0-9", "ASCII": " -~", "Graph": "!-~", "Space": " ",
              "IsLetter": "a-zA-Z"}
PREFERRED = "a0A-_/.: "


@lru_cache(None)
def text_for(pattern: str, least: int, most: int, want: int) -> str | None:
    """A text that matches as a whole, of ``least`` to ``most`` characters and as near to ``want`` as can be had."""
    matches = compiled(pattern)
    if matches is None:
        return None
    tree = _tree(pattern)
    best = None
    for attempt in range(ATTEMPTS if tree is not None else 0):
        for target in dict.fromkeys((want, max(least, min(want, 40)), 0)):
            text = Walk(random.Random(attempt), first=attempt == 0, target=target).sequence(tree)
            if least <= len(text) <= most and matches(text) and (best is None or _nearer(text, best, want)):
                best = text
        if best is not None and len(best) == want:
            return best
    return best if best is not None else _searched(pattern, least, most)


def _nearer(text: str, best: str, want: int) -> bool:
    return abs(len(text) - want) < abs(len(best) - want)


def _tree(pattern: str):
    def ascii_class(found: re.Match) -> str:
        chars = PROPERTIES.get(found[1], "a")
        inside = pattern.rfind("[", 0, found.start()) > pattern.rfind("]", 0, found.start())
        return chars if inside else f"[{chars}]"

    plain = pattern.replace("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\U00010000-\\U0010FFFF")
    plain = re.sub(r"\\p\{(\w+)\}", ascii_class, plain)
    plain = plain.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!").replace("\\z", "\\Z")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _parser.parse(plain, re.ASCII)
        except Exception:  # what Python's parser can't read is searched for instead
            return None


@lru_cache(None)
def _searched(pattern: str, least: int, most: int) -> str | None:
    from hypothesis import HealthCheck, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import HypothesisException

    quiet = settings(derandomize=True, database=None, max_examples=300, suppress_health_check=list(HealthCheck))
    matches = compiled(pattern)
    try:
        return find(st.from_regex(re.compile(pattern), fullmatch=True),
                    lambda text: least <= len(text) <= most and bool(matches(text)), settings=quiet)
    except (HypothesisException, re.error):
        return None


class Walk:
    """One walk through a parsed expression. ``target`` characters are aimed at; repeats grow while there is room."""

    def __init__(self, source: random.Random, first: bool, target: int):
        self.source, self.first = source, first
        self.room = 0
        self.groups: dict[int, str] = {}
        self.target = target

    def sequence(self, tree) -> str:
        if self.target:
            self.room = max(0, self.target - _least(tree))
        return self._all(tree)

    def _all(self, tree) -> str:
        return "".join(self._one(kind, value) for kind, value in tree)

    def _one(self, kind, value) -> str:
        if kind is op.LITERAL:
            return chr(value)
        if kind is op.NOT_LITERAL:
            return next(char for char in PREFERRED if ord(char) != value)
        if kind is op.ANY:
            return "a"
        if kind is op.IN:
            return self._member(value)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(*value)
        if kind is op.SUBPATTERN:
            text = self._all(value[3])
            if value[0] is not None:
                self.groups[value[0]] = text
            return text
        if kind is op.BRANCH:
            branches = value[1]
            return self._all(branches[0] if self.first else self.source.choice(branches))
        if kind is op.ATOMIC_GROUP:
            return self._all(value)
        if kind is op.GROUPREF:
            return self.groups.get(value, "")
        return ""  # anchors and look-arounds take no room

    def _repeat(self, least: int, most, body) -> str:
        size = max(1, _least(body))
        count = least
        if most is op.MAXREPEAT:
            most = 1 << 20
        grow = min(most - least, self.room // size)
        if grow > 0 and not self.first:
            grow = self.source.choice((grow, grow, self.source.randint(0, grow)))
        if grow > 0:
            self.room -= grow * size
            count += grow
        if len(body) == 1 and body[0][0] in (op.LITERAL, op.ANY):
            return self._one(*body[0]) * count
        return "".join(self._all(body) for _ in range(count))

    def _member(self, items) -> str:
        negated = items[0][0] is op.NEGATE
        allowed = [char for char in (PREFERRED if self.first else _ascii()) if _in(items, char)]
        if not allowed:
            allowed = [char for char in _ascii() if _in(items, char)]
        if not allowed and not negated:
            allowed = [chr(value[0] if kind is op.RANGE else value) for kind, value in items
                       if kind in (op.RANGE, op.LITERAL)]
        if not allowed:
            return "a"
        return allowed[0] if self.first else self.source.choice(allowed)


@lru_cache(1)
def _ascii() -> str:
    return "".join(map(chr, range(32, 127)))


CATEGORIES = {op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
              op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W"}


def _in(items, char: str) -> bool:
    code, negated, found = ord(char), False, False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            found = found or code == value
        elif kind is op.RANGE:
            found = found or value[0] <= code <= value[1]
        elif kind is op.CATEGORY:
            found = found or bool(re.match(CATEGORIES[value], char, re.ASCII))
    return found != negated


def _least(tree) -> int:
    return tree.getwidth()[0]
