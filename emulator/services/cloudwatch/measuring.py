"""Taking in the metrics that services publish of themselves: when data is asked for, and when a minute is over.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
"""

from emulator.engines.metric_statistics import Summary, merged
from emulator.engines.service_metrics import MINUTE, MOST_VALUES, Meter
from emulator.kernel.context import Context
from emulator.services.cloudwatch import putting, stream_delivery
from emulator.services.cloudwatch.series import summary
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Datum, data


@service.job
def take_measured(ctx):
    """A minute is over in which something was counted."""
    take(ctx)


def take(ctx: Context) -> None:
    """Keep what services of this account and region have counted: one datum for each minute and unit."""
    for key, counts in ctx.backend(Meter).take(ctx.account, ctx.region).items():
        metric = putting.begun(ctx, key.namespace, key.name, key.dimensions, key.at)
        rows, id = ctx.rows(data, metric.id), f"own/{key.unit}"
        whole = _summary(counts)
        before = rows.get((key.at, id))
        if before is not None:
            whole = merged((summary(before), whole))
        rows.put(Datum(key.at, id, key.unit, MINUTE, *whole[:4], _few(whole.values)))
        stream_delivery.came(ctx, metric, key.at)


def _summary(counts: dict[float, float]) -> Summary:
    total = sum(value * count for value, count in counts.items())
    return Summary(sum(counts.values()), total, min(counts), max(counts), tuple(counts.items()))


def _few(values) -> tuple[tuple[float, float], ...]:
    """Equal values together; nothing of values that are too many to be kept by themselves."""
    counts: dict[float, float] = {}
    for value, count in values or ():
        counts[value] = counts.get(value, 0.0) + count
    return tuple(sorted(counts.items())) if len(counts) <= MOST_VALUES else ()


service.before.append(take)
