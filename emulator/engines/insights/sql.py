"""Queries in SQL, as OpenSearch has it, over log groups as tables; read by sqlglot and run by DuckDB.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_SQL.html
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from emulator.engines.insights import LIMIT, Event, Result, fields
from emulator.engines.insights.syntax import QueryError

SOURCE = re.compile(r"logGroups\s*\(\s*logGroupIdentifier\s*:\s*\[(.*)\]\s*\)", re.IGNORECASE | re.DOTALL)
QUOTED = re.compile(r"""["']([^"']*)["']""")
SYSTEM = ("@timestamp", "@ingestionTime", "@message", "@logStream", "@log", "@ptr")
TIMES = SYSTEM[:2]


def groups_of(text: str) -> list[str]:
    """The log groups (names or ARNs) that a query is over. Raises QueryError."""
    return list(dict.fromkeys(name for names in _Query(text).tables.values() for name in names))


def run(text: str, events: Sequence[Event], groups: dict[str, str], limit: int | None = None) -> Result:
    """Run a query; ``groups`` tells, of each log group that it names, the ``log`` of its events. Raises QueryError."""
    import duckdb

    query = _Query(text)
    with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": "false"}) as connection:
        for table, names in query.tables.items():
            logs = {groups[name] for name in names}
            connection.register(table, _table([event for event in events if event.log in logs], query.wanted))
        try:
            found = connection.execute(f"SELECT * FROM ({query.sql}) LIMIT {limit or LIMIT}")
            columns = [each[0] for each in found.description]
            rows = found.fetchall()
        except duckdb.Error as error:
            raise QueryError(str(error).partition("\n")[0]) from None
    told = [[(name, _told(value)) for name, value in zip(columns, row) if value is not None] for row in rows]
    return Result(told, len(told))


class _Query:
    """A query as DuckDB takes it: ``tables`` that stand for log groups, and ``wanted``, the fields of events."""

    def __init__(self, text: str):
        import sqlglot
        from sqlglot import exp

        try:
            tree = sqlglot.parse_one(text, read="spark")
        except sqlglot.errors.SqlglotError as error:
            raise QueryError(str(error).partition("\n")[0]) from None
        if not isinstance(tree, exp.Query):
            raise QueryError("only SELECT is possible")
        self.tables: dict[str, list[str]] = {}
        made = {each.alias for each in tree.find_all(exp.CTE)}
        for table in list(tree.find_all(exp.Table)):
            if table.name not in made:
                self._name(table, exp)
        if not self.tables:
            raise QueryError("FROM needs a log group")
        self.wanted = self._fields(tree, exp)
        self.sql = tree.sql("duckdb")

    def _name(self, table, exp) -> None:
        """Let a table of our own stand for what FROM names."""
        if not table.name:
            raise QueryError("FROM needs a log group")
        source, own = SOURCE.fullmatch(table.name), f"group{len(self.tables)}"
        self.tables[own] = QUOTED.findall(source[1]) if source else [table.name]
        alias = table.alias or table.name
        table.set("this", exp.to_identifier(own))
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))

    def _fields(self, tree, exp) -> list[str]:
        """The fields that the query takes from events; ``a.b`` is one, where a is no table."""
        named = {each.alias for each in tree.find_all(exp.Alias)}
        tables = {each.alias for each in (*tree.find_all(exp.Table), *tree.find_all(exp.Subquery))} | {
            each.alias for each in tree.find_all(exp.CTE)}  # fmt: skip
        found: dict[str, None] = {}
        for column in list(tree.find_all(exp.Column)):
            if column.table and column.table not in tables:
                column.replace(exp.column(f"{column.table}.{column.name}", quoted=True))
                found[f"{column.table}.{column.name}"] = None
            elif column.name not in SYSTEM and not isinstance(column.this, exp.Star):
                inside = column.find_ancestor(exp.Alias)
                if column.name not in named or (inside is not None and inside.alias == column.name):
                    found[column.name] = None
        return list(found)


def _table(events: Sequence, wanted: list[str]):
    import pyarrow

    columns = list(zip(*events)) or [()] * len(SYSTEM)
    kinds = [pyarrow.timestamp("ms") if name in TIMES else pyarrow.string() for name in SYSTEM]
    arrays = [pyarrow.array(column, kind) for column, kind in zip(columns, kinds)]
    parsed = [fields.document(event.message) for event in events]
    for name in wanted:
        values = [fields.value(event.message, document, name) for event, document in zip(events, parsed)]
        numbers = [_number(value) for value in values]
        textual = any(value is not None and number is None for value, number in zip(values, numbers))
        arrays.append(pyarrow.array(values, pyarrow.string()) if textual else pyarrow.array(numbers, pyarrow.float64()))
    return pyarrow.Table.from_arrays(arrays, [*SYSTEM, *wanted])


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _told(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
