"""The state of a metric alarm, from its datapoints alone: M out of N, and what missing data means.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

OK, ALARM, UNKNOWN = "OK", "ALARM", "INSUFFICIENT_DATA"
MORE = 2  # how many datapoints beyond the evaluation periods are looked at when some are missing

COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (lambda value, bound: value > bound, "greater than"),
    "GreaterThanOrEqualToThreshold": (lambda value, bound: value >= bound, "greater than or equal to"),
    "LessThanThreshold": (lambda value, bound: value < bound, "less than"),
    "LessThanOrEqualToThreshold": (lambda value, bound: value <= bound, "less than or equal to"),
}


class Verdict(NamedTuple):
    """The new state, None to keep the old one. ``points`` are the indices that it was decided by, newest first.

    ``filled`` is how many missing datapoints were treated as something.
    """

    state: str | None
    points: tuple[int, ...]
    filled: int


def evaluate(breaching: Sequence[bool | None], periods: int, needed: int, missing: str) -> Verdict:
    """Judge datapoints, newest first: whether each breaches, None where it is missing.

    ``periods`` is N, ``needed`` is M, ``missing`` one of missing, ignore, breaching and notBreaching. ``breaching``
    holds the evaluation range, which is longer than N.
    """
    real = [index for index, each in enumerate(breaching) if each is not None]
    if all(each is not None for each in breaching[:periods]):
        return _counted(breaching, tuple(range(periods)), needed)
    if len(real) >= periods:
        return _counted(breaching, tuple(real[:periods]), needed)
    if missing in ("breaching", "notBreaching"):
        filled = periods - len(real)
        bad = sum(bool(breaching[index]) for index in real) + (filled if missing == "breaching" else 0)
        return Verdict(ALARM if bad >= needed else OK, tuple(real), filled)
    if not real:
        return Verdict(UNKNOWN if missing == "missing" else None, (), 0)
    return _sparse(breaching, real, needed, missing)


def _counted(breaching: Sequence[bool | None], points: tuple[int, ...], needed: int) -> Verdict:
    return Verdict(ALARM if sum(bool(breaching[index]) for index in points) >= needed else OK, points, 0)


def _sparse(breaching: Sequence[bool | None], real: list[int], needed: int, missing: str) -> Verdict:
    """Fewer datapoints than periods, with none put in place of the missing ones."""
    points = tuple(real)
    if len(real) >= needed:
        return _counted(breaching, points, needed)
    if not all(breaching[index] for index in real):
        return Verdict(OK, points, 0)
    # All that is there breaches: an alarm once the oldest is as old as the datapoints that are needed.
    if missing == "missing" and real[-1] + 1 >= needed:
        return Verdict(ALARM, points, 0)
    return Verdict(None, points, 0)
