"""CloudWatch Logs Insights: its query language, parsed by a grammar and run by DuckDB.

``check(text)`` refuses what is no query; ``run(text, events, ...)`` gives its rows.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import importlib.util
from collections.abc import Sequence
from typing import NamedTuple

from emulator.engines.insights import fields
from emulator.engines.insights.compiling import SYSTEM, TABLES, Compiler
from emulator.engines.insights.functions import PYTHON
from emulator.engines.insights.syntax import QueryError, Unsupported, parse
from emulator.engines.insights.typed import MACROS

Table = tuple[list[str], list[list[str]]]  # a lookup table's columns, and its rows
LIMIT = 10_000  # rows, where neither the query nor the caller says how many


class Event(NamedTuple):
    """A log event as queries see it; times in milliseconds. ``log`` is ``account:group``."""

    timestamp: int
    ingested: int
    message: str
    stream: str
    log: str
    pointer: str


class Result(NamedTuple):
    """Rows of (field, value) without those that have none, and how many events were matched."""

    rows: list[list[tuple[str, str]]]
    matched: int


def available() -> bool:
    """Whether queries can run: they need DuckDB and what belongs to it (``paritylab[engines]``)."""
    return all(importlib.util.find_spec(name) is not None for name in ("duckdb", "pyarrow", "sqlglot"))


def check(text: str) -> None:
    """Raises QueryError for what is no query, Unsupported for what this engine can't do."""
    _compiled(text, 0)


def _compiled(text: str, now: int) -> Compiler:
    compiler = Compiler(now)
    try:
        compiler.compile(parse(text))
    except RecursionError:
        raise QueryError("too deeply nested") from None
    return compiler


def tables_of(text: str) -> set[str]:
    """The names of the lookup tables that a query uses. Raises QueryError, Unsupported."""
    return {command.parts[0] for command in parse(text) if command.kind == "lookup"}


def run(
    text: str, events: Sequence[Event], now: int, limit: int | None = None, tables: dict[str, Table] | None = None
) -> Result:
    """Run a query over events. Raises QueryError; ``now`` is what the query's ``now()`` tells, in milliseconds."""
    import duckdb

    compiler = _compiled(text, now)
    names, sql = compiler.result(limit or LIMIT)
    with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": "false"}) as connection:
        for macro in MACROS:
            connection.execute(macro)
        for name, (function, count, kind) in PYTHON.items():
            connection.create_function(name, function, ["VARCHAR"] * count, kind)
        connection.register("events", _table(events, list(compiler.wanted)))
        for name, (columns, rows) in (tables or {}).items():
            connection.register(TABLES + name, _texts(columns, rows))
        try:
            matched = connection.execute(f"SELECT count(*) FROM {compiler.matched}").fetchone()[0]
            rows = connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise QueryError(str(error).partition("\n")[0]) from None
    return Result([[pair for pair in zip(names, row) if pair[1] is not None] for row in rows], matched)


def _texts(columns: list[str], rows: list[list[str]]):
    import pyarrow

    values = list(zip(*rows)) or [()] * len(columns)
    return pyarrow.Table.from_arrays([pyarrow.array(each, pyarrow.string()) for each in values], columns)


def _table(events: Sequence[Event], wanted: list[str]):
    import pyarrow

    kinds = [pyarrow.int64() if kind == "time" else pyarrow.string() for kind in SYSTEM.values()]
    columns = list(zip(*events)) or [()] * len(SYSTEM)
    arrays = [pyarrow.array(column, kind) for column, kind in zip(columns, kinds)]
    parsed = [fields.document(event.message) for event in events] if wanted else []
    for name in wanted:
        values = [fields.value(event.message, document, name) for event, document in zip(events, parsed)]
        arrays.append(pyarrow.array(values, pyarrow.string()))
    return pyarrow.Table.from_arrays(arrays, [*SYSTEM, *wanted])


__all__ = ["LIMIT", "Event", "QueryError", "Result", "Unsupported", "available", "check", "run", "tables_of"]
