"""From the commands of a query to SQL: each command is a relation over the one before.

``wanted`` are the fields of events that the query names and that no command makes: the caller has to provide them, as
columns of texts, besides those of every event.
"""

import json
import re

from emulator.engines.insights.functions import AGGREGATES, FUNCTIONS, is_aggregate, rounded
from emulator.engines.insights.syntax import Command, Expression, Named, QueryError
from emulator.engines.insights.typed import Typed, identifier, number, quoted, sortable, text, truth

SYSTEM = {"@timestamp": "time", "@ingestionTime": "time", "@message": "text", "@logStream": "text", "@log": "text",
          "@ptr": "text"}  # fmt: skip
UNGROUPED = ("@timestamp", "@message")  # what is shown where nothing says what is
TABLES = "lookup:"  # before the name of a lookup table, as the SQL knows it
GROUP = re.compile(r"\(\?P?<(\w+)>")
PATTERN = (("@pattern", "text"), ("@ratio", "number"), ("@sampleCount", "number"), ("@severityLabel", "text"))


class Compiler:
    """Compiles commands one after the other; ``sql`` is the relation so far, ``columns`` its columns' kinds."""

    def __init__(self, now: int):
        self.now = now
        self.sql = "events"
        self.columns: dict[str, str] = dict(SYSTEM)
        self.wanted: dict[str, None] = {}
        self.shown: list[str] = []
        self.order: list[tuple[str, bool]] = [(identifier("@timestamp"), True)]
        self.grouped = False
        self.matched = "events"  # the relation after the last filter

    def compile(self, commands: list[Command]) -> None:
        for command in commands:
            getattr(self, f"_{command.kind}")(*command.parts)

    def result(self, limit: int) -> tuple[list[str], str]:
        """The names of what is shown, and the SQL of the rows, all texts."""
        names = list(dict.fromkeys(self.shown or ([] if self.grouped else UNGROUPED)))
        if not self.grouped and "@ptr" not in names:
            names.append("@ptr")
        shown = ", ".join(f"{text(self._column(name))} AS {identifier(name)}" for name in names)
        return names, f"SELECT {shown} FROM {self.sql}{self._ordered()} LIMIT {limit}"

    def _ordered(self) -> str:
        order = ", ".join(f"{sql} {'DESC' if down else 'ASC'} NULLS LAST" for sql, down in self.order)
        return f" ORDER BY {order}" if order else ""

    def _wrap(self, select: str, rest: str = "") -> None:
        self.sql = f"(SELECT {select} FROM {self.sql}{rest})"

    # Commands

    def _fields(self, *named: Named) -> None:
        for each in named:
            self._set(each.name, self._value(each.expression))
        self.shown += [each.name for each in named]

    def _display(self, *named: Named) -> None:
        self.shown = []
        self._fields(*named)

    def _set(self, name: str, value: Typed) -> None:
        """A column is added, or takes another's place."""
        if name in self.columns and value.sql == identifier(name):
            return
        kept = "*" if name not in self.columns else f"* EXCLUDE ({identifier(name)})"
        self._wrap(f"{kept}, {value.sql} AS {identifier(name)}")
        self.columns[name] = value.kind

    def _filter(self, condition: Expression) -> None:
        self._wrap("*", f" WHERE {truth(self._value(condition))}")
        if not self.grouped:
            self.matched = self.sql

    def _sort(self, *orders: tuple[Expression, bool]) -> None:
        self.order = [(sql, down) for expression, down in orders for sql in sortable(self._value(expression))]

    def _limit(self, count: int) -> None:
        self._wrap("*", f"{self._ordered()} LIMIT {count}")

    def _dedup(self, *keys: Expression) -> None:
        values = [text(self._value(each)) for each in keys]
        absent = " OR ".join(f"{value} IS NULL" for value in values)
        numbered = f"row_number() OVER (PARTITION BY {', '.join(values)}{self._ordered()}) = 1"
        self._wrap("*", f" QUALIFY {absent} OR {numbered}")

    def _parse(self, source: Expression | None, kind: str, pattern: str, names: tuple[str, ...]) -> None:
        value = text(self._value(source)) if source is not None else identifier("@message")
        if kind == "glob":
            expression, groups = _glob(pattern, names)
        else:
            expression, groups = _groups(pattern)
        literal = quoted(expression)
        for name, number_ in groups.items():
            found = f"regexp_extract({value}, {literal}, {number_}, 's')"
            self._set(name, Typed(f"CASE WHEN regexp_matches({value}, {literal}, 's') THEN {found} END", "text"))
            self.shown.append(name)

    def _unnest(self, source: Expression, name: str) -> None:
        value = self._value(source)
        whole = value.sql if value.kind == "json" else f"TRY_CAST({text(value)} AS JSON)"
        kept = "*" if name not in self.columns else f"* EXCLUDE ({identifier(name)})"
        self._wrap(f"{kept}, unnest(json_extract({whole}, '$[*]')) AS {identifier(name)}")
        self.columns[name] = "json"

    def _lookup(self, table: str, pairs: tuple, outputs: tuple[str, ...]) -> None:
        """Columns of a lookup table, where its others are as the fields; nothing where no row fits."""
        keys = [f'{identifier(column)} AS "__key{at}"' for at, (column, _) in enumerate(pairs)]
        found = [f'{identifier(name)} AS "__found{at}"' for at, name in enumerate(outputs)]
        first = ", ".join(identifier(column) for column, _ in pairs)
        rows = f"(SELECT DISTINCT ON ({first}) {', '.join(keys + found)} FROM {identifier(TABLES + table)})"
        values = [text(self._value(field)) for _, field in pairs]
        on = " AND ".join(f'{value} = "__key{at}"' for at, value in enumerate(values))
        hidden = [identifier(name) for name in outputs if name in self.columns]
        hidden += [f'"__key{at}"' for at in range(len(pairs))] + [f'"__found{at}"' for at in range(len(outputs))]
        shown = ", ".join(f'"__found{at}" AS {identifier(name)}' for at, name in enumerate(outputs))
        self.sql = f"(SELECT * EXCLUDE ({', '.join(hidden)}), {shown} FROM {self.sql} LEFT JOIN {rows} ON {on})"
        self.columns |= dict.fromkeys(outputs, "text")
        self.shown += outputs

    def _pattern(self, source: Expression) -> None:
        found = f"pattern_of({text(self._value(source))})"
        label = "CASE WHEN regexp_matches(p, '(?i)\\b(error|fatal|exception)\\b') THEN 'Error' " \
                "WHEN regexp_matches(p, '(?i)\\bwarn(ing)?\\b') THEN 'Warn' WHEN regexp_matches(p, '(?i)\\binfo\\b') " \
                "THEN 'Info' ELSE 'NONE' END"  # fmt: skip
        self.sql = (
            f'(SELECT p AS "@pattern", count(*) / sum(count(*)) OVER () AS "@ratio", count(*) AS "@sampleCount", '
            f'{label} AS "@severityLabel" FROM (SELECT {found} AS p FROM {self.sql}) WHERE p IS NOT NULL GROUP BY p)'
        )
        self._regroup(dict(PATTERN), [(identifier("@sampleCount"), True), (identifier("@pattern"), False)])

    def _stats(self, named: tuple[Named, ...], by: tuple[Named, ...]) -> None:
        groups = [(each.name, self._value(each.expression)) for each in by]
        found = [(each.name, self._aggregate(each.expression)) for each in named]
        columns = ", ".join(f"{value.sql} AS {identifier(name)}" for name, value in (*groups, *found))
        positions = ", ".join(str(number_) for number_ in range(1, len(groups) + 1))
        self._wrap(columns, f" GROUP BY {positions}" if groups else "")
        self._regroup({name: value.kind for name, value in (*groups, *found)},
                      [(identifier(name), value.kind == "time") for name, value in groups])  # fmt: skip

    def _regroup(self, columns: dict[str, str], order: list[tuple[str, bool]]) -> None:
        self.columns, self.shown, self.order, self.grouped = columns, list(columns), order, True

    # Expressions

    def _column(self, name: str) -> Typed:
        """A column; part of a JSON column; else a field of the events, which then is wanted."""
        if name in self.columns:
            return Typed(identifier(name), self.columns[name])
        head, path = name, []
        while "." in head:
            head, _, last = head.rpartition(".")
            path.insert(0, last)
            if self.columns.get(head) == "json":
                steps = "".join(f"[{step}]" if step.isdigit() else f".{json.dumps(step)}" for step in path)
                return Typed(f"json_extract({identifier(head)}, {quoted('$' + steps)})", "json")
        if self.grouped:
            return Typed("NULL", "text")
        self.wanted[name] = None
        self.columns[name] = "text"
        return Typed(identifier(name), "text")

    def _value(self, expression: Expression) -> Typed:
        if is_aggregate(expression):
            raise QueryError(f"Aggregate functions are only allowed in stats: {expression.written}")
        return self._compiled(expression, self._value)

    def _aggregate(self, expression: Expression) -> Typed:
        """An expression over groups: aggregates, and what is reckoned of them."""
        if expression.kind == "call" and expression.value in AGGREGATES:
            build = _checked(AGGREGATES, expression)
            given = [self._value(each) for each in expression.parts if each.kind != "star"]
            return build(given, identifier("@timestamp") if "@timestamp" in self.columns else "1")
        if not is_aggregate(expression) and expression.kind not in ("number", "text"):
            raise QueryError(f"Only aggregate functions are allowed in stats: {expression.written}")
        return self._compiled(expression, self._aggregate)

    def _compiled(self, expression: Expression, inner) -> Typed:
        kind, value = expression.kind, expression.value
        if kind == "field":
            return self._constant(value) or self._column(value)
        if kind == "number":
            return Typed(repr(int(value)) if value == int(value) else repr(value), "number")
        if kind == "text":
            return Typed(quoted(value), "text")
        if kind == "call":
            return self._call(expression, inner)
        if kind == "operator":
            left, *right = (each if each.kind == "regex" else inner(each) for each in expression.parts)
            return _operated(value, left, right)
        raise QueryError(f"{expression.written} is not possible here")

    @staticmethod
    def _constant(name: str) -> Typed | None:
        words = {"true": Typed("TRUE", "bool"), "false": Typed("FALSE", "bool"), "null": Typed("NULL", "text")}
        return words.get(name.lower())

    def _call(self, expression: Expression, inner) -> Typed:
        name, parts = expression.value, expression.parts
        if name in ("bin", "datefloor", "dateceil"):
            moment = "@timestamp" if len(parts) == 1 else None
            if not parts or parts[-1].kind != "period" or len(parts) > 2:
                raise QueryError(f"{expression.written}: a period is needed")
            of = self._column(moment) if moment else inner(parts[0])
            return rounded(number(of), parts[-1].value, up=name == "dateceil")
        if name == "now":
            return Typed(str(self.now // 1000), "number")
        return _checked(FUNCTIONS, expression)([inner(each) for each in parts])


def _checked(table: dict, expression: Expression):
    """What makes the SQL of a call. Raises QueryError."""
    name = expression.value
    if name not in table:
        raise QueryError(f"Unknown function {name}")
    fewest, most, build = table[name]
    if not fewest <= len(expression.parts) <= most:
        raise QueryError(f"Invalid arguments for function {name}")
    return build


def _operated(operator: str, left: Typed, right: list) -> Typed:
    values = [left, *right]
    if operator in ("and", "or"):
        return Typed("(" + f" {operator.upper()} ".join(map(truth, values)) + ")", "bool")
    if operator == "not":
        return Typed(f"(NOT {truth(values[0])})", "bool")
    if operator == "negative":
        return Typed(f"(-{number(values[0])})", "number")
    if operator in ("like", "not like"):
        found = _like(text(left), right[0])
        return Typed(found if operator == "like" else f"(NOT {found})", "bool")
    if operator in ("in", "not in"):
        found = " OR ".join(_compare("=", left, each) for each in right) or "FALSE"
        return Typed(f"({found})" if operator == "in" else f"(NOT ({found}))", "bool")
    if operator in ("=", "!=", "<", "<=", ">", ">="):
        return Typed(_compare("<>" if operator == "!=" else operator, *values), "bool")
    first, second = map(number, values)
    if operator == "^":
        return Typed(f"pow({first}, {second})", "number")
    if operator in ("/", "%"):
        return Typed(f"(CAST({first} AS DOUBLE) {operator} nullif({second}, 0))", "number")
    return Typed(f"({first} {operator} {second})", "number")


def _like(value: str, pattern) -> str:
    if isinstance(pattern, Expression):
        return f"regexp_matches({value}, {quoted(pattern.value)}, 's')"
    return f"contains({value}, {pattern.sql})"


def _compare(operator: str, left: Typed, right: Typed) -> str:
    """Numbers where both are, else texts."""
    if "number" in (left.kind, right.kind) or "time" in (left.kind, right.kind):
        return f"({number(left)} {operator} {number(right)})"
    if "bool" in (left.kind, right.kind):
        return f"({truth(left)} {operator} {truth(right)})"
    first, second = number(left), number(right)
    numbers = f"{first} IS NOT NULL AND {second} IS NOT NULL"
    return f"(CASE WHEN {numbers} THEN {first} {operator} {second} ELSE {text(left)} {operator} {text(right)} END)"


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
