"""GetMetricData. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""

from typing import Any, NamedTuple

from emulator.engines.metric_math import MathError, Series
from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.cloudwatch import labels
from emulator.services.cloudwatch.errors import INVALID_TOKEN, refused
from emulator.services.cloudwatch.queries import Evaluation, Source, Window, check, source_of
from emulator.services.cloudwatch.service import service

MOST_DATAPOINTS = 100_800
MOST_QUERIES = 500


class Line(NamedTuple):
    """A series of the answer with the query that asked for it."""

    query: dict[str, Any]
    series: Series
    label: str


@service.operation
def get_metric_data(
    ctx, MetricDataQueries, StartTime, EndTime, NextToken=None, ScanBy="TimestampDescending",
    MaxDatapoints=MOST_DATAPOINTS, LabelOptions=None,
):  # fmt: skip
    """Series of metrics and expressions, in pages of datapoints. Raises InvalidNextToken, ValidationError."""
    if len(MetricDataQueries) > MOST_QUERIES:
        raise refused(f"The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}.")
    if StartTime >= EndTime:
        raise refused("The parameter StartTime must be less than the parameter EndTime.")
    check(MetricDataQueries, "MetricDataQueries")
    found = lines(ctx, MetricDataQueries, Window(StartTime, EndTime), LabelOptions)
    return _paged(ctx, found, ScanBy == "TimestampDescending", MaxDatapoints, NextToken)


def lines(ctx: Context, queries: list[dict], window: Window, options: dict | None = None) -> list[Line]:
    """What the queries that return data give. Raises ValidationError for an expression that fails."""
    evaluation = Evaluation(ctx, queries, window)
    sources = [source_of(query) for query in queries if query.get("MetricStat")]
    names = dict(zip(sources, labels.defaults(sources)))
    zone = labels.zone((options or {}).get("Timezone"))
    where = {"AccountId": ctx.account, "Region": ctx.region}
    found = []
    for query in queries:
        if query.get("ReturnData") is False:
            continue
        try:
            series = evaluation.returned(query["Id"])
        except MathError as error:
            raise refused(f"Error in expression '{query['Id']}': {error}") from None
        for each, default in zip(series, _defaults(query, evaluation.value(query["Id"]), names)):
            text = query.get("Label")
            label = labels.filled(text, each, default, zone, where, ctx.now) if text else default
            if text and "${" not in text and len(series) > 1:
                label = f"{label} {default}"
            found.append(Line(query, each, label))
    return found


def _defaults(query: dict, value, names: dict[Source, str]) -> list[str]:
    """Labels where the request gives none: an expression's is its id, unless it gives an array."""
    if query.get("MetricStat"):
        return [names[source_of(query)]]
    if not isinstance(value, list):
        return [query["Id"]]
    sources = [each.source for each in value if isinstance(each.source, Source)]
    own = dict(zip(sources, labels.defaults(sources)))
    return [own[each.source] if isinstance(each.source, Source) else f"{query['Id']} {each.label}".strip()
            for each in value]  # fmt: skip


def _paged(ctx: Context, found: list[Line], descending: bool, most: int, token: str | None) -> dict:
    """As many datapoints as are wanted, line by line; a line without any has a place of its own, -1."""
    times = [sorted(line.series.points, reverse=descending) for line in found]
    keys = [(number, place) for number, each in enumerate(times) for place in (range(len(each)) if each else (-1,))]
    query = [[line.query["Id"] for line in found], descending]
    page_keys, following = page(ctx, keys, tuple, token, most, query=query, invalid=INVALID_TOKEN)
    results: dict[int, dict[str, Any]] = {}
    for number, place in page_keys:
        line = found[number]
        result = results.setdefault(number, {
            "Id": line.query["Id"], "Label": line.label, "Timestamps": [], "Values": [], "StatusCode": "Complete"
        })  # fmt: skip
        if place >= 0:
            at = times[number][place]
            result["Timestamps"].append(at)
            result["Values"].append(line.series.points[at])
        result["StatusCode"] = "Complete" if place + 1 >= len(times[number]) else "PartialData"
    answer = {"MetricDataResults": list(results.values()), "Messages": []}
    return answer | ({"NextToken": following} if following else {})
