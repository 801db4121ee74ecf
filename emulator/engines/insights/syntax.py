"""Queries as trees: parsed by lark into commands and expressions, each with the text that it was written as."""

import re
from functools import cache
from typing import Any, NamedTuple


class QueryError(ValueError):
    """A query that AWS refuses; the text is the reason."""


class Unsupported(ValueError):
    """A command or function that AWS has and this engine has not."""


class Expression(NamedTuple):
    """``kind``: number, text, period, field, call, star, regex, operator, query; ``value``: what is of that kind."""

    kind: str
    value: Any
    parts: tuple["Expression", ...] = ()
    written: str = ""


class Named(NamedTuple):
    """An expression and the name of its column."""

    expression: Expression
    name: str


class Command(NamedTuple):
    """``kind`` is the command's word; ``parts`` are as each needs them."""

    kind: str
    parts: tuple


class Query(NamedTuple):
    """A query within another; ``source`` says what it is over, as it was written."""

    source: str
    commands: tuple[Command, ...]


def parse(text: str) -> list[Command]:
    """Raises QueryError, Unsupported."""
    return _reader()(text)


@cache
def _reader():
    from emulator.engines.insights import grammar, reading  # lark is heavy, and not wanted before a query is

    return reading.reader(grammar.GRAMMAR, reading.Reader)


def plain(token: str) -> str:
    """A quoted text, name or regular expression as what it stands for."""
    if token[:1] == "`":
        return token[1:-1]
    if token[:1] == "/":
        return token[1:-1].replace("\\/", "/")
    return re.sub(r"\\(.)", r"\1", token[1:-1])
