"""JSON as tokens with the places at which AWS's own parser (Jackson) reports them, and its words for broken JSON.

AWS's errors about JSON that a user gave name line and column as Jackson counts them: it reads a string's content only
when somebody asks for it, and reads ahead to the value behind a member's name. Hence two places for a token.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

OBJECT, END_OBJECT, ARRAY, END_ARRAY, NAME, STRING, NUMBER, LITERAL = (
    "{", "}", "[", "]", "name", "string", "number", "literal",
)  # fmt: skip
LITERALS = {"true": True, "false": False, "null": None}
VALUES = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
MOST_SOURCE = 500  # characters of the text that an error quotes

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[\w$]+")


class Token(NamedTuple):
    """``met`` is the offset behind what was read when the parser stands on the token, ``read`` behind its content."""

    kind: str
    value: Any
    text: str
    met: int
    read: int


class BrokenJson(ValueError):
    """``message`` is Jackson's; ``offset`` (0-based) is the place that it names."""

    def __init__(self, message: str, offset: int):
        super().__init__(message, offset)
        self.message = message
        self.offset = offset


def place(text: str, offset: int) -> str:
    """``line: 1, column: 1`` of the character at an offset."""
    before = text[:offset]
    return f"line: {before.count(chr(10)) + 1}, column: {offset - (before.rfind(chr(10)) + 1) + 1}"


def redacted(text: str, offset: int) -> str:
    """A place, where AWS does not quote the text."""
    return f"[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); {place(text, offset)}]"


def source(text: str) -> str:
    """How an error quotes the text that it found something in."""
    more = f"[truncated {len(text) - MOST_SOURCE} chars]" if len(text) > MOST_SOURCE else ""
    return f'(String)"{text[:MOST_SOURCE]}"{more}'


class _Scanner:
    """Reads one JSON value into tokens. Raises BrokenJson."""

    def __init__(self, text: str):
        self.text = text
        self.at = 0

    def space(self) -> str:
        """Skip white space; the next character, "" at the end."""
        self.at = _SPACE.match(self.text, self.at).end()
        return self.text[self.at : self.at + 1]

    def unexpected(self, expected: str) -> BrokenJson:
        character = self.text[self.at]
        shown = f"'{character}' (code {ord(character)})" if character >= " " else f"CTRL-CHAR, code {ord(character)}"
        return BrokenJson(f"Unexpected character ({shown}): was expecting {expected}", self.at)

    def ended(self, what: str, start: int) -> BrokenJson:
        marker = redacted(self.text, start)
        return BrokenJson(
            f"Unexpected end-of-input: expected close marker for {what} (start marker at {marker})", len(self.text)
        )

    def string(self) -> Token:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise BrokenJson("Unexpected end-of-input in VALUE_STRING", len(self.text))
        start, self.at = self.at, found.end()
        value = orjson.loads(found[0])
        return Token(STRING, value, value, start + 1, self.at)

    def scalar(self) -> Token:
        found = _NUMBER.match(self.text, self.at)
        if found is not None and not _WORD.match(self.text, found.end()):
            self.at = found.end()
            return Token(NUMBER, orjson.loads(found[0]), found[0], self.at, self.at)
        word = _WORD.match(self.text, self.at)
        if word is None:
            raise self.unexpected(f"({VALUES})")
        if word[0] not in LITERALS:
            raise BrokenJson(f"Unrecognized token '{word[0]}': was expecting ({VALUES})", word.end())
        self.at = word.end()
        return Token(LITERAL, LITERALS[word[0]], word[0], self.at, self.at)

    def value(self) -> Iterator[Token]:
        character = self.space()
        if not character:
            raise BrokenJson("Unexpected end-of-input", self.at)
        if character == "{":
            yield from self.container(OBJECT, END_OBJECT, "Object", self.member)
        elif character == "[":
            yield from self.container(ARRAY, END_ARRAY, "Array", self.value)
        elif character == '"':
            yield self.string()
        else:
            yield self.scalar()

    def container(self, kind: str, end: str, what: str, element) -> Iterator[Token]:
        start = self.at
        self.at += 1
        yield Token(kind, None, kind, self.at, self.at)
        first = True
        while True:
            character = self.space()
            if not character:
                raise self.ended(what, start)
            if character == end and first:
                break
            if not first:
                if character == end:
                    break
                if character != ",":
                    raise self.unexpected(f"comma to separate {what} entries")
                self.at += 1
                if not self.space():
                    raise self.ended(what, start)
            yield from element()
            first = False
        self.at += 1
        yield Token(end, None, end, self.at, self.at)

    def member(self) -> Iterator[Token]:
        if self.space() != '"':
            raise self.unexpected("double-quote to start field name")
        name = self.string()
        character = self.space()
        if character != ":":
            if not character:
                raise BrokenJson("Unexpected end-of-input within/between Object entries", self.at)
            raise self.unexpected("a colon to separate field name and value")
        self.at += 1
        inner = self.value()
        ahead = next(inner)
        yield Token(NAME, name.value, name.text, ahead.met, ahead.met)
        yield ahead
        yield from inner


def tokens(text: str) -> list[Token]:
    """The tokens of the first JSON value in a text; what follows it is not read. Raises BrokenJson."""
    return list(_Scanner(text).value())
