"""The commands of queries, as functions on a relation, by their words.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import re

from emulator.engines.insights import combining, patterns, sequences
from emulator.engines.insights.expressions import aggregate, value
from emulator.engines.insights.functions import milliseconds
from emulator.engines.insights.relation import Bins, Relation
from emulator.engines.insights.syntax import Expression, Named, QueryError
from emulator.engines.insights.typed import Typed, identifier, quoted, sortable, text, truth

GROUP = re.compile(r"\(\?P?<(\w+)>")


def source(relation: Relation, written: str) -> None:
    relation.plan.source = written


def fields(relation: Relation, *named: Named) -> None:
    for each in named:
        relation.set(each.name, value(relation, each.expression))
    relation.shown += [each.name for each in named]


def display(relation: Relation, *named: Named) -> None:
    relation.shown = []
    fields(relation, *named)


def where(relation: Relation, condition: Expression) -> None:
    relation.wrap("*", f" WHERE {truth(value(relation, condition))}")
    if not relation.grouped:
        relation.matched = relation.sql


def filter_index(relation: Relation, condition: Expression) -> None:
    """A filter that leaves out log groups which have not indexed its fields."""
    relation.indexed |= _fields(condition)
    where(relation, condition)


def _fields(expression: Expression) -> set[str]:
    if expression.kind == "field":
        return {expression.value}
    return {name for each in expression.parts for name in _fields(each)}


def sort(relation: Relation, *orders: tuple[Expression, bool]) -> None:
    relation.order = [(sql, down) for expression, down in orders for sql in sortable(value(relation, expression))]


def limit(relation: Relation, count: int) -> None:
    relation.wrap("*", f"{relation.ordered()} LIMIT {count}")


def dedup(relation: Relation, *keys: Expression) -> None:
    firsts(relation, [text(value(relation, each)) for each in keys], 1, keep_empty=True)


def firsts(relation: Relation, values: list[str], count: int, keep_empty: bool) -> None:
    """So many rows of each combination of values; those that lack one go, unless they are to be kept."""
    absent = " OR ".join(f"{each} IS NULL" for each in values)
    numbered = f"row_number() OVER (PARTITION BY {', '.join(values)}{relation.ordered()}) <= {count}"
    kept = f"({absent}) OR {numbered}" if keep_empty else f"NOT ({absent}) AND {numbered}"
    relation.wrap("*", f" QUALIFY {kept}")


def parse(relation: Relation, of: Expression | None, kind: str, pattern: str, names: tuple[str, ...]) -> None:
    found = text(value(relation, of)) if of is not None else relation.column("@message").sql
    expression, groups = _glob(pattern, names) if kind == "glob" else _groups(pattern)
    literal = quoted(expression)
    for name, number in groups.items():
        part = f"regexp_extract({found}, {literal}, {number}, 's')"
        relation.set(name, Typed(f"CASE WHEN regexp_matches({found}, {literal}, 's') THEN {part} END", "text"))
        relation.shown.append(name)


def _glob(pattern: str, names: tuple[str, ...]) -> tuple[str, dict[str, int]]:
    parts = pattern.split("*")
    if len(parts) - 1 != len(names):
        raise QueryError(f"parse: {len(parts) - 1} wildcards, but {len(names)} names")
    expression = "(.*?)".join(map(re.escape, parts[:-1]))
    expression += ("(.*)" if not parts[-1] else "(.*?)") + re.escape(parts[-1])
    return expression, {name: at for at, name in enumerate(names, 1)}


def _groups(pattern: str) -> tuple[str, dict[str, int]]:
    try:
        found = re.compile(GROUP.sub(r"(?P<\1>", pattern)).groupindex
    except re.error as error:
        raise QueryError(f"parse: {error}") from None
    if not found:
        raise QueryError("parse: the regular expression has no named group")
    return GROUP.sub("(", pattern), dict(found)


def unnest(relation: Relation, of: Expression, name: str) -> None:
    found = value(relation, of)
    whole = found.sql if found.kind == "json" else f"TRY_CAST({text(found)} AS JSON)"
    relation.wrap(f"{relation.without(name)}, unnest(json_extract({whole}, '$[*]')) AS {identifier(name)}")
    relation.columns[name] = "json"


def stats(relation: Relation, named: tuple[Named, ...], by: tuple[Named, ...], offset: str | None = None) -> None:
    """Rows for groups; ``offset`` is the period by which bins of time are shifted."""
    shift = milliseconds(offset) if offset else 0
    bins = [each for each in by if each.expression.value == "bin"]
    if offset and not bins:
        raise QueryError("offset needs stats by bin()")
    groups = [(each.name, value(relation, each.expression)) for each in by]
    if shift:
        groups = [(each.name, Typed(f"({found.sql} + {shift})", "time") if each in bins else found)
                  for each, (_, found) in zip(by, groups)]  # fmt: skip
    found = [(each.name, aggregate(relation, each.expression)) for each in named]
    columns = ", ".join(f"{each.sql} AS {identifier(name)}" for name, each in (*groups, *found))
    positions = ", ".join(str(at) for at in range(1, len(groups) + 1))
    relation.wrap(columns, f" GROUP BY {positions}" if groups else "")
    relation.regroup({name: each.kind for name, each in (*groups, *found)},
                     [(identifier(name), each.kind == "time") for name, each in groups])  # fmt: skip
    if bins:
        first = bins[0]
        others = tuple(each.name for each in by if each is not first)
        relation.bins = Bins(first.name, first.expression.parts[-1].value, shift, others)


def frequencies(relation: Relation, names: tuple[str, ...]) -> None:
    """How often each combination of values is there, the most frequent first."""
    count = Named(Expression("call", "count", (Expression("star", "*"),)), "_approxcount")
    stats(relation, (count,), tuple(Named(Expression("field", name), name) for name in names))
    relation.order = [(identifier("_approxcount"), True), *((identifier(name), False) for name in names)]


COMMANDS = {
    "source": source, "fields": fields, "display": display, "filter": where,
    "filter_index": filter_index, "sort": sort, "limit": limit,
    "dedup": dedup, "parse": parse, "unnest": unnest, "stats": stats, "pattern": patterns.pattern,
    "diff": patterns.diff, "lookup": combining.lookup, "join": combining.join, "addtotals": combining.addtotals,
    "filldown": sequences.filldown, "accum": sequences.accum, "autoregress": sequences.autoregress,
    "sessionize": sequences.sessionize, "fillmissing": sequences.fillmissing, "frequencies": frequencies,
}  # fmt: skip
