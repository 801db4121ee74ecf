"""The tree of an expression, as the parser makes it: names and values still as they are written.

A name is written ``name`` or ``#placeholder``, a value ``:placeholder``. Conditions: Compare, Between, In, Call, And,
Or, Not. Operands: Path, Value, Call of size, Arithmetic.
"""

from typing import Any, NamedTuple


class Path(NamedTuple):
    """A document path: names (str) and list indexes (int)."""

    parts: tuple[str | int, ...]


class Value(NamedTuple):
    name: str


class Call(NamedTuple):
    name: str
    arguments: tuple[Any, ...]


class Compare(NamedTuple):
    operator: str
    left: Any
    right: Any


class Between(NamedTuple):
    operand: Any
    low: Any
    high: Any


class In(NamedTuple):
    operand: Any
    options: tuple[Any, ...]


class And(NamedTuple):
    terms: tuple[Any, ...]


class Or(NamedTuple):
    terms: tuple[Any, ...]


class Not(NamedTuple):
    term: Any


class Arithmetic(NamedTuple):
    operator: str
    left: Any
    right: Any


class Action(NamedTuple):
    """One action of an update expression: ``clause`` is SET, REMOVE, ADD or DELETE; REMOVE has no operand."""

    clause: str
    path: Path
    operand: Any = None


CONDITIONS = (Compare, Between, In, And, Or, Not)
