"""The functions of PPL, as tables by their names in lower case.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-ppl.html
"""

from collections.abc import Callable

from emulator.engines.insights import functions as insights
from emulator.engines.insights.expressions import Inner
from emulator.engines.insights.functions import Arguments, common, rounded
from emulator.engines.insights.relation import Relation
from emulator.engines.insights.syntax import Expression, QueryError
from emulator.engines.insights.typed import Typed, number, text, truth

CASTS = {"string": "text", "int": "number", "integer": "number", "long": "number", "float": "number",
         "double": "number", "boolean": "bool"}  # fmt: skip
WHOLE = ("int", "integer", "long")


def _numbers(pattern: str) -> Callable[[Arguments], Typed]:
    return lambda given: Typed(pattern.format(*map(number, given)), "number")


def _texts(pattern: str, kind: str = "text") -> Callable[[Arguments], Typed]:
    return lambda given: Typed(pattern.format(*map(text, given)), kind)


def _moment(pattern: str, kind: str = "number") -> Callable[[Arguments], Typed]:
    """Of a time: ``{}`` stands for it as a timestamp."""
    def build(given: Arguments) -> Typed:
        if given[0].kind == "time":
            moment = f"make_timestamp(CAST({given[0].sql} AS BIGINT) * 1000)"
        else:
            moment = f"TRY_CAST({text(given[0])} AS TIMESTAMP)"
        return Typed(pattern.format(moment, *map(text, given[1:])), kind)

    return build


def _choice(given: Arguments) -> Typed:
    """case(condition, value, …, otherwise); if(condition, value, otherwise)."""
    kind = common([*given[1::2], *([given[-1]] if len(given) % 2 else [])])
    shown = [each.sql if each.kind == kind else text(each) for each in given]
    whens = " ".join(f"WHEN {truth(given[at])} THEN {shown[at + 1]}" for at in range(0, len(given) - 1, 2))
    return Typed(f"CASE {whens} ELSE {shown[-1] if len(given) % 2 else 'NULL'} END", kind)


def _joined(given: Arguments) -> Typed:
    return Typed(f"concat_ws({', '.join(map(text, given))})", "text")


def _part(given: Arguments) -> Typed:
    length = f", CAST({number(given[2])} AS BIGINT)" if len(given) > 2 else ""
    return Typed(f"substr({text(given[0])}, CAST({number(given[1])} AS BIGINT){length})", "text")


PLAIN = {
    name: (1, 1, _numbers(f"{name}({{}})")) for name in (
        "abs", "ceil", "floor", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "degrees", "radians", "sign",
        "cbrt")
}  # fmt: skip
FUNCTIONS: dict[str, tuple[int, int, Callable[[Arguments], Typed]]] = {
    **PLAIN, "ceiling": PLAIN["ceil"], "pi": (0, 0, _numbers("pi()")), "e": (0, 0, _numbers("exp(1)")),
    "mod": (2, 2, _numbers("({} % nullif({}, 0))")), "pow": (2, 2, _numbers("pow({}, {})")),
    "power": (2, 2, _numbers("pow({}, {})")), "ln": insights.FUNCTIONS["log"],
    "log": insights.FUNCTIONS["log"], "log10": (1, 1, _numbers("CASE WHEN {0} > 0 THEN log10({0}) END")),
    "log2": (1, 1, _numbers("CASE WHEN {0} > 0 THEN log2({0}) END")), "round": insights.FUNCTIONS["round"],
    "sqrt": insights.FUNCTIONS["sqrt"], "atan2": (2, 2, _numbers("atan2({}, {})")),
    "concat": insights.FUNCTIONS["concat"], "concat_ws": (2, 99, _joined),
    "length": insights.FUNCTIONS["strlen"], "lower": (1, 1, _texts("lower({})")), "upper": (1, 1, _texts("upper({})")),
    "trim": (1, 1, _texts("trim({})")), "ltrim": (1, 1, _texts("ltrim({})")), "rtrim": (1, 1, _texts("rtrim({})")),
    "substring": (2, 3, _part), "substr": (2, 3, _part), "replace": insights.FUNCTIONS["replace"],
    "reverse": (1, 1, _texts("reverse({})")), "ascii": (1, 1, _texts("ascii({})", "number")),
    "position": (2, 2, _texts("position({} IN {})", "number")), "locate": (2, 2, _texts("strpos({1}, {0})", "number")),
    "like": (2, 2, _texts("coalesce({} LIKE {}, FALSE)", "bool")),
    "isnull": (1, 1, lambda given: Typed(f"({given[0].sql} IS NULL)", "bool")),
    "isnotnull": (1, 1, lambda given: Typed(f"({given[0].sql} IS NOT NULL)", "bool")),
    "ispresent": insights.FUNCTIONS["ispresent"], "isempty": insights.FUNCTIONS["isempty"],
    "isblank": insights.FUNCTIONS["isblank"], "ifnull": insights.FUNCTIONS["coalesce"],
    "coalesce": insights.FUNCTIONS["coalesce"],
    "nullif": (2, 2, _texts("nullif({}, {})")), "if": (3, 3, _choice), "case": (2, 99, _choice),
    "md5": (1, 1, _texts("md5({})")), "sha1": (1, 1, _texts("sha1({})")),
    "cidrmatch": insights.FUNCTIONS["isipinsubnet"],
    "json_extract": (2, 2, _texts("json_extract_string(TRY_CAST({} AS JSON), {})")),
    "json_valid": (1, 1, _texts("coalesce(json_valid({}), FALSE)", "bool")),
    "json_array_length": (1, 1, _texts("json_array_length(TRY_CAST({} AS JSON))", "number")),
    **{name: (1, 1, _moment(f"{name}({{}})")) for name in (
        "year", "quarter", "month", "week", "day", "hour", "minute", "second", "dayofweek", "dayofyear")},
    **{name: (1, 1, _moment(f"{name}({{}})", "text")) for name in ("monthname", "dayname")},
    "unix_timestamp": (1, 1, _moment("epoch({})")), "date": (1, 1, _moment("strftime({}, '%Y-%m-%d')", "text")),
    "timestamp": (1, 1, _moment("epoch_ms({})", "time")),
    "from_unixtime": (1, 1, lambda given: Typed(f"CAST({number(given[0])} * 1000 AS BIGINT)", "time")),
}  # fmt: skip
AGGREGATES = {name: insights.AGGREGATES[name] for name in ("count", "sum", "avg", "min", "max", "median", "percentile")}
AGGREGATES |= {
    "distinct_count": insights.AGGREGATES["count_distinct"], "dc": insights.AGGREGATES["count_distinct"],
    "first": insights.AGGREGATES["earliest"], "last": insights.AGGREGATES["latest"],
    **{name: (1, 1, lambda given, moment, name=name: Typed(f"{name}({number(given[0])})", "number"))
       for name in ("stddev_samp", "stddev_pop", "var_samp", "var_pop")},
}  # fmt: skip


def span(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    """A time cut to a period, or a number to a multiple."""
    if len(expression.parts) != 2:
        raise QueryError(f"{expression.written}: a field and a length are needed")
    of, length = expression.parts
    if length.kind == "period":
        return rounded(number(inner(of)), length.value)
    size = number(inner(length))
    return Typed(f"(floor({number(inner(of))} / {size}) * {size})", "number")


def now(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    return Typed(str(relation.plan.now), "time")


def cast(relation: Relation, expression: Expression, inner: Inner) -> Typed:
    of, (_, kind, *_) = inner(expression.parts[0]), expression.parts[1]
    if kind not in CASTS:
        raise QueryError(f"{expression.written}: the type is not known")
    if CASTS[kind] == "text":
        return Typed(text(of), "text")
    if CASTS[kind] == "bool":
        return Typed(f"TRY_CAST({text(of)} AS BOOLEAN)", "bool")
    return Typed(f"trunc({number(of)})" if kind in WHOLE else number(of), "number")


FORMS = {"span": span, "now": now, "cast": cast}
