"""Metric filters: what matches in the events that come becomes data of a metric; so do metrics that events hold.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
"""

import logging
from collections.abc import Sequence

from emulator.engines import embedded_metrics
from emulator.engines.filter_patterns import Pattern
from emulator.engines.filter_patterns.conditions import number
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.services.logs import named_filters, system_fields
from emulator.services.logs.errors import invalid
from emulator.services.logs.lookup import group, millis, save
from emulator.services.logs.pages import paged
from emulator.services.logs.reading import pattern_of
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Filter, Group, groups

logger = logging.getLogger("emulator.logs")

MOST = 100  # filters of a log group
CALL = 1000  # data of one call to CloudWatch


@service.operation
def put_metric_filter(
    ctx, logGroupName, filterName, filterPattern, metricTransformations, applyOnTransformedLogs=False,
    fieldSelectionCriteria=None, emitSystemFieldDimensions=None,
):  # fmt: skip
    """Raises InvalidParameterException, LimitExceededException, ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    pattern_of(filterPattern)
    for each in metricTransformations:
        _check(each)
    system_fields.check(fieldSelectionCriteria)
    if set(emitSystemFieldDimensions or ()) - system_fields.fields(found).keys():
        raise invalid("emitSystemFieldDimensions may only hold @aws.account and @aws.region.")
    given = {
        "filterPattern": filterPattern, "metricTransformations": metricTransformations,
        "applyOnTransformedLogs": applyOnTransformedLogs,
    }  # fmt: skip
    more = {"emitSystemFieldDimensions": emitSystemFieldDimensions, "fieldSelectionCriteria": fieldSelectionCriteria}
    made = Filter(filterName, millis(ctx), named_filters.settings(given, more))
    save(ctx, found, metric_filters=named_filters.with_one(found.metric_filters, made, MOST))


def _check(transformation: dict) -> None:
    value = transformation["metricValue"]
    if not value.startswith("$") and number(value) is None:
        raise invalid(f"Invalid metric transformation: metricValue {value} is neither a number nor a selector.")
    if transformation.get("dimensions") and "defaultValue" in transformation:
        raise invalid("Invalid metric transformation: dimensions and default value are mutually exclusive properties.")


@service.operation
def delete_metric_filter(ctx, logGroupName, filterName):
    """Raises ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    save(ctx, found, metric_filters=named_filters.without(found.metric_filters, filterName, "metric filter"))


@service.operation
def describe_metric_filters(
    ctx, logGroupName=None, filterNamePrefix=None, nextToken=None, limit=50, metricName=None, metricNamespace=None
):
    """Filters by group and name. Raises InvalidParameterException, ResourceNotFoundException."""
    if (metricName is None) != (metricNamespace is None):
        raise invalid("metricName and metricNamespace must be specified together.")
    inside = [group(ctx, logGroupName)] if logGroupName is not None else ctx.rows(groups)

    def fits(each: Filter) -> bool:
        return each.name.startswith(filterNamePrefix or "") and (metricName is None or any(
            (one["metricName"], one["metricNamespace"]) == (metricName, metricNamespace)
            for one in each.settings["metricTransformations"]
        ))  # fmt: skip

    rows = [(of, each) for of in inside for each in of.metric_filters if fits(each)]
    rows.sort(key=_key)
    query = [logGroupName, filterNamePrefix, metricName, metricNamespace]
    return paged(ctx, "metricFilters", rows, _key, nextToken, limit, query, _told)


def _told(pair: tuple[Group, Filter]) -> dict:
    of, each = pair
    return {"filterName": each.name, "creationTime": each.created, "logGroupName": of.name, **each.settings}


def _key(pair: tuple[Group, Filter]) -> tuple[str, str]:
    return pair[1].name, pair[0].name


@service.operation
def test_metric_filter(ctx, filterPattern, logEventMessages):
    """Which messages match, and what the pattern takes out of them. Raises InvalidParameterException."""
    pattern = pattern_of(filterPattern)
    matches = []
    for at, message in enumerate(logEventMessages, 1):
        values = {} if pattern is None else pattern.extract(message)
        if values is not None:
            matches.append({"eventNumber": at, "eventMessage": message, "extractedValues": values})
    return {"matches": matches}


# Publishing


def came(ctx: Context, found: Group, events: Sequence[Event], transformed) -> None:
    """Count events that came; what is to be published is a job, which a missing CloudWatch does not harm."""
    for each in found.metric_filters:
        if not system_fields.chosen(found, each.settings):
            continue
        pattern = pattern_of(each.settings["filterPattern"])
        message = transformed if each.settings["applyOnTransformedLogs"] else lambda event: event.message
        texts = [(event.timestamp, message(event)) for event in events]
        matched = [(at, text) for at, text in texts if pattern is None or pattern.matches(text)]
        for transformation in each.settings["metricTransformations"]:
            data = _data(found, each, transformation, pattern, matched, events[-1].timestamp)
            _publish(ctx, found, transformation["metricNamespace"], data)


def embedded(ctx: Context, found: Group, events: Sequence[Event]) -> None:
    """Metrics that the events themselves hold, in the embedded metric format."""
    by_namespace: dict[str, list[dict]] = {}
    for event in events:
        for namespace, datum in embedded_metrics.data(event.message):
            by_namespace.setdefault(namespace, []).append(datum)
    for namespace, data in by_namespace.items():
        _publish(ctx, found, namespace, data)


def _publish(ctx: Context, found: Group, namespace: str, data: list[dict]) -> None:
    for start in range(0, len(data), CALL):
        ctx.after(0, "publish", arn=found.arn, namespace=namespace, data=data[start : start + CALL])


def _data(found: Group, of: Filter, how: dict, pattern: Pattern | None, matched: list, now: int) -> list[dict]:
    """What PutMetricData is to be told."""
    common = {"MetricName": how["metricName"], "Unit": how.get("unit", "None")}
    emitted = of.settings.get("emitSystemFieldDimensions", ())
    system = [{"Name": name, "Value": system_fields.fields(found)[name]} for name in emitted]
    if not matched:
        value = how.get("defaultValue")
        return [] if value is None else [common | {"Timestamp": now / 1000, "Value": value}]
    out = []
    for at, text in matched:
        value = _value(how["metricValue"], pattern, text)
        wanted = how.get("dimensions", {}).items()
        dimensions = [(name, _dimension(pattern, text, selector)) for name, selector in wanted]
        if value is None or any(told is None for _, told in dimensions):
            continue
        named = system + [{"Name": name, "Value": told} for name, told in dimensions]
        out.append(common | {"Timestamp": at / 1000, "Value": value} | ({"Dimensions": named} if named else {}))
    return out


def _value(given: str, pattern: Pattern | None, text: str) -> float | None:
    if not given.startswith("$"):
        return number(given)
    values = pattern.values(text, given) if pattern is not None else []
    return number(values[0]) if values else None


def _dimension(pattern: Pattern | None, text: str, selector: str) -> str | None:
    """The value of a dimension; None, and then there is no datum, where the event has none."""
    values = pattern.values(text, selector) if pattern is not None else []
    return str(values[0]) if values and values[0] is not None else None


@service.job
def publish(ctx, arn, namespace, data):
    """Data of metric filters reach CloudWatch."""
    try:
        ctx.call("cloudwatch", "PutMetricData", {"Namespace": namespace, "MetricData": data},
                 as_=acting("logs.amazonaws.com", arn, ctx.account))  # fmt: skip
    except AwsError as error:
        logger.info("metric data of %s did not reach CloudWatch: %s", arn, error)
