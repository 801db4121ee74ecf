"""Commands for which rows follow each other: in the order that they are in, or in that of time.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from fnmatch import fnmatchcase

from emulator.engines.insights import expressions
from emulator.engines.insights.functions import CALENDAR, milliseconds, period, rounded
from emulator.engines.insights.relation import Relation
from emulator.engines.insights.syntax import Expression, QueryError
from emulator.engines.insights.typed import Typed, identifier, number, text

INACTIVE = "30m"  # the time without events after which a session is another one
MOST = 100_000  # times that are filled in
NEW = "@@new"  # whether a session begins


def _so_far(relation: Relation) -> str:
    """The window of a row and those before it."""
    return f"OVER ({relation.ordered().strip()} ROWS UNBOUNDED PRECEDING)"


def filldown(relation: Relation, patterns: tuple[str, ...]) -> None:
    """What a row lacks, it has of the last one before it that had it."""
    for name in relation.names():
        if not patterns or any(fnmatchcase(name, each) for each in patterns):
            found = relation.column(name)
            relation.set(name, Typed(f"last_value({found.sql} IGNORE NULLS) {_so_far(relation)}", found.kind))


def accum(relation: Relation, name: str, alias: str | None) -> None:
    """A field's sum so far, in the field's place or beside it."""
    found = number(relation.column(name))
    relation.set(alias or name, Typed(f"sum({found}) {_so_far(relation)}", "number"))
    relation.show(alias or name)


def autoregress(relation: Relation, name: str, alias: str | None, first: int, last: int) -> None:
    """A field's values of so many rows before, each as a field."""
    if not 0 < first <= last:
        raise QueryError("autoregress: p is a number of rows, or the first and the last")
    found, single = relation.column(name), alias is not None and first == last
    for lag in range(first, last + 1):
        made = alias if single else f"{alias or name}_p{lag}"
        relation.set(made, Typed(f"lag({found.sql}, {lag}) OVER ({relation.ordered().strip()})", found.kind))
        relation.show(made)


def sessionize(relation: Relation, names: tuple[str, ...], span: str | None, alias: str | None) -> None:
    """The session of an event, a number: those of one identity without a longer time between them."""
    moment, who = relation.column("@timestamp").sql, ", ".join(text(relation.column(name)) for name in names)
    since = f"{moment} - lag({moment}) OVER (PARTITION BY {who} ORDER BY {moment})"
    relation.wrap(f"*, CASE WHEN {since} <= {milliseconds(span or INACTIVE)} THEN 0 ELSE 1 END AS {identifier(NEW)}")
    session = f"sum({identifier(NEW)}) OVER (ORDER BY {who}, {moment} ROWS UNBOUNDED PRECEDING)"
    relation.set(alias or "session_id", Typed(session, "number"))
    relation.show(alias or "session_id")
    relation.wrap(f"* EXCLUDE ({identifier(NEW)})")


def fillmissing(relation: Relation, filled: tuple[tuple[Expression, str], ...]) -> None:
    """Rows for the times of the query of which there is none, for each combination of what else rows were grouped by.
    """
    if relation.bins is None:
        raise QueryError("fillmissing needs the rows of stats by bin()")
    column, length, shift, others = relation.bins
    values = {name: expressions.value(relation, expression) for expression, name in filled}
    bin_, groups = identifier(column), ", ".join(map(identifier, others))
    times = f"(SELECT unnest({_series(*relation.plan.span, length)}) + {shift} AS {bin_}) AS times"
    each = f" CROSS JOIN (SELECT DISTINCT {groups} FROM {relation.sql}) AS others" if others else ""
    same = "".join(f" AND rows.{identifier(name)} IS NOT DISTINCT FROM others.{identifier(name)}" for name in others)
    shown = []
    for name, kind in relation.columns.items():
        made = f"rows.{identifier(name)}"
        if name == column or name in others:
            made = f"{'times' if name == column else 'others'}.{identifier(name)}"
        elif name in values:
            value = number(values[name]) if kind == "number" else text(values[name])
            made = f"CASE WHEN rows.{bin_} IS NULL THEN {value} ELSE {made} END"
        shown.append(f"{made} AS {identifier(name)}")
    joined = f"{times}{each} LEFT JOIN {relation.sql} AS rows ON rows.{bin_} = times.{bin_}{same}"
    relation.sql = f"(SELECT {', '.join(shown)} FROM {joined})"


def _series(start: int, end: int, length: str) -> str:
    """The times (milliseconds) to which those from one to another are cut, as a list. Raises QueryError."""
    count, unit = period(length)
    first, last = (rounded(str(each), length).sql for each in (start, end))
    if unit not in CALENDAR:
        size = milliseconds(length)
        if (end - start) // size > MOST:
            raise QueryError(f"fillmissing: the query's time has more than {MOST} times {length}")
        return f"generate_series({first}, {last}, {size})"
    ends = ", ".join(f"make_timestamp(CAST({each} AS BIGINT) * 1000)" for each in (first, last))
    return f"list_transform(generate_series({ends}, INTERVAL {count} {CALENDAR[unit]}), lambda x: epoch_ms(x))"
