"""The commands that PPL has besides those of Logs Insights.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-ppl.html
"""

import json

from emulator.engines.insights import commands
from emulator.engines.insights.expressions import aggregate, value
from emulator.engines.insights.relation import Relation
from emulator.engines.insights.syntax import Expression, Named, QueryError, Unsupported
from emulator.engines.insights.typed import Typed, identifier, number, quoted, text
from emulator.engines.log_transformers.grok import compiled

NUMBERS = "count(number) = count(shown) AND count(shown) > 0"
# The columns of fieldsummary, with their kinds. Fields of events have no types: what they look like tells one.
SUMMARY = {
    "Field": ("field", "text"), "COUNT": ("count(shown)", "number"),
    "COUNT_DISTINCT": ("count(DISTINCT shown)", "number"),
    "MIN": (f"CASE WHEN {NUMBERS} THEN number_text(min(number)) ELSE min(shown) END", "text"),
    "MAX": (f"CASE WHEN {NUMBERS} THEN number_text(max(number)) ELSE max(shown) END", "text"),
    "AVG": ("avg(size)", "number"), "MEAN": ("avg(size)", "number"), "STDDEV": ("stddev_samp(size)", "number"),
    "Nulls": ("count(*) - count(shown)", "number"),
    "TYPEOF": (f"CASE WHEN NOT ({NUMBERS}) THEN 'string' WHEN bool_and(number = trunc(number)) THEN 'int' "
               "ELSE 'double' END", "text"),
}  # fmt: skip
HEAD = 10  # rows of head and values of top and rare, where none are told


def fields(relation: Relation, names: tuple[str, ...], without: bool) -> None:
    """Those fields alone, or all but those."""
    for name in names:
        relation.column(name)
    relation.shown = [name for name in relation.names() if name not in names] if without else list(names)


def evaluate(relation: Relation, *named: Named) -> None:
    for each in named:
        relation.set(each.name, value(relation, each.expression))
        relation.show(each.name)


def rename(relation: Relation, *pairs: tuple[str, str]) -> None:
    for old, new in pairs:
        names = relation.names()
        relation.set(new, relation.column(old))
        relation.drop(old)
        relation.shown = [new if name == old else name for name in names]
        relation.show(new)


def head(relation: Relation, count: int | None, start: int | None) -> None:
    relation.wrap("*", f"{relation.ordered()} LIMIT {HEAD if count is None else count} OFFSET {start or 0}")


def dedup(relation: Relation, count: int, names: tuple[str, ...], keep_empty: bool) -> None:
    commands.firsts(relation, [text(relation.column(each)) for each in names], count, keep_empty)


def frequent(relation: Relation, count: int, names: tuple[str, ...], by: tuple[str, ...], rare: bool) -> None:
    """top and rare: the values that are there most or least often, for each of other values."""
    groups = [(name, value(relation, Expression("field", name))) for name in (*by, *names)]
    columns = ", ".join(f"{each.sql} AS {identifier(name)}" for name, each in groups)
    positions = ", ".join(str(at) for at in range(1, len(groups) + 1))
    within = f"PARTITION BY {', '.join(map(identifier, by))} " if by else ""
    order = ", ".join([f"times {'ASC' if rare else 'DESC'}", *map(identifier, names)])
    relation.sql = (
        f"(SELECT *, row_number() OVER ({within}ORDER BY {order}) AS place FROM (SELECT {columns}, count(*) AS times "
        f"FROM {relation.sql} GROUP BY {positions}) QUALIFY place <= {count})"
    )
    relation.regroup({name: each.kind for name, each in groups}, [*((identifier(name), False) for name in by),
                                                                  ("place", False)])  # fmt: skip


def eventstats(relation: Relation, named: tuple[Named, ...], by: tuple[Named, ...]) -> None:
    """What stats tells of a row's group, in each row."""
    within = ", ".join(value(relation, each.expression).sql for each in by)
    for each in named:
        found = aggregate(relation, each.expression)
        relation.set(each.name, Typed(f"{found.sql} OVER ({f'PARTITION BY {within}' if by else ''})", found.kind))
        relation.show(each.name)


def trendline(relation: Relation, length: int, of: str, name: str | None) -> None:
    """The mean of a field over so many rows, where there are as many."""
    found = number(relation.column(of))
    over = f"OVER ({relation.ordered().strip()} ROWS BETWEEN {length - 1} PRECEDING AND CURRENT ROW)"
    sql = f"CASE WHEN count({found}) {over} = {length} THEN avg({found}) {over} END"
    relation.set(name or f"{of}_trendline", Typed(sql, "number"))
    relation.show(name or f"{of}_trendline")


def fillnull(relation: Relation, *filled: tuple[str, Expression]) -> None:
    for name, expression in filled:
        found, other = relation.column(name), value(relation, expression)
        same = found.kind == other.kind
        sql = f"coalesce({found.sql if same else text(found)}, {other.sql if same else text(other)})"
        relation.set(name, Typed(sql, found.kind if same else "text"))
        relation.show(name)


def expand(relation: Relation, name: str, alias: str | None) -> None:
    commands.unnest(relation, Expression("field", name), alias or name)
    relation.show(alias or name)


def flatten(relation: Relation, name: str) -> None:
    """The parts of a field are fields of their own."""
    relation.flattened = (*relation.flattened, name)


def grok(relation: Relation, of: Expression, pattern: str) -> None:
    """The fields that a grok pattern finds in a text."""
    try:
        names = [name for name, _ in compiled(pattern)[1].values()]
    except ValueError as error:
        raise QueryError(f"grok: {error}") from None
    found = f"grok_of({text(value(relation, of))}, {quoted(pattern)})"
    for name in names:
        relation.set(name, Typed(f"json_extract_string({found}, {quoted('$.' + json.dumps(name))})", "text"))
        relation.show(name)


def fieldsummary(relation: Relation, names: tuple[str, ...], nulls: bool) -> None:
    """A row for each field with what its values are like; ``nulls``: whether one that is not there counts as zero.

    https://github.com/opensearch-project/opensearch-spark/blob/main/docs/ppl-lang/ppl-fieldsummary-command.md
    """
    if not (names or relation.shown):
        raise Unsupported("fieldsummary of all fields that events have")
    rows = []
    for at, name in enumerate(names or relation.names()):
        found = relation.column(name)
        shown = text(found)
        size = number(Typed(f"coalesce({shown}, '0')", "text")) if nulls else number(found)
        values = [f"{at} AS place", f"{quoted(name)} AS field", f"{shown} AS shown", f"{number(found)} AS number",
                  f"{size} AS size"]  # fmt: skip
        rows.append(f"SELECT {', '.join(values)} FROM {relation.sql}")
    columns = ", ".join(f"{sql} AS {identifier(name)}" for name, (sql, _) in SUMMARY.items())
    relation.sql = f"(SELECT place, {columns} FROM ({' UNION ALL '.join(rows)}) GROUP BY place, field)"
    relation.regroup({name: kind for name, (_, kind) in SUMMARY.items()}, [("place", False)])


COMMANDS = commands.COMMANDS | {
    "fields": fields, "eval": evaluate, "rename": rename, "head": head, "dedup": dedup, "frequent": frequent,
    "eventstats": eventstats, "trendline": trendline, "fillnull": fillnull, "expand": expand,
    "flatten": flatten, "grok": grok, "fieldsummary": fieldsummary,
}  # fmt: skip
