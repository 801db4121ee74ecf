"""The metrics that services publish of themselves, such as AWS/SQS's NumberOfMessagesSent.

A service counts with :func:`measure`, which costs about a microsecond: values gather in memory by the minute, and
CloudWatch takes them when it is asked for data, and every minute. What was counted since is lost with the process:
AWS publishes these metrics at its best effort, too.
"""

from typing import NamedTuple

from emulator.kernel.context import Context

MINUTE = 60
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
    """What was counted and not yet taken, by account and region: under each key how often each value came."""

    def __init__(self):
        self.counts: dict[tuple[str, str], dict[Key, dict[float, float]]] = {}
        self.told: dict[tuple[str, str], int] = {}  # the minute in which CloudWatch last was told to look

    def take(self, account: str, region: str) -> dict[Key, dict[float, float]]:
        return self.counts.pop((account, region), {})

    def close(self) -> None:
        self.counts.clear()


def measure(
    ctx: Context, place: tuple[str, str], namespace: str, dimensions: Dimensions,
    values: tuple[tuple[str, float, str], ...],
) -> None:  # fmt: skip
    """Count values, as (metric, value, unit), of a resource in ``place``: its account and region."""
    meter = ctx.backend(Meter)
    at = int(ctx.now) // MINUTE * MINUTE
    counts = meter.counts.get(place)
    if counts is None:
        counts = meter.counts[place] = {}
    for name, value, unit in values:
        key = Key(namespace, name, dimensions, unit, at)
        found = counts.get(key)
        if found is None:
            counts[key] = {value: 1.0}
        else:
            found[value] = found.get(value, 0.0) + 1.0
    if meter.told.get(place) != at:
        meter.told[place] = at
        ctx.hand("cloudwatch", "measured", *place, job_id="measured")
