"""ListMetrics. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html"""

from emulator.resources.pagination import page
from emulator.services.cloudwatch.errors import invalid_value
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import metrics

PAGE = 500
RECENT, LISTED = 3 * 3600, 14 * 86400  # seconds since a metric's newest datum


@service.operation
def list_metrics(
    ctx, Namespace=None, MetricName=None, Dimensions=(), NextToken=None, RecentlyActive=None,
    IncludeLinkedAccounts=None, OwningAccount=None,
):  # fmt: skip
    """Metrics that had data in the last two weeks. Raises InvalidParameterValue."""
    since = ctx.now - (RECENT if RecentlyActive == "PT3H" else LISTED)
    wanted = [(each["Name"], each.get("Value")) for each in Dimensions or ()]
    rows = ctx.rows(metrics)

    def matches(metric) -> bool:
        return (
            (not Namespace or metric.namespace == Namespace)
            and (not MetricName or metric.name == MetricName)
            and metric.last >= since
            and all(_has(metric.dimensions, name, value) for name, value in wanted)
            and OwningAccount in (None, ctx.account)
        )

    def items(after):
        start = after if after is not None else Namespace and f"{Namespace}\0"
        return filter(matches, rows.range(start or None, after=after is not None))

    query = (Namespace, MetricName, wanted, RecentlyActive, OwningAccount)
    found, token = page(ctx, items, lambda metric: metric.key, NextToken, PAGE, query=query, invalid=BAD_TOKEN)
    answer = {"Metrics": [metric.shown for metric in found]} | ({"NextToken": token} if token else {})
    if IncludeLinkedAccounts:
        answer["OwningAccounts"] = [ctx.account] * len(found)
    return answer


BAD_TOKEN = (invalid_value("").code, "Invalid nextToken")


def _has(dimensions, name: str, value: str | None) -> bool:
    return any(name == each and value in (None, other) for each, other in dimensions)
