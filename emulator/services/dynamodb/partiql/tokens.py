"""Cuts a PartiQL statement into tokens."""

import re
from typing import NamedTuple

PATTERN = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z_$][A-Za-z0-9_$]*)|"(?P<quoted>(?:[^"]|"")*)"|'(?P<text>(?:[^']|'')*)'"""
    r"""|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"""
    r"""|(?P<symbol><<|>>|<>|!=|<=|>=|[=<>(),.\[\]{}:?*+;-])|(?P<end>\Z)|(?P<other>\S))"""
)


class Token(NamedTuple):
    """``kind`` is word, quoted (a name in double quotes), text, number, symbol, end or other; ``text`` its content."""

    kind: str
    text: str


def tokenize(statement: str) -> list[Token]:
    tokens, position = [], 0
    while True:
        found = PATTERN.match(statement, position)
        kind, text = found.lastgroup, found[found.lastgroup]
        if kind == "quoted":
            text = text.replace('""', '"')
        elif kind == "text":
            text = text.replace("''", "'")
        tokens.append(Token(kind, text))
        if kind == "end":
            return tokens
        position = found.end()
