"""The metrics that services publish of themselves, such as AWS/SQS's NumberOfMessagesSent.

A service counts with :func:`measure`, which costs about a microsecond: notes gather in memory by the minute, and
CloudWatch takes them when it is asked for data, and every minute. What was counted since is lost with the process:
AWS publishes these metrics at its best effort, too.
"""

from collections import Counter
from typing import NamedTuple

from emulator.kernel.context import Context

MINUTE = 60
MOST_NOTES = 1000  # that wait to be added up
MOST_VALUES = 100  # different values of a minute that are kept by themselves

Dimensions = tuple[tuple[str, str], ...]  # sorted by name


class Key(NamedTuple):
    """What is counted: a metric in a minute (its beginning, epoch seconds)."""

    namespace: str
    name: str
    dimensions: Dimensions
    unit: str
    at: int


class Meter:
    """What was counted and not yet taken, by account and region: under each key how often each value came.

    Counting only notes down; equal notes are added up together, which costs a fraction of doing so one by one.
    """

    def __init__(self):
        self.notes: list[tuple] = []  # (place, namespace, dimensions, values, minute)
        self.told: dict[tuple[str, str], int] = {}  # the minute in which CloudWatch last was told to look
        self._counts: dict[tuple[str, str], dict[Key, dict[float, float]]] = {}

    def add_up(self) -> None:
        for (place, namespace, dimensions, values, at), times in Counter(self.notes).items():
            counts = self._counts.setdefault(place, {})
            for name, value, unit in values:
                found = counts.setdefault(Key(namespace, name, dimensions, unit, at), {})
                found[value] = found.get(value, 0.0) + times
        self.notes.clear()

    def take(self, account: str, region: str) -> dict[Key, dict[float, float]]:
        self.add_up()
        return self._counts.pop((account, region), {})

    def close(self) -> None:
        self.notes.clear()
        self._counts.clear()


def measure(
    ctx: Context, place: tuple[str, str], namespace: str, dimensions: Dimensions,
    values: tuple[tuple[str, float, str], ...],
) -> None:  # fmt: skip
    """Count values, as (metric, value, unit), of a resource in ``place``: its account and region."""
    meter = ctx.backend(Meter)
    at = int(ctx.now) // MINUTE * MINUTE
    notes = meter.notes
    notes.append((place, namespace, dimensions, values, at))
    if len(notes) >= MOST_NOTES:
        meter.add_up()
    if meter.told.get(place) != at:
        meter.told[place] = at
        ctx.hand("cloudwatch", "take_measured", *place, job_id="take_measured", due=at + MINUTE)
