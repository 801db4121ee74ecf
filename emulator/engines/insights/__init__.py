"""CloudWatch Logs Insights: its query language, parsed by a grammar and run by DuckDB.

``needs(text)`` refuses what is no query and tells what it needs; ``run(text, given)`` gives its rows.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import importlib.util
from collections.abc import Sequence
from typing import NamedTuple

from emulator.engines.insights import fields
from emulator.engines.insights.combining import TABLES
from emulator.engines.insights.commands import COMMANDS
from emulator.engines.insights.comparing import earlier
from emulator.engines.insights.expressions import FORMS
from emulator.engines.insights.functions import AGGREGATES, FUNCTIONS, PYTHON
from emulator.engines.insights.relation import EARLIER, SYSTEM, Dialect, Plan, Relation
from emulator.engines.insights.syntax import QueryError, Unsupported, parse
from emulator.engines.insights.typed import MACROS

Table = tuple[list[str], list[list[str]]]  # a lookup table's columns, and its rows
LIMIT = 10_000  # rows, where neither the query nor the caller says how many
INSIGHTS = Dialect(parse, COMMANDS, FUNCTIONS, AGGREGATES, FORMS, pointed=True)
UNMASKED = "unmask("  # begins the fields that are read from what data protection hides


class Event(NamedTuple):
    """A log event as queries see it; times in milliseconds. ``log`` is ``account:group``.

    ``plain`` is the message before data protection; None where that hides nothing.
    """

    timestamp: int
    ingested: int
    message: str
    stream: str
    log: str
    pointer: str
    plain: str | None = None


class Needs(NamedTuple):
    """What a query needs besides its own events.

    ``source`` is what it says itself of its log groups ("" for nothing), ``nested`` what the queries within it say,
    ``tables`` the names of lookup tables, ``indexed`` the fields without whose index a log group is left out,
    ``compared`` the earlier time ("previous", "previousday"…, a period) or "".
    """

    source: str = ""
    nested: tuple[str, ...] = ()
    tables: frozenset[str] = frozenset()
    indexed: frozenset[str] = frozenset()
    compared: str = ""


class Given(NamedTuple):
    """What a query is run over: its events, those of the queries within it, in order, those of the earlier time.

    ``span`` is the query's time, its first and last millisecond.
    """

    events: Sequence[Event]
    now: int  # what ``now()`` tells, in milliseconds
    nested: Sequence[Sequence[Event]] = ()
    earlier: Sequence[Event] = ()
    tables: dict[str, Table] = {}
    span: tuple[int, int] = (0, 0)


class Result(NamedTuple):
    """Rows of (field, value) without those that have none, and how many events were matched."""

    rows: list[list[tuple[str, str]]]
    matched: int


def available() -> bool:
    """Whether queries can run: they need DuckDB and what belongs to it (``paritylab[engines]``)."""
    return all(importlib.util.find_spec(name) is not None for name in ("duckdb", "pyarrow", "sqlglot"))


def needs(text: str, dialect: Dialect = INSIGHTS) -> Needs:
    """Raises QueryError for what is no query, Unsupported for what this engine can't do."""
    relation = _compiled(text, 0, (0, 0), dialect)
    plan = relation.plan
    nested = tuple(each.source for each in plan.nested)
    return Needs(plan.source, nested, frozenset(plan.tables), frozenset(relation.indexed), plan.compared)


def _compiled(text: str, now: int, span: tuple[int, int], dialect: Dialect) -> Relation:
    try:
        commands = dialect.parse(text)
        return Relation(Plan(dialect, now, span, any(each.kind == "diff" for each in commands))).apply(commands)
    except RecursionError:
        raise QueryError("too deeply nested") from None


def run(text: str, given: Given, limit: int | None = None, dialect: Dialect = INSIGHTS) -> Result:
    """Run a query. Raises QueryError."""
    import duckdb

    relation = _compiled(text, given.now, given.span, dialect)
    names, sql = relation.result(limit or LIMIT)
    with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": "false"}) as connection:
        for macro in MACROS:
            connection.execute(macro)
        for name, (function, count, kind) in PYTHON.items():
            connection.create_function(name, function, ["VARCHAR"] * count, kind)
        connection.register(relation.base, _table(given.events, relation, given.earlier))
        for nested, events in zip(relation.plan.nested, given.nested):
            connection.register(nested.base, _table(events, nested))
        for name, (columns, rows) in given.tables.items():
            connection.register(TABLES + name, _texts(columns, rows))
        try:
            matched = connection.execute(f"SELECT count(*) FROM {relation.matched}").fetchone()[0]
            rows = connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise QueryError(str(error).partition("\n")[0]) from None
    return Result([[pair for pair in zip(names, row) if pair[1] is not None] for row in rows], matched)


def _texts(columns: list[str], rows: list[list[str]]):
    import pyarrow

    values = list(zip(*rows)) or [()] * len(columns)
    return pyarrow.Table.from_arrays([pyarrow.array(each, pyarrow.string()) for each in values], columns)


def _table(events: Sequence[Event], relation: Relation, before: Sequence[Event] = ()):
    """The events of a relation; of those of an earlier time it is told, in a column, that they are."""
    import pyarrow

    whole = [*events, *before]
    kinds = [pyarrow.int64() if kind == "time" else pyarrow.string() for kind in SYSTEM.values()]
    columns = list(zip(*whole)) or [()] * len(SYSTEM)
    arrays = [pyarrow.array(column, kind) for column, kind in zip(columns, kinds)]
    hidden = [name for name in relation.wanted if name.startswith(UNMASKED)]
    seen = [name for name in relation.wanted if not name.startswith(UNMASKED)]
    arrays += _read([each.message for each in whole], seen)
    arrays += _read([each.plain or each.message for each in whole], [name[len(UNMASKED) : -1] for name in hidden])
    names = [*SYSTEM, *seen, *hidden]
    if relation.plan.compares:
        arrays.append(pyarrow.array([at >= len(events) for at in range(len(whole))]))
        names.append(EARLIER)
    return pyarrow.Table.from_arrays(arrays, names)


def _read(messages: list[str], names: list[str]) -> list:
    """The fields of messages as columns."""
    import pyarrow

    parsed = [fields.document(each) for each in messages] if names else []
    return [
        pyarrow.array([
            message if name == "@message" else fields.value(message, document, name)
            for message, document in zip(messages, parsed)
        ], pyarrow.string()) for name in names
    ]  # fmt: skip


__all__ = [
    "INSIGHTS", "LIMIT", "Event", "Given", "Needs", "QueryError", "Result", "Unsupported", "available", "earlier",
    "needs", "run",
]  # fmt: skip
