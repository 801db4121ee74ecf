"""How long data is kept, and how finely: what ages is rolled up into longer periods.

Seconds stay for 3 hours, minutes for 15 days, 5 minutes for 63 days and hours for 455 days.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
"""

from itertools import groupby

from emulator.engines.metric_statistics import merged
from emulator.kernel.context import Context
from emulator.services.cloudwatch.series import summary
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Datum, data, metrics

HOUR, DAY = 3600, 86400
TIERS = ((3 * HOUR, 60), (15 * DAY, 300), (63 * DAY, HOUR))  # (age, the grain from then on)
KEPT = 455 * DAY
JOB = "rollup"
MOST_VALUES = 1000  # single values that a rolled-up datum keeps at most


def arm(ctx: Context) -> None:
    """Let the hourly job run: from an account's first metric on, for as long as it has any."""
    ctx.after(HOUR, "roll_up", JOB, since=ctx.now)


@service.job
def roll_up(ctx, since):
    """Roll up what has come of age ``since`` the last time."""
    for metric in list(ctx.rows(metrics)):
        rows = ctx.rows(data, metric.id)
        for datum in list(_between(rows, 0, ctx.now - KEPT)):
            rows.delete((datum.at, datum.id))
        for age, grain in TIERS:
            _coarsen(ctx, rows, since - age, ctx.now - age, grain)
        if not len(rows):
            ctx.rows(metrics).delete(metric.key)
    if len(ctx.rows(metrics)):
        arm(ctx)


def _between(rows, start: float, end: float):
    for datum in rows.range((start, "")):
        if datum.at >= end:
            return
        yield datum


def _coarsen(ctx: Context, rows, start: float, end: float, grain: int) -> None:
    """Merge the data between two moments that is finer than ``grain``, or came in many pieces."""
    old = list(_between(rows, start // grain * grain, end // grain * grain))
    place = lambda datum: (datum.at // grain * grain, datum.unit)  # noqa: E731
    for (at, unit), found in groupby(sorted(old, key=place), place):
        pieces = list(found)
        if len(pieces) == 1 and pieces[0].grain >= grain:
            continue
        whole = merged(summary(each) for each in pieces)
        values = _distribution(whole.values)
        for each in pieces:
            rows.delete((each.at, each.id))
        rows.put(Datum(int(at), ctx.ids.hex(16), unit, max(grain, *(each.grain for each in pieces)), whole.count,
                       whole.total, whole.low, whole.high, values))  # fmt: skip


def _distribution(values) -> tuple:
    """Equal values together; of too many different ones neighbours too, so that a datum stays small."""
    if values is None:
        return ()
    counts: dict[float, float] = {}
    for value, count in values:
        counts[value] = counts.get(value, 0.0) + count
    ordered = sorted(counts.items())
    step = -(-len(ordered) // MOST_VALUES)
    if step <= 1:
        return tuple(ordered)
    return tuple(
        (group[len(group) // 2][0], sum(count for _, count in group))
        for group in (ordered[index : index + step] for index in range(0, len(ordered), step))
    )
