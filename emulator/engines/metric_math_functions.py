"""The functions of metric math that need nothing but their arguments.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from statistics import fmean, pstdev

from emulator.engines.metric_math import Environment, MathError, Series, Value, mapped


def _aggregate(function: Callable[[list[float]], float]) -> Callable[..., Value]:
    """Of a series a number; of several series another one, from what each has at a time."""

    def call(environment: Environment, given: Value, *more: Value) -> Value:
        if more:
            given = [*_list(given), *(each for value in more for each in _list(value))]
        if isinstance(given, list):
            times: dict[int, list[float]] = {}
            for series in given:
                for at, value in series.points.items():
                    times.setdefault(at, []).append(value)
            period = given[0].period if given else environment.period
            return Series({at: float(function(values)) for at, values in sorted(times.items())}, period)
        if isinstance(given, float):
            return given
        return float(function(list(given.points.values()))) if given.points else Series({}, given.period)

    return call


def _list(value: Value) -> list[Series]:
    if isinstance(value, list):
        return value
    if isinstance(value, Series):
        return [value]
    raise MathError("An array of time series is needed.")


def _per_series(function: Callable[[Series], dict[int, float]]) -> Callable[..., Value]:
    """A function of the points of a series, for each series of a list."""

    def call(environment: Environment, given: Value) -> Value:
        if isinstance(given, list):
            return [series.having(function(series)) for series in given]
        return given.having(function(given))

    return call


def _steps(function: Callable[[int, float, int, float], float]) -> Callable[..., Value]:
    """A function of each point and the one before it: (time, value) of both."""

    def points(series: Series) -> dict[int, float]:
        return {at: function(before, old, at, new) for (before, old), (at, new) in pairwise(series.points.items())}

    return _per_series(points)


def _number(function: Callable[[float], float]) -> Callable[..., Value]:
    def safely(value: float) -> float | None:
        try:
            return float(function(value))
        except (ValueError, OverflowError):
            return None

    return lambda environment, given: mapped(given, safely)


def _clock(function: Callable[[datetime], float]) -> Callable[..., Value]:
    """A number of each period's beginning, whether the series has a value there or not."""

    def call(environment: Environment, given: Series) -> Series:
        times = environment.grid(given.period)
        return given.having({at: float(function(datetime.fromtimestamp(at, UTC))) for at in times})

    return call


def fill(environment: Environment, given: Value, filler: Value) -> Value:
    """Put something in place of missing points: a value, a series' values, the last one (REPEAT), or a line."""
    if isinstance(given, list):
        return [fill(environment, series, filler) for series in given]
    points = given.points
    times = sorted({*environment.grid(given.period), *points})
    if filler == "LINEAR":
        return given.having(_line(points, times))
    filled: dict[int, float] = {}
    last = None
    for at in times:
        missing = last if filler == "REPEAT" else filler.points.get(at) if isinstance(filler, Series) else filler
        value = points.get(at, missing)
        if value is not None:
            filled[at] = last = value
    return given.having(filled)


def _line(points: dict[int, float], times) -> dict[int, float]:
    known = list(points.items())
    filled = dict(points)
    for (before, old), (after, new) in pairwise(known):
        for at in times:
            if before < at < after:
                filled[at] = old + (new - old) * (at - before) / (after - before)
    return dict(sorted(filled.items()))


def choose(environment: Environment, condition: Value, then: Value, otherwise: Value = None) -> Value:
    """IF: of each time the one value or the other; what is not there stays missing."""
    if isinstance(condition, list):
        return [choose(environment, each, then, otherwise) for each in condition]
    if isinstance(condition, float):
        chosen = then if condition else otherwise
        return Series({}, environment.period) if chosen is None else chosen

    def at_time(value: Value, at: int) -> float | None:
        return value.points.get(at) if isinstance(value, Series) else value

    points = {at: at_time(then if holds else otherwise, at) for at, holds in condition.points.items()}
    return condition.having({at: value for at, value in points.items() if value is not None})


def _metrics(environment: Environment, part: str = "") -> list[Series]:
    return [series for id, series in environment.metrics().items() if part in id]


def _sort(environment: Environment, given: list, by: str, order: str = "ASC", most: float | None = None) -> list:
    rank = _RANKS.get(by)
    if rank is None or order not in ("ASC", "DESC"):
        raise MathError("SORT takes AVG, MIN, MAX, SUM or STDDEV, and ASC or DESC.")
    full = sorted((each for each in given if each.points), key=lambda each: rank(list(each.points.values())),
                  reverse=order == "DESC")  # fmt: skip
    return (full + [each for each in given if not each.points])[: None if most is None else int(most)]


def _slice(environment: Environment, given: list, start: float, end: float | None = None) -> Value:
    if end is None:
        return given[int(start)] if int(start) < len(given) else Series({}, environment.period)
    return given[int(start) : int(end)]


def _end(position: int) -> Callable[..., Value]:
    """FIRST and LAST: of several series one, of a series the number at its end."""

    def call(environment: Environment, given: Value) -> Value:
        if isinstance(given, list):
            return given[position] if given else Series({}, environment.period)
        values = list(given.points.values())
        return values[position] if values else Series({}, given.period)

    return call


def _count(environment: Environment, given: Value) -> Value:
    """How many datapoints a series has; of several series their number at each time."""
    if isinstance(given, list):
        return _aggregate(len)(environment, given)
    return float(len(given.points))


def _time_series(environment: Environment, value: float) -> Series:
    return Series(dict.fromkeys(environment.grid(environment.period), value), environment.period)


_RANKS: dict[str, Callable[[list[float]], float]] = {
    "AVG": fmean, "MIN": min, "MAX": max, "SUM": math.fsum, "STDDEV": pstdev
}  # fmt: skip

FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: _aggregate(function) for name, function in _RANKS.items()},
    "ABS": _number(abs), "CEIL": _number(math.ceil), "FLOOR": _number(math.floor), "LOG": _number(math.log),
    "LOG10": _number(math.log10),
    "DIFF": _steps(lambda before, old, at, new: new - old),
    "DIFF_TIME": _steps(lambda before, old, at, new: float(at - before)),
    "RATE": _steps(lambda before, old, at, new: (new - old) / (at - before)),
    "RUNNING_SUM": _per_series(lambda series: dict(zip(series.points, accumulate(series.points.values())))),
    "FILL": fill, "IF": choose, "METRICS": _metrics, "SORT": _sort, "SLICE": _slice, "FIRST": _end(0),
    "LAST": _end(-1), "DATAPOINT_COUNT": _count, "TIME_SERIES": _time_series,
    "METRIC_COUNT": lambda environment, given: float(len(_list(given))),
    "REMOVE_EMPTY": lambda environment, given: [each for each in _list(given) if each.points],
    "PERIOD": lambda environment, given: float(given.period),
    "MINUTE": _clock(lambda moment: moment.minute), "HOUR": _clock(lambda moment: moment.hour),
    "DAY": _clock(lambda moment: moment.isoweekday()), "DATE": _clock(lambda moment: moment.day),
    "MONTH": _clock(lambda moment: moment.month), "YEAR": _clock(lambda moment: moment.year),
    "EPOCH": _clock(lambda moment: moment.timestamp()),
}  # fmt: skip
