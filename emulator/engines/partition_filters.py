"""Conditions on the partition keys of a table, as GetPartitions takes them: SQL, read by sqlglot.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

NUMBERS = ("tinyint", "smallint", "int", "bigint", "long", "decimal", "float", "double")

Values = tuple[str, ...]


class Unreadable(ValueError):
    """The condition is no SQL, names no key of the table, or compares what can't be compared."""


def compiled(text: str, keys: dict[str, str]) -> Callable[[Values], bool]:
    """What tells whether partition values (in the order of ``keys``: name to Hive type) fit. Raises Unreadable."""
    import sqlglot  # heavy, and seldom wanted
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(text, into=sqlglot.exp.Condition, read="hive")
        return _Compiler(keys).condition(tree)
    except (SqlglotError, RecursionError) as error:
        raise Unreadable(str(error).partition("\n")[0]) from None


class _Compiler:
    """Nodes of sqlglot's tree to functions of the partition values."""

    def __init__(self, keys: dict[str, str]):
        self._keys = {name.lower(): (at, kind.lower()) for at, (name, kind) in enumerate(keys.items())}

    def condition(self, node) -> Callable[[Values], bool]:
        make = getattr(self, f"_{node.key}", None)
        if make is None:
            raise Unreadable(f"{node.key} is not supported.")
        return make(node)

    def _paren(self, node):
        return self.condition(node.this)

    def _and(self, node):
        left, right = self.condition(node.this), self.condition(node.expression)
        return lambda values: left(values) and right(values)

    def _or(self, node):
        left, right = self.condition(node.this), self.condition(node.expression)
        return lambda values: left(values) or right(values)

    def _not(self, node):
        inner = self.condition(node.this)
        return lambda values: not inner(values)

    def _eq(self, node):
        return self._comparison(node, lambda left, right: left == right)

    def _neq(self, node):
        return self._comparison(node, lambda left, right: left != right)

    def _gt(self, node):
        return self._comparison(node, lambda left, right: left > right)

    def _gte(self, node):
        return self._comparison(node, lambda left, right: left >= right)

    def _lt(self, node):
        return self._comparison(node, lambda left, right: left < right)

    def _lte(self, node):
        return self._comparison(node, lambda left, right: left <= right)

    def _in(self, node):
        key, read = self._key(node.this)
        wanted = [read(_literal(each)) for each in node.expressions]
        return lambda values: read(values[key]) in wanted

    def _between(self, node):
        key, read = self._key(node.this)
        low, high = read(_literal(node.args["low"])), read(_literal(node.args["high"]))
        return lambda values: low <= read(values[key]) <= high

    def _like(self, node):
        key, _ = self._key(node.this)
        parts = (".*" if each == "%" else "." if each == "_" else re.escape(each) for each in _literal(node.expression))
        pattern = re.compile("".join(parts), re.DOTALL)
        return lambda values: pattern.fullmatch(values[key]) is not None

    def _is(self, node):
        key, _ = self._key(node.this)
        return lambda values: values[key] == "__HIVE_DEFAULT_PARTITION__"  # what stands for NULL among the values

    def _comparison(self, node, compare: Callable[[Any, Any], bool]):
        if node.this.key == "column":
            key, read = self._key(node.this)
            wanted = read(_literal(node.expression))
            return lambda values: compare(read(values[key]), wanted)
        key, read = self._key(node.expression)
        wanted = read(_literal(node.this))
        return lambda values: compare(wanted, read(values[key]))

    def _key(self, node) -> tuple[int, Callable[[str], Any]]:
        """Which value a column is, and how its texts are compared."""
        found = self._keys.get(node.name.lower()) if node.key == "column" else None
        if found is None:
            raise Unreadable(f"{node.sql()} is no partition key.")
        at, kind = found
        return at, _number if kind.startswith(NUMBERS) else str


def _literal(node) -> str:
    """The text of a literal, also of a negative one, or of a date that is written as a cast."""
    if node.key == "neg":
        return f"-{_literal(node.this)}"
    if node.key in ("cast", "tsordstodate"):
        return _literal(node.this)
    if node.key != "literal":
        raise Unreadable(f"{node.sql()} is no literal.")
    return node.name


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable(f"{text!r} is no number.") from None
