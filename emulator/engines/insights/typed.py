"""SQL expressions with the kind of value that they give, and how one kind is read as another.

Fields of log events have no types: what looks like a number is compared as one. ``text`` is such a value, ``json`` a
part of a document, ``time`` milliseconds since the epoch.
"""

from typing import NamedTuple


class Typed(NamedTuple):
    """``kind``: text, number, bool, time or json."""

    sql: str
    kind: str


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text(value: Typed) -> str:
    if value.kind == "number":
        return f"number_text({value.sql})"
    if value.kind == "bool":
        return f"CASE WHEN {value.sql} THEN '1' WHEN NOT {value.sql} THEN '0' END"
    if value.kind == "time":
        return f"time_text({value.sql})"
    if value.kind == "json":
        return f"json_extract_string({value.sql}, '$')"
    return value.sql


def number(value: Typed) -> str:
    if value.kind in ("number", "time"):
        return value.sql
    if value.kind == "bool":
        return f"CAST({value.sql} AS DOUBLE)"
    return f"TRY_CAST({text(value)} AS DOUBLE)"


def truth(value: Typed) -> str:
    return value.sql if value.kind == "bool" else f"coalesce({number(value)} <> 0, FALSE)"


def sortable(value: Typed) -> list[str]:
    """What to order by: numbers by size and before texts, texts by their characters."""
    if value.kind in ("number", "time", "bool"):
        return [value.sql]
    return [number(value), text(value)]


MACROS = (
    "CREATE MACRO number_text(x) AS CASE WHEN x = trunc(x) AND abs(x) < 1e15 THEN CAST(CAST(x AS BIGINT) AS VARCHAR) "
    "ELSE CAST(x AS VARCHAR) END",
    "CREATE MACRO time_text(x) AS strftime(make_timestamp(CAST(x AS BIGINT) * 1000), '%Y-%m-%d %H:%M:%S.%g')",
)
