"""Labels of time series: the default ones, and the expressions in those that requests give.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from statistics import fmean, pstdev

from emulator.engines.metric_math import Series
from emulator.services.cloudwatch.queries import Source

_PART = re.compile(r"\$\{([A-Z_]+)(?:\('([^']*)'\))?\}")

_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "AVG": fmean, "MAX": max, "MIN": min, "SUM": math.fsum, "STDDEV": pstdev, "FIRST": lambda values: values[0],
    "LAST": lambda values: values[-1], "RANGE": lambda values: max(values) - min(values),
}  # fmt: skip
_PLACES: dict[str, Callable[[dict[int, float]], int]] = {
    "MAX": lambda points: max(points, key=points.__getitem__),
    "MIN": lambda points: min(points, key=points.__getitem__),
    "FIRST": min, "LAST": max,
}  # fmt: skip


def defaults(sources: list[Source]) -> list[str]:
    """Labels that tell series apart: their metrics' names, and of equal names what else differs."""
    return [_default(each, [other for other in sources if other.name == each.name]) for each in sources]


def _default(source: Source, alike: list[Source]) -> str:
    parts = []
    if any(each.namespace != source.namespace for each in alike):
        parts.append(source.namespace)
    for name, value in source.dimensions:
        if any((name, value) not in each.dimensions for each in alike):
            parts.append(value)
    parts.append(source.name)
    if any(each.stat != source.stat for each in alike):
        parts.append(source.stat)
    if any(each.period != source.period for each in alike):
        parts.append(str(source.period))
    return " ".join(parts)


def zone(option: str | None) -> timezone:
    """The time zone of LabelOptions: ``+0130``."""
    if not option:
        return UTC
    sign = -1 if option[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(option[1:3]), minutes=int(option[3:5])))


def filled(text: str, series: Series, default: str, at: timezone, where: dict[str, str], now: float) -> str:
    """A label with its expressions worked out; ``where`` holds AccountId and Region."""

    def part(match: re.Match) -> str:
        name, property = match[1], match[2]
        if name == "LABEL":
            return default
        if name == "PROP":
            return _property(series.source, property or "", where)
        if name == "DATAPOINT_COUNT":
            return str(len(series.points))
        if name in _NUMBERS:
            return f"{_NUMBERS[name](list(series.points.values())):.10g}" if series.points else "--"
        return _time(name, series, at, now) or match[0]

    return _PART.sub(part, text)


def _property(source, name: str, where: dict[str, str]) -> str:
    if name in where:
        return where[name]
    if not isinstance(source, Source):
        return ""
    if name.startswith("Dim."):
        return dict(source.dimensions).get(name[4:], "")
    named = {
        "MetricName": source.name, "Namespace": source.namespace, "Stat": source.stat, "Period": str(source.period)
    }  # fmt: skip
    return named.get(name, "")


def _time(name: str, series: Series, at: timezone, now: float) -> str:
    """MAX_TIME and the like, as a time or as what has passed since; empty for a name that is none."""
    relative = name.endswith("_TIME_RELATIVE")
    place = _PLACES.get(name.removesuffix("_RELATIVE").removesuffix("_TIME")) if "_TIME" in name else None
    if place is None:
        return ""
    if not series.points:
        return "--"
    moment = place(series.points)
    if relative:
        return str(timedelta(seconds=int(now - moment)))
    return datetime.fromtimestamp(moment, at).strftime("%Y-%m-%d %H:%M:%S %Z")
