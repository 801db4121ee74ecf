"""Metrics Insights: ``SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) GROUP BY InstanceId``, parsed.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

GRAMMAR = r"""
start: "SELECT"i FUNCTION "(" name ")" "FROM"i source [where] [group] [order] [limit]
source: "SCHEMA"i "(" name ("," name)* ")" -> schema
    | name -> namespace
where: "WHERE"i condition ("AND"i condition)*
condition: name OPERATOR value
group: "GROUP"i "BY"i name ("," name)*
order: "ORDER"i "BY"i FUNCTION "(" ")" [DIRECTION]
limit: "LIMIT"i NUMBER
name: QUOTED | PLAIN
value: TEXT
FUNCTION.2: /(AVG|COUNT|MAX|MIN|SUM)(?=\s*\()/i
DIRECTION.2: /(ASC|DESC)\b/i
OPERATOR: "=" | "!="
NUMBER: /\d+/
TEXT: /'[^']*'/
QUOTED: /"[^"]*"/
PLAIN: /[A-Za-z_][A-Za-z0-9_.\-\/]*/
%ignore /\s+/
"""


class InsightsError(ValueError):
    """A query that can't be read; says why."""


class Query(NamedTuple):
    """``dimensions`` are what a metric's must be, None for any; ``where`` holds (label, equal?, value)."""

    function: str
    metric: str
    namespace: str
    dimensions: tuple[str, ...] | None
    where: tuple[tuple[str, bool, str], ...]
    group: tuple[str, ...]
    order: tuple[str, bool] | None
    limit: int | None

    def matches(self, namespace: str, name: str, dimensions: dict[str, str]) -> bool:
        if (namespace, name) != (self.namespace, self.metric):
            return False
        if self.dimensions is not None and sorted(dimensions) != sorted(self.dimensions):
            return False
        return all(label in dimensions for label in self.group) and all(
            (dimensions.get(label) == value) is equal for label, equal, value in self.where
        )


@cache
def _parser():
    from lark import Lark

    return Lark(GRAMMAR, parser="earley", maybe_placeholders=True)


@lru_cache(maxsize=256)
def parse(text: str) -> Query:
    """Raises InsightsError."""
    from lark.exceptions import LarkError

    try:
        tree = _parser().parse(text)
    except LarkError as error:
        raise InsightsError(f"Invalid query: {str(error).splitlines()[0]}") from None
    function, metric, source, where, group, order, limit = tree.children
    named = [_name(each) for each in source.children]
    return Query(
        str(function).upper(), _name(metric), named[0], tuple(named[1:]) if source.data == "schema" else None,
        tuple(_condition(each) for each in where.children) if where is not None else (),
        tuple(_name(each) for each in group.children) if group is not None else (),
        (str(order.children[0]).upper(), str(order.children[1] or "").upper() == "DESC") if order is not None else None,
        int(limit.children[0]) if limit is not None else None,
    )  # fmt: skip


def _name(tree) -> str:
    return str(tree.children[0]).strip('"')


def _condition(tree) -> tuple[str, bool, str]:
    name, operator, value = tree.children
    return _name(name), str(operator) == "=", str(value.children[0])[1:-1]


# What a function of the query is among statistics, and how it ranks a series' values.
STATISTICS = {"AVG": "Average", "COUNT": "SampleCount", "MAX": "Maximum", "MIN": "Minimum", "SUM": "Sum"}
RANKS: dict[str, Callable[[list[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values), "COUNT": len, "MAX": max, "MIN": min, "SUM": sum
}  # fmt: skip
