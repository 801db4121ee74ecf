"""The functions of queries, as tables by their names in lower case.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Sequence

import orjson

from emulator.engines.insights.syntax import QueryError
from emulator.engines.insights.tokens import pattern_of
from emulator.engines.insights.typed import Typed, number, sortable, text
from emulator.engines.log_transformers import grok

Arguments = Sequence[Typed]

UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
MOST_RANGES = 1000  # of a histogram
CALENDAR = {"mo": "month", "q": "quarter", "y": "year"}
WORDS = {"milli": "ms", "msec": "ms", "sec": "s", "min": "m", "hour": "h", "hr": "h", "day": "d", "week": "w",
         "mon": "mo", "quart": "q", "qtr": "q", "year": "y", "yr": "y"}  # fmt: skip


def period(value: str) -> tuple[int, str]:
    """How many, of which unit (a key of UNITS or CALENDAR)."""
    count, unit = re.fullmatch(r"(\d+)\s*(\w+)", value).groups()
    unit = unit.lower()
    if unit not in UNITS and unit not in CALENDAR:
        unit = next(short for start, short in WORDS.items() if unit.startswith(start))
    return int(count), unit


def milliseconds(written: str) -> int:
    """A period that is always as long. Raises QueryError."""
    count, unit = period(written)
    if unit not in UNITS:
        raise QueryError(f"{written}: the period has no fixed length")
    return count * UNITS[unit]


def rounded(moment: str, written: str, up: bool = False) -> Typed:
    """A time cut to a period, or its end."""
    count, unit = period(written)
    if unit in CALENDAR:
        if count != 1:
            raise QueryError(f"{written}: only one {CALENDAR[unit]} is possible")
        start = f"date_trunc('{CALENDAR[unit]}', make_timestamp(CAST({moment} AS BIGINT) * 1000))"
        start = f"{start} + INTERVAL 1 {CALENDAR[unit]}" if up else start
        return Typed(f"epoch_ms({start})", "time")
    size = count * UNITS[unit]
    cut = f"CAST(floor({moment} / {size}) AS BIGINT) * {size}"
    return Typed(f"(CAST(ceil({moment} / {size}) AS BIGINT) * {size})" if up else f"({cut})", "time")


def _numeric(sql: str) -> Callable[[Arguments], Typed]:
    return lambda given: Typed(f"{sql}({', '.join(map(number, given))})", "number")


def _textual(sql: str, kind: str = "text") -> Callable[[Arguments], Typed]:
    return lambda given: Typed(f"{sql}({', '.join(map(text, given))})", kind)


def _logarithm(given: Arguments) -> Typed:
    x = number(given[0])
    return Typed(f"CASE WHEN {x} > 0 THEN ln({x}) END", "number")


def _root(given: Arguments) -> Typed:
    x = number(given[0])
    return Typed(f"CASE WHEN {x} >= 0 THEN sqrt({x}) END", "number")


def _substring(given: Arguments) -> Typed:
    length = f", CAST({number(given[2])} AS BIGINT)" if len(given) > 2 else ""
    return Typed(f"substr({text(given[0])}, CAST({number(given[1])} AS BIGINT) + 1{length})", "text")


def common(given: Arguments) -> str:
    """The kind that some values are all of: theirs, or text where they differ."""
    kinds = {each.kind for each in given if each.sql != "NULL"}
    return kinds.pop() if len(kinds) == 1 else "text"


def _coalesce(given: Arguments) -> Typed:
    kind = common(given)
    return Typed(f"coalesce({', '.join(each.sql if each.kind == kind else text(each) for each in given)})", kind)


def _inside(given: Arguments) -> Typed:
    return Typed(f"contains({text(given[0])}, {text(given[1])})", "bool")


# name: (fewest arguments, most, what makes the SQL)
FUNCTIONS: dict[str, tuple[int, int, Callable[[Arguments], Typed]]] = {
    "abs": (1, 1, _numeric("abs")), "ceil": (1, 1, _numeric("ceil")), "floor": (1, 1, _numeric("floor")),
    "greatest": (1, 99, _numeric("greatest")), "least": (1, 99, _numeric("least")), "log": (1, 1, _logarithm),
    "sqrt": (1, 1, _root), "round": (1, 2, _numeric("round")),
    "concat": (1, 99, lambda given: Typed("(" + " || ".join(map(text, given)) + ")", "text")),
    "isempty": (1, 1, lambda given: Typed(f"coalesce({text(given[0])} = '', TRUE)", "bool")),
    "isblank": (1, 1, lambda given: Typed(f"coalesce(trim({text(given[0])}) = '', TRUE)", "bool")),
    "ispresent": (1, 1, lambda given: Typed(f"({given[0].sql} IS NOT NULL)", "bool")),
    "coalesce": (1, 99, _coalesce),
    "ltrim": (1, 2, _textual("ltrim")), "rtrim": (1, 2, _textual("rtrim")), "trim": (1, 2, _textual("trim")),
    "strlen": (1, 1, _textual("length", "number")), "toupper": (1, 1, _textual("upper")),
    "tolower": (1, 1, _textual("lower")), "replace": (3, 3, _textual("replace")), "substr": (2, 3, _substring),
    "strcontains": (2, 2, _inside),
    "frommillis": (1, 1, lambda given: Typed(f"CAST({number(given[0])} AS BIGINT)", "time")),
    "tomillis": (1, 1, lambda given: Typed(f"CAST({number(given[0])} AS DOUBLE)", "number")),
    "isvalidip": (1, 1, _textual("is_address", "bool")), "isvalidipv4": (1, 1, _textual("is_address4", "bool")),
    "isvalidipv6": (1, 1, _textual("is_address6", "bool")), "isipinsubnet": (2, 2, _textual("in_network", "bool")),
    "isipv4insubnet": (2, 2, _textual("in_network4", "bool")),
    "isipv6insubnet": (2, 2, _textual("in_network6", "bool")),
    "jsonparse": (1, 1, lambda given: Typed(f"TRY_CAST({text(given[0])} AS JSON)", "json")),
    "jsonstringify": (1, 1, lambda given: Typed(f"CAST({given[0].sql} AS VARCHAR)", "text")),
}  # fmt: skip


def _percentile(given: Arguments) -> str:
    return f"quantile_cont({number(given[0])}, {number(given[1])} / 100.0)"


def _by_order(sql: str) -> Callable[[Arguments, str], Typed]:
    def build(given: Arguments, moment: str) -> Typed:
        order = sortable(given[0])[-1]
        return Typed(f"{sql}({given[0].sql}, {order})", given[0].kind)

    return build


def _by_time(sql: str) -> Callable[[Arguments, str], Typed]:
    return lambda given, moment: Typed(f"{sql}({given[0].sql}, {moment})", given[0].kind)


def _measured(sql: str) -> Callable[[Arguments, str], Typed]:
    return lambda given, moment: Typed(f"{sql}({number(given[0])})", "number")


def _extreme(sql: str) -> Callable[[Arguments, str], Typed]:
    """The least or greatest; a time stays one."""
    def build(given: Arguments, moment: str) -> Typed:
        kind = "time" if given[0].kind == "time" else "number"
        return Typed(f"{sql}({number(given[0])})", kind)

    return build


def _rate(given: Arguments, moment: str) -> Typed:
    """How much a field changed from the first to the last event of a group, for each interval."""
    value, interval = number(given[0]), number(given[1])
    change = f"arg_max({value}, {moment}) - arg_min({value}, {moment})"
    return Typed(f"({change}) / nullif((max({moment}) - min({moment})) / {interval}, 0)", "number")


def _histogram(given: Arguments, moment: str) -> Typed:
    """How many values are in each range, by where the range begins: AWS does not document how ranges are named."""
    count = given[1].sql
    if not count.isdecimal() or not 0 < int(count) <= MOST_RANGES:
        raise QueryError(f"histogram: the number of ranges is from 1 to {MOST_RANGES}")
    value = number(given[0])
    numbers = f"CAST(to_json(list({value}) FILTER (WHERE isfinite({value}))) AS VARCHAR)"
    return Typed(f"distribution({numbers}, '{count}')", "text")


# name: (fewest arguments, most, what makes the SQL of the arguments and the column of time)
AGGREGATES: dict[str, tuple[int, int, Callable[[Arguments, str], Typed]]] = {
    "count": (0, 1, lambda given, moment: Typed(f"count({given[0].sql if given else '*'})", "number")),
    "count_distinct": (1, 1, lambda given, moment: Typed(f"count(DISTINCT {text(given[0])})", "number")),
    "sum": (1, 1, _measured("sum")), "avg": (1, 1, _measured("avg")), "min": (1, 1, _extreme("min")),
    "max": (1, 1, _extreme("max")), "stddev": (1, 1, _measured("stddev_samp")), "median": (1, 1, _measured("median")),
    "pct": (2, 2, lambda given, moment: Typed(_percentile(given), "number")),
    "percentile": (2, 2, lambda given, moment: Typed(_percentile(given), "number")),
    "earliest": (1, 1, _by_time("arg_min")), "latest": (1, 1, _by_time("arg_max")),
    "rate": (2, 2, _rate), "sum_over_time": (1, 1, _measured("sum")), "histogram": (2, 2, _histogram),
    "count_over_time": (1, 1, lambda given, moment: Typed(f"count({given[0].sql})", "number")),
    "sortsfirst": (1, 1, _by_order("arg_min")), "sortslast": (1, 1, _by_order("arg_max")),
}  # fmt: skip


# What SQL lacks


def _address(version: int | None) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            return version in (None, ipaddress.ip_address(value).version)
        except ValueError:
            return False

    return check


def _network(version: int | None) -> Callable[[str, str], bool]:
    def check(value: str, subnet: str) -> bool:
        try:
            address = ipaddress.ip_address(value)
            return version in (None, address.version) and address in ipaddress.ip_network(subnet, strict=False)
        except (ValueError, TypeError):
            return False

    return check


def _grokked(message: str, pattern: str) -> str:
    return orjson.dumps(grok.match(pattern, message) or {}).decode()


def _distributed(numbers: str, count: str) -> str:
    """How many numbers of a JSON list are in each range of equal width; the greatest is in the last one."""
    found, ranges = orjson.loads(numbers), int(count)
    low, high = min(found), max(found)
    ranges = ranges if high > low else 1
    width = (high - low) / ranges
    counts = Counter(min(ranges - 1, int((each - low) / width)) if width else 0 for each in found)
    return orjson.dumps({f"{low + at * width:.15g}": counts[at] for at in range(ranges)}).decode()


PYTHON: dict[str, tuple[Callable, int, str]] = {  # name: (function, number of texts it takes, what it gives)
    "is_address": (_address(None), 1, "BOOLEAN"), "is_address4": (_address(4), 1, "BOOLEAN"),
    "is_address6": (_address(6), 1, "BOOLEAN"), "in_network": (_network(None), 2, "BOOLEAN"),
    "in_network4": (_network(4), 2, "BOOLEAN"), "in_network6": (_network(6), 2, "BOOLEAN"),
    "distribution": (_distributed, 2, "VARCHAR"), "pattern_of": (pattern_of, 1, "VARCHAR"),
    "grok_of": (_grokked, 2, "VARCHAR"),
}  # fmt: skip

__all__ = ["AGGREGATES", "CALENDAR", "FUNCTIONS", "PYTHON", "UNITS", "common", "milliseconds", "period", "rounded"]
