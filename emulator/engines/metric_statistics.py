"""Statistics of CloudWatch metrics: Average and its kin, percentiles, and the trimmed ones.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

SIMPLE = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")

Weighted = list[tuple[float, float]]  # values in ascending order, each with how often it was seen


class Summary(NamedTuple):
    """What is known of the values of a period. ``values`` is None where statistic sets hide single values."""

    count: float
    total: float
    low: float
    high: float
    values: tuple[tuple[float, float], ...] | None


def merged(parts: Iterable[Summary]) -> Summary:
    """One summary of several, at least one."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    known = all(part.values is not None for part in parts)
    return Summary(
        sum(part.count for part in parts), sum(part.total for part in parts), min(part.low for part in parts),
        max(part.high for part in parts), tuple(pair for part in parts for pair in part.values) if known else None,
    )  # fmt: skip


class Statistic(NamedTuple):
    """A statistic by its ``name``; ``of`` gives its value for a summary, None where it can't be told."""

    name: str
    of: Callable[[Summary], float | None]
    extended: bool = False


def _average(summary: Summary) -> float | None:
    return summary.total / summary.count if summary.count else None


_SIMPLE = {
    "SampleCount": lambda summary: summary.count, "Average": _average, "Sum": lambda summary: summary.total,
    "Minimum": lambda summary: summary.low, "Maximum": lambda summary: summary.high,
}  # fmt: skip

_NUMBER = r"\d+(?:\.\d{1,10})?"
_SHORT = re.compile(rf"(p|tm|tc|ts|wm)({_NUMBER})", re.IGNORECASE)
_RANGE = re.compile(r"(TM|TC|TS|WM|PR)\(([^:()]*):([^:()]*)\)", re.IGNORECASE)
_BOUND = re.compile(rf"(-?{_NUMBER})(%?)")


class Bounds(NamedTuple):
    """Where values are trimmed: in percent of how many there are, or by the values themselves. None: not there."""

    low: float | None
    high: float | None
    percent: bool


@lru_cache(maxsize=1024)
def parse(name: str) -> Statistic:
    """A statistic as requests name it. Raises ValueError for what is none."""
    if name in _SIMPLE:
        return Statistic(name, _SIMPLE[name])
    if name.upper() == "IQM":
        return _trimmed(name, "TM", Bounds(25.0, 75.0, True))
    if short := _SHORT.fullmatch(name):
        kind, percent = short[1].upper(), float(short[2])
        if percent > 100:
            raise ValueError(name)
        if kind == "P":
            return Statistic(name, _with_values(lambda values: percentile(values, percent)), True)
        return _trimmed(name, kind, Bounds(None, percent, True))
    if ranged := _RANGE.fullmatch(name):
        return _trimmed(name, ranged[1].upper(), _bounds(name, ranged[2], ranged[3]))
    raise ValueError(name)


def _bounds(name: str, low: str, high: str) -> Bounds:
    found = [_BOUND.fullmatch(each) for each in (low, high)]
    if not any(found) or any(text and match is None for text, match in zip((low, high), found)):
        raise ValueError(name)
    units = {match[2] for match in found if match}
    numbers = [float(match[1]) if match else None for match in found]
    percent = units == {"%"}
    if len(units) > 1 or (percent and any(each is not None and each > 100 for each in numbers)):
        raise ValueError(name)
    if None not in numbers and numbers[0] > numbers[1]:
        raise ValueError(name)
    return Bounds(numbers[0], numbers[1], percent)


def _trimmed(name: str, kind: str, bounds: Bounds) -> Statistic:
    if kind == "PR" and bounds.percent:
        raise ValueError(name)
    return Statistic(name, _with_values(lambda values: _TRIMMED[kind](values, bounds)), True)


def _with_values(function: Callable[[Weighted], float | None]) -> Callable[[Summary], float | None]:
    """For statistics that need every value. A set of equal values tells them all; negative ones have no percentiles."""

    def of(summary: Summary) -> float | None:
        values = summary.values
        if values is None:
            if summary.count != 1 and summary.low != summary.high:
                return None
            values = ((summary.low, summary.count),)
        ordered = sorted(values)
        return function(ordered) if ordered and ordered[0][0] >= 0 else None

    return of


def weight(values: Weighted) -> float:
    return sum(count for _, count in values)


def percentile(values: Weighted, percent: float) -> float:
    """The lowest value that ``percent`` of all don't exceed."""
    wanted, seen = weight(values) * percent / 100, 0.0
    for value, count in values:
        seen += count
        if seen + 1e-9 >= wanted:
            return value
    return values[-1][0]


def _kept(values: Weighted, bounds: Bounds) -> Weighted:
    """What lies within the bounds: above the lower and up to the upper one; of percentages also parts of a count."""
    if not bounds.percent:
        low = float("-inf") if bounds.low is None else bounds.low
        high = float("inf") if bounds.high is None else bounds.high
        return [(value, count) for value, count in values if low < value <= high]
    total = weight(values)
    start, end = total * (bounds.low or 0.0) / 100, total * (100.0 if bounds.high is None else bounds.high) / 100
    kept, seen = [], 0.0
    for value, count in values:
        part = min(seen + count, end) - max(seen, start)
        seen += count
        if part > 0:
            kept.append((value, part))
    return kept


def _mean(values: Weighted) -> float | None:
    total = weight(values)
    return sum(value * count for value, count in values) / total if total else None


def _winsorized(values: Weighted, bounds: Bounds) -> float | None:
    """The mean where values beyond the bounds count as the nearest one within."""
    kept = _kept(values, bounds)
    if not kept:
        return None
    low, high = kept[0][0], kept[-1][0]
    return _mean([(min(max(value, low), high), count) for value, count in values])


_TRIMMED: dict[str, Callable[[Weighted, Bounds], float | None]] = {
    "TM": lambda values, bounds: _mean(_kept(values, bounds)),
    "TC": lambda values, bounds: weight(_kept(values, bounds)),
    "TS": lambda values, bounds: sum(value * count for value, count in _kept(values, bounds)),
    "WM": _winsorized,
    "PR": lambda values, bounds: 100 * weight(_kept(values, bounds)) / weight(values),
}
