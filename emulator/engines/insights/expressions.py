"""From expressions to SQL over a relation."""

from collections.abc import Callable

from emulator.engines.insights.functions import milliseconds, rounded
from emulator.engines.insights.relation import Relation
from emulator.engines.insights.syntax import Expression, QueryError
from emulator.engines.insights.typed import Typed, number, quoted, text, truth

WORDS = {"true": Typed("TRUE", "bool"), "false": Typed("FALSE", "bool"), "null": Typed("NULL", "text")}
COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
Inner = Callable[[Expression], Typed]


def is_aggregate(relation: Relation, expression: Expression) -> bool:
    """Whether an expression has an aggregate in it."""
    if expression.kind == "call" and expression.value in relation.plan.dialect.aggregates:
        return True
    return any(is_aggregate(relation, each) for each in expression.parts)


def value(relation: Relation, expression: Expression) -> Typed:
    """The value of an expression in a row. Raises QueryError."""
    if is_aggregate(relation, expression):
        raise QueryError(f"Aggregate functions are only allowed in stats: {expression.written}")
    return _compiled(relation, expression, lambda inner: value(relation, inner))


def aggregate(relation: Relation, expression: Expression) -> Typed:
    """An expression over groups: aggregates, and what is reckoned of them. Raises QueryError."""
    aggregates = relation.plan.dialect.aggregates
    if expression.kind == "call" and expression.value in aggregates:
        build = _checked(aggregates, expression)
        given = [value(relation, each) for each in expression.parts if each.kind != "star"]
        timed = "@timestamp" in relation.columns or relation.sides
        return build(given, relation.column("@timestamp").sql if timed else "1")
    if not is_aggregate(relation, expression) and expression.kind not in ("number", "text"):
        raise QueryError(f"Only aggregate functions are allowed in stats: {expression.written}")
    return _compiled(relation, expression, lambda inner: aggregate(relation, inner))


def _compiled(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    kind, given = expression.kind, expression.value
    if kind == "field":
        return WORDS.get(given.lower()) or relation.column(given)
    if kind == "number":
        return Typed(repr(int(given)) if given == int(given) else repr(given), "number")
    if kind == "period":
        return Typed(str(milliseconds(given)), "number")
    if kind == "text":
        return Typed(quoted(given), "text")
    if kind == "call":
        return _call(relation, expression, inner)
    if kind == "operator":
        first, *rest = expression.parts
        if rest and rest[0].kind == "query":
            return _among(relation, given, inner(first), rest[0])
        return _operated(given, inner(first), [each if each.kind == "regex" else inner(each) for each in rest])
    raise QueryError(f"{expression.written} is not possible here")


def _call(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    form = relation.plan.dialect.forms.get(expression.value)
    if form is not None:
        return form(relation, expression, inner)
    return _checked(relation.plan.dialect.functions, expression)([inner(each) for each in expression.parts])


def cut(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    """bin, datefloor, dateceil: a time, by default the event's, cut to a period."""
    name, parts = expression.value, expression.parts
    if not parts or parts[-1].kind != "period" or len(parts) > 2 or (name != "bin" and len(parts) == 1):
        raise QueryError(f"{expression.written}: a period is needed")
    of = inner(parts[0]) if len(parts) == 2 else relation.column("@timestamp")
    return rounded(number(of), parts[-1].value, up=name == "dateceil")


def now(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    """Seconds since the epoch."""
    return Typed(str(relation.plan.now // 1000), "number")


def unmask(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    """A field as it is in the event before data protection."""
    parts = expression.parts
    if len(parts) != 1 or parts[0].kind != "field":
        raise QueryError(f"{expression.written}: a field is needed")
    return relation.column(f"unmask({parts[0].value})")


FORMS = {"bin": cut, "datefloor": cut, "dateceil": cut, "now": now, "unmask": unmask}


def _checked(table: dict, expression: Expression):
    """What makes the SQL of a call. Raises QueryError."""
    name = expression.value
    if name not in table:
        raise QueryError(f"Unknown function {name}")
    fewest, most, build = table[name]
    if not fewest <= len(expression.parts) <= most:
        raise QueryError(f"Invalid arguments for function {name}")
    return build


def _among(relation: Relation, operator: str, left: Typed, query: Expression) -> Typed:
    """Whether a value is among the first field of a query's rows."""
    nested = relation.nest(query.value)
    found = text(nested.column(nested.names()[0]))
    rows = f"SELECT {found} FROM {nested.sql} WHERE {found} IS NOT NULL"
    return Typed(f"coalesce({text(left)} {operator.upper()} ({rows}), FALSE)", "bool")


def _operated(operator: str, left: Typed, right: list) -> Typed:
    """The value of an operator; a pattern on its right stands as the expression that it is."""
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
        found = " OR ".join(compared("=", left, each) for each in right) or "FALSE"
        return Typed(f"({found})" if operator == "in" else f"(NOT ({found}))", "bool")
    if operator in COMPARISONS:
        return Typed(compared(COMPARISONS[operator], *values), "bool")
    first, second = map(number, values)
    if operator == "^":
        return Typed(f"pow({first}, {second})", "number")
    if operator in ("/", "%"):
        return Typed(f"(CAST({first} AS DOUBLE) {operator} nullif({second}, 0))", "number")
    return Typed(f"({first} {operator} {second})", "number")


def _like(given: str, pattern) -> str:
    if isinstance(pattern, Expression):
        return f"regexp_matches({given}, {quoted(pattern.value)}, 's')"
    return f"contains({given}, {pattern.sql})"


def compared(operator: str, left: Typed, right: Typed) -> str:
    """Numbers where both are, else texts."""
    if "number" in (left.kind, right.kind) or "time" in (left.kind, right.kind):
        return f"({number(left)} {operator} {number(right)})"
    if "bool" in (left.kind, right.kind):
        return f"({truth(left)} {operator} {truth(right)})"
    first, second = number(left), number(right)
    numbers = f"{first} IS NOT NULL AND {second} IS NOT NULL"
    return f"(CASE WHEN {numbers} THEN {first} {operator} {second} ELSE {text(left)} {operator} {text(right)} END)"


__all__ = ["FORMS", "aggregate", "compared", "value"]
