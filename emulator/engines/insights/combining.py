"""Commands that bring rows together: of another query, of a lookup table, of those before, of all.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Join.html
"""

from emulator.engines.insights import expressions
from emulator.engines.insights.relation import Relation
from emulator.engines.insights.syntax import Expression, Query, QueryError
from emulator.engines.insights.typed import Typed, identifier, number, text

TABLES = "lookup:"  # before the name of a lookup table, as the SQL knows it
JOINS = {"inner": "INNER", "left": "LEFT"}
AT = "@@at"  # the place of a row


def join(relation: Relation, options: dict[str, str], keys: tuple[tuple[str, str], ...], query: Query) -> None:
    """Rows with those of another query whose fields are the same."""
    kind = JOINS.get(options.get("type", "inner").lower())
    if kind is None or "left" not in options or "right" not in options or options["left"] == options["right"]:
        raise QueryError("join: type is inner or left, left and right name its two sides")
    left, right = options["left"], options["right"]
    other = relation.nest(query)

    def on() -> str:
        return " AND ".join(f"{_key(relation, first)} = {_key(relation, second)}" for first, second in keys)

    relation.join(left, other, right, on, kind)


def _key(relation: Relation, name: str) -> str:
    head, rest, found = relation.of_side(name)
    if not name.startswith(f"{head}."):
        raise QueryError(f"join: {name} belongs to neither side")
    return text(Typed(f"{identifier(head)}.{identifier(rest)}", found.kind))


def lookup(relation: Relation, table: str, pairs: tuple, outputs: tuple[str, ...]) -> None:
    """Columns of a lookup table, where its others are as the fields; nothing where no row fits."""
    relation.plan.tables.add(table)
    keys = [f'{identifier(column)} AS "__key{at}"' for at, (column, _) in enumerate(pairs)]
    found = [f'{identifier(name)} AS "__found{at}"' for at, name in enumerate(outputs)]
    first = ", ".join(identifier(column) for column, _ in pairs)
    rows = f"(SELECT DISTINCT ON ({first}) {', '.join(keys + found)} FROM {identifier(TABLES + table)})"
    values = [text(expressions.value(relation, field)) for _, field in pairs]
    on = " AND ".join(f'{value} = "__key{at}"' for at, value in enumerate(values))
    hidden = [identifier(name) for name in outputs if name in relation.columns]
    hidden += [f'"__key{at}"' for at in range(len(pairs))] + [f'"__found{at}"' for at in range(len(outputs))]
    shown = ", ".join(f'"__found{at}" AS {identifier(name)}' for at, name in enumerate(outputs))
    relation.sql = f"(SELECT * EXCLUDE ({', '.join(hidden)}), {shown} FROM {relation.sql} LEFT JOIN {rows} ON {on})"
    relation.columns |= dict.fromkeys(outputs, "text")
    relation.shown += outputs


def addtotals(relation: Relation, options: dict[str, str], fields: tuple[Expression, ...]) -> None:
    """The sum of a row's numbers as a field; with ``col``, the sums of fields as a last row."""
    names = [each.value for each in fields] or [name for name in relation.names() if not name.startswith("@")]
    numbers = {name: number(relation.column(name)) for name in names}
    shown = relation.names()
    if options.get("row", "true").lower() == "true":
        total, some = options.get("fieldname", "Total"), " OR ".join(f"{each} IS NOT NULL" for each in numbers.values())
        added = " + ".join(f"coalesce({each}, 0)" for each in numbers.values())
        relation.set(total, Typed(f"CASE WHEN {some} THEN {added} END", "number"))
        relation.shown = [*shown, total]
    if options.get("col", "false").lower() == "true":
        _sums(relation, numbers)


def _sums(relation: Relation, numbers: dict[str, str]) -> None:
    """A last row with the sums of fields."""
    kept = {name: relation.column(name) for name in [*relation.names(), *([] if relation.grouped else ["@ptr"])]}
    shown = ", ".join(f"{text(value)} AS {identifier(name)}" for name, value in kept.items())
    sums = ", ".join(f"number_text(sum({numbers[name]}))" if name in numbers else "NULL" for name in kept)
    relation.sql = (
        f"(SELECT {shown}, row_number() OVER ({relation.ordered().strip()}) AS {identifier(AT)} FROM {relation.sql} "
        f"UNION ALL SELECT {sums}, NULL FROM {relation.sql})"
    )
    names, grouped = relation.names(), relation.grouped
    relation.regroup(dict.fromkeys(kept, "text"), [(identifier(AT), False)])
    relation.shown, relation.grouped = names, grouped
