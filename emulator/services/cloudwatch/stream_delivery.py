"""From metrics to delivery streams: every minute, what came since the last one.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Metric-Streams.html
"""

import logging

from emulator.engines import metric_statistics
from emulator.engines.metric_statistics import merged
from emulator.engines.metric_stream_formats import Origin, Sample, encoded
from emulator.kernel.context import Context, Principal, arn
from emulator.kernel.errors import AwsError
from emulator.services.cloudwatch.errors import invalid_value
from emulator.services.cloudwatch.series import summary
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Arrival, Metric, Named, arrivals, data, metrics, streams

logger = logging.getLogger("emulator.cloudwatch")

MINUTE = 60
BATCH = 500  # records that Firehose takes at once
JOB = "streams"


def running(ctx: Context) -> bool:
    return any(stream.config["State"] == "running" for stream in ctx.rows(streams))


def arm(ctx: Context) -> None:
    ctx.at((ctx.now // MINUTE + 1) * MINUTE, "deliver_streams", JOB)


def came(ctx: Context, metric: Metric, at: int) -> None:
    """Remember that a metric has new data in a minute, for the streams that run."""
    if len(ctx.rows(streams)):
        ctx.rows(arrivals).put(Arrival(metric.key, at // MINUTE * MINUTE))


def check_statistics(configurations) -> None:
    """Raises InvalidParameterValue."""
    for each in configurations:
        for name in each["AdditionalStatistics"]:
            try:
                metric_statistics.parse(name)
            except ValueError:
                raise invalid_value(f"The value {name} for parameter AdditionalStatistics is not supported.") from None


@service.job
def deliver_streams(ctx):
    if not running(ctx):
        ctx.rows(arrivals).clear()
        return
    arm(ctx)
    samples = []
    for arrival in list(ctx.rows(arrivals)):
        metric = ctx.rows(metrics).get(arrival.metric)
        if metric is not None:
            samples += _samples(ctx, metric, arrival.at)
    ctx.rows(arrivals).clear()
    for stream in ctx.rows(streams):
        if stream.config["State"] == "running":
            _send(ctx, stream, [(metric, *sample) for metric, *sample in samples if _wanted(stream, metric)])


def _samples(ctx: Context, metric: Metric, at: int):
    """The metric with each unit's summary of a minute."""
    units: dict[str, list] = {}
    for datum in ctx.rows(data, metric.id).range((at, "")):
        if datum.at >= at + MINUTE:
            break
        units.setdefault(datum.unit, []).append(summary(datum))
    return [(metric, at, unit, merged(parts)) for unit, parts in units.items()]


def _wanted(stream: Named, metric: Metric) -> bool:
    def named(filters) -> bool:
        return any(each.get("Namespace") == metric.namespace
                   and (not each.get("MetricNames") or metric.name in each["MetricNames"]) for each in filters)

    include, exclude = stream.config.get("IncludeFilters"), stream.config.get("ExcludeFilters")
    return named(include) if include else not named(exclude or ())


def _more(stream: Named, metric: Metric, whole) -> dict[str, float]:
    """The further statistics that a stream wants of a metric."""
    found = {}
    for each in stream.config.get("StatisticsConfigurations") or ():
        pairs = [(one["Namespace"], one["MetricName"]) for one in each["IncludeMetrics"]]
        if (metric.namespace, metric.name) in pairs:
            for name in each["AdditionalStatistics"]:
                value = metric_statistics.parse(name).of(whole)
                found |= {name: value} if value is not None else {}
    return found


def _send(ctx: Context, stream: Named, samples: list) -> None:
    origin = Origin(stream.name, arn(ctx, "cloudwatch", f"metric-stream/{stream.name}"), ctx.account, ctx.region)
    records = [
        {"Data": encoded(origin, Sample(
            metric.namespace, metric.name, metric.dimensions, unit, at, MINUTE, *whole[:4], _more(stream, metric, whole)
        ), stream.config["OutputFormat"])}
        for metric, at, unit, whole in samples
    ]  # fmt: skip
    _, _, _, region, account, name = stream.config["FirehoseArn"].split(":")
    _, _, _, _, owner, role = stream.config["RoleArn"].split(":", 5)
    session = f"{role.rpartition('/')[2]}/{stream.name}"
    principal = Principal("AssumedRole", owner, f"arn:aws:sts::{owner}:assumed-role/{session}", stream.name)
    for start in range(0, len(records), BATCH):
        try:
            ctx.call("firehose", "PutRecordBatch", {
                "DeliveryStreamName": name.rpartition("/")[2], "Records": records[start : start + BATCH]
            }, as_=principal, account=account, region=region)  # fmt: skip
        except AwsError as error:
            logger.warning("the metric stream %s could not deliver: %s", stream.name, error)
            return
