"""Queries as trees: parsed by lark into commands and expressions, each with the text that it was written as."""

import re
from functools import cache
from typing import Any, NamedTuple


class QueryError(ValueError):
    """A query that AWS refuses; the text is the reason."""


class Unsupported(ValueError):
    """A command or function that AWS has and this engine has not."""


class Expression(NamedTuple):
    """``kind``: number, text, period, field, call, star, regex, operator; ``value``: literal, name or operator."""

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


def parse(text: str) -> list[Command]:
    """Raises QueryError, Unsupported."""
    from lark.exceptions import LarkError, VisitError

    try:
        return _reader()(text)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError | Unsupported):
            raise error.orig_exc from None
        raise
    except RecursionError:
        raise QueryError("too deeply nested") from None
    except LarkError as error:
        column = getattr(error, "column", None)
        place = f" (line {error.line}, position {column})" if column else ""
        raise QueryError(f"unexpected symbol found{place}") from None


@cache
def _reader():
    from emulator.engines.insights import reading

    return reading.reader()


def plain(token: str) -> str:
    """A quoted text, name or regular expression as what it stands for."""
    if token[:1] == "`":
        return token[1:-1]
    if token[:1] == "/":
        return token[1:-1].replace("\\/", "/")
    return re.sub(r"\\(.)", r"\1", token[1:-1])
