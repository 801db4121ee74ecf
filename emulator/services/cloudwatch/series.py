"""Reading a metric's data: datapoints of a period, one summary each.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
"""

from emulator.engines.metric_statistics import Summary, merged
from emulator.kernel.context import Context
from emulator.services.cloudwatch.tables import Datum, Dimensions, Metric, data, metric_key, metrics

MINUTE, DAY = 60, 86400
COARSE = ((63 * DAY, 3600), (15 * DAY, 300))  # how old a request's start must be to be rounded to these seconds


def summary(datum: Datum) -> Summary:
    return Summary(datum.count, datum.total, datum.low, datum.high, datum.values or None)


def find(ctx: Context, namespace: str, name: str, dimensions: Dimensions) -> Metric | None:
    return ctx.rows(metrics).get(metric_key(namespace, name, dimensions))


def rounded_start(now: float, start: float, period: int) -> int:
    """Where the first period begins: at a minute, or the finer or coarser step that the request's age allows."""
    step = period if period < MINUTE else MINUTE
    for age, coarser in COARSE:
        if start < now - age:
            step = coarser
            break
    return int(start // step * step)


def read(
    ctx: Context, metric: Metric | None, start: int, end: float, period: int, unit: str | None = None
) -> dict[tuple[int, str], Summary]:
    """Summaries by (beginning of the period, unit); periods count from ``start``, and ``end`` is not included.

    Data that was rolled up into longer periods than the one asked for is not there any more.
    """
    if metric is None:
        return {}
    found: dict[tuple[int, str], list[Summary]] = {}
    for datum in ctx.rows(data, metric.id).range((start, "")):
        if datum.at >= end:
            break
        if (unit is None or datum.unit == unit) and datum.grain <= max(period, MINUTE):
            at = start + (datum.at - start) // period * period
            found.setdefault((at, datum.unit), []).append(summary(datum))
    return {key: merged(parts) for key, parts in found.items()}


def read_whole(
    ctx: Context, metric: Metric | None, start: int, end: float, period: int, unit: str | None = None
) -> dict[int, Summary]:
    """As :func:`read`, with all units together."""
    found: dict[int, list[Summary]] = {}
    for (at, _), each in read(ctx, metric, start, end, period, unit).items():
        found.setdefault(at, []).append(each)
    return {at: merged(parts) for at, parts in sorted(found.items())}
