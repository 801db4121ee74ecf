"""Metrics Insights over the metrics that are kept.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/query_with_cloudwatch-metrics-insights.html
"""

from emulator.engines import metrics_insights
from emulator.engines.metric_math import MathError, Series
from emulator.engines.metric_statistics import Summary, merged, parse
from emulator.kernel.context import Context
from emulator.services.cloudwatch import series
from emulator.services.cloudwatch.tables import Metric, metrics

MOST = 500  # series of an answer


def select(ctx: Context, text: str, period: int, start: int, end: float) -> list[Series]:
    """A series for each group of metrics that a query finds. Raises MathError."""
    try:
        query = metrics_insights.parse(text)
    except metrics_insights.InsightsError as error:
        raise MathError(str(error)) from None
    groups: dict[tuple[str, ...], list[Metric]] = {}
    for metric in ctx.rows(metrics):
        dimensions = dict(metric.dimensions)
        if query.matches(metric.namespace, metric.name, dimensions):
            groups.setdefault(tuple(dimensions[label] for label in query.group), []).append(metric)
    of = parse(metrics_insights.STATISTICS[query.function]).of
    found = []
    for label, members in sorted(groups.items()):
        parts: dict[int, list[Summary]] = {}
        for metric in members:
            for at, summary in series.read_whole(ctx, metric, start, end, period).items():
                parts.setdefault(at, []).append(summary)
        points = {at: of(merged(each)) for at, each in sorted(parts.items())}
        if points:
            found.append(Series(points, period, " ".join(label), dict(zip(query.group, label))))
    if query.order is not None:
        rank = metrics_insights.RANKS[query.order[0]]
        found.sort(key=lambda each: rank(list(each.points.values())), reverse=query.order[1])
    return found[: min(MOST, query.limit or MOST)]
