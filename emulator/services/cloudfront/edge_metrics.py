"""What distributions tell CloudWatch of their visits.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
"""

from emulator.engines.edge.messages import Answer, Asked
from emulator.engines.service_metrics import measure
from emulator.services.cloudfront.edge_visits import Visit
from emulator.services.cloudfront.logs import MonitoringSubscription

RATES = {"4xxErrorRate": range(400, 500), "5xxErrorRate": range(500, 600), "TotalErrorRate": range(400, 600)}
# Of distributions that have a monitoring subscription.
MORE = {f"{status}ErrorRate": range(status, status + 1) for status in (401, 403, 404, 502, 503, 504)}


def count(here: Visit, asked: Asked, answer: Answer) -> None:
    """Count a visit under its distribution; ``asked`` is the request as the viewer sent it."""
    ctx, id = here.ctx, here.distribution.id[-1]
    watched = MonitoringSubscription.find(ctx, {"DistributionId": id}) is not None
    told = RATES | (MORE if watched else {})
    rates = {name: 100.0 * (answer.status in statuses) for name, statuses in told.items()}
    if watched:
        rates["CacheHitRate"] = 100.0 * ("Hit" in here.state)
    values = (
        ("Requests", 1.0, "None"), ("BytesDownloaded", float(answer.size), "None"),
        ("BytesUploaded", float(len(asked.body)), "None"), *((name, value, "Percent") for name, value in rates.items()),
    )  # fmt: skip
    measure(ctx, (ctx.account, "us-east-1"), "AWS/CloudFront", (("DistributionId", id), ("Region", "Global")), values)
