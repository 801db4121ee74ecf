"""Cuts an expression into tokens."""

import re
from typing import NamedTuple

PATTERN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<name>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)|(?P<number>[0-9]+)"
    r"|(?P<symbol><>|<=|>=|[=<>(),.\[\]+-])|(?P<end>\Z)|(?P<other>\S))"
)
KEYWORDS = frozenset(("AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"))
END = "<EOF>"


class Token(NamedTuple):
    """``kind`` is word, keyword, name, value, number, symbol, end or other; a keyword's text is in capitals."""

    kind: str
    text: str
    start: int
    stop: int


def tokenize(expression: str) -> list[Token]:
    """The tokens, the last of which is the end."""
    tokens, position = [], 0
    while True:
        found = PATTERN.match(expression, position)
        kind = found.lastgroup
        text = found[kind]
        if kind == "end":
            tokens.append(Token("end", END, position, position))
            return tokens
        if kind == "word" and text.upper() in KEYWORDS:
            kind, text = "keyword", text.upper()
        position = found.end()
        tokens.append(Token(kind, text, found.start(found.lastgroup), position))


def near(expression: str, tokens: list[Token], at: int) -> str:
    """The text around a token: from the one before it to the one after it."""
    if tokens[at].kind == "end":
        at -= 1
        return expression[tokens[at].start : tokens[at].stop]
    after = tokens[at + 1] if tokens[at + 1].kind != "end" else tokens[at]
    return expression[tokens[max(at - 1, 0)].start : after.stop]
