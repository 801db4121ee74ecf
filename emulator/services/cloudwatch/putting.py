"""PutMetricData: data of an application's own metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
"""

from hashlib import blake2b
from math import isfinite

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.cloudwatch import rollup, stream_delivery
from emulator.services.cloudwatch.errors import invalid_combination, invalid_value, missing_parameter
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Datum, Dimensions, Metric, data, dimensions_of, metric_key, metrics

MOST = 1000  # data of one request
MOST_VALUES = 150
LARGEST = 2.0**360
OLDEST, NEWEST = 14 * 86400, 2 * 3600  # seconds before and after now
MINUTE = 60


@service.operation
def put_metric_data(ctx, Namespace, MetricData=None, EntityMetricData=None, StrictEntityValidation=None):
    """Keep data. Raises InvalidParameterValue, InvalidParameterCombination, MissingParameter."""
    if MetricData is None and not EntityMetricData:
        raise missing_parameter("MetricData")
    if Namespace.startswith("AWS/") and ctx.principal.kind != "Service":
        raise invalid_value("The value AWS/ for parameter Namespace is invalid.")
    entries = [("MetricData", index, given) for index, given in enumerate(MetricData or (), 1)]
    for number, entity in enumerate(EntityMetricData or (), 1):
        place = f"EntityMetricData.member.{number}.MetricData"
        entries += [(place, index, given) for index, given in enumerate(entity.get("MetricData") or (), 1)]
    if len(entries) > MOST:
        raise invalid_value(f"The collection MetricData must not have a size greater than {MOST}.")
    for place, index, given in entries:
        _put(ctx, Namespace, f"{place}.member.{index}", given)


def _put(ctx: Context, namespace: str, place: str, given: dict) -> None:
    grain = given.get("StorageResolution") or MINUTE
    if grain not in (1, MINUTE):
        raise invalid_value(f"The parameter {place}.StorageResolution must be 1 or 60.")
    at = given.get("Timestamp")
    if at is None:
        at = ctx.now
    elif not ctx.now - OLDEST <= at <= ctx.now + NEWEST:
        bound = "two hours in the future" if at > ctx.now else "two weeks in the past"
        raise invalid_value(f"The parameter {place}.Timestamp must specify a time no more than {bound}.")
    datum = Datum(
        int(at // grain) * grain, ctx.ids.hex(16), given.get("Unit") or "None", grain, *_values(place, given)
    )
    named = given.get("Dimensions")
    keep(ctx, namespace, given["MetricName"], _dimensions(place, named) if named else (), datum)


def keep(ctx: Context, namespace: str, name: str, dimensions: Dimensions, datum: Datum) -> None:
    """Add a datum to its metric, which begins with its first one."""
    metric = begun(ctx, namespace, name, dimensions, datum.at)
    ctx.rows(data, metric.id).put(datum)
    stream_delivery.came(ctx, metric, datum.at)


def begun(ctx: Context, namespace: str, name: str, dimensions: Dimensions, at: int) -> Metric:
    """The metric, which has a datum at this moment."""
    rows = ctx.rows(metrics)
    key = metric_key(namespace, name, dimensions)
    metric = rows.get(key)
    if metric is None:
        if not len(rows):
            rollup.arm(ctx)
        id = blake2b(key.encode(), digest_size=12).hexdigest()
        return rows.put(Metric(namespace, name, dimensions, id, float(at)))
    return rows.put(replace(metric, last=float(at))) if at > metric.last else metric


def _dimensions(place: str, given: list[dict]):
    for index, each in enumerate(given, 1):
        for name in ("Name", "Value"):
            if not each[name].strip():
                raise invalid_value(
                    f"The value {each[name]} for parameter {place}.Dimensions.member.{index}.{name} is invalid."
                )
    found = dimensions_of(given)
    if len({name for name, _ in found}) != len(found):
        raise invalid_value(f"The parameter {place}.Dimensions contains duplicate names.")
    return found


def _values(place: str, given: dict):
    """Count, sum, least, greatest and single values of an entry, which gives them in one of three ways."""
    kinds = [name for name in ("Value", "Values", "StatisticValues") if given.get(name) is not None]
    if len(kinds) > 1:
        raise invalid_combination(
            f"The parameters {place}.{kinds[0]} and {place}.{kinds[1]} are mutually exclusive and you have specified "
            "both."
        )
    if kinds == ["Value"]:
        value = _number(f"{place}.Value", given["Value"])
        return 1.0, value, value, value, ((value, 1.0),)
    if kinds == ["StatisticValues"]:
        return _statistic_set(place, given["StatisticValues"])
    if kinds == ["Values"]:
        return _list(place, given["Values"], given.get("Counts"))
    raise missing_parameter(f"{place}.Value")


def _statistic_set(place: str, given: dict):
    count, total, low, high = (
        _number(f"{place}.StatisticValues.{name}", given[name]) for name in ("SampleCount", "Sum", "Minimum", "Maximum")
    )
    if count <= 0:
        raise invalid_value(f"The parameter {place}.StatisticValues.SampleCount must be greater than 0.")
    if low > high:
        raise invalid_value(
            f"The parameter {place}.StatisticValues.Maximum must be greater than {place}.StatisticValues.Minimum."
        )
    return count, total, low, high, ()


def _list(place: str, values: list, counts: list | None):
    if counts is not None and len(counts) != len(values):
        raise invalid_value(f"The parameters {place}.Values and {place}.Counts must be of the same size.")
    if not values:
        raise missing_parameter(f"{place}.Values")
    if len(values) > MOST_VALUES:
        raise invalid_value(f"The collection {place}.Values must not have a size greater than {MOST_VALUES}.")
    pairs = tuple(
        (_number(f"{place}.Values.member.{index}", value), _number(f"{place}.Counts.member.{index}", count))
        for index, (value, count) in enumerate(zip(values, counts or [1.0] * len(values)), 1)
    )
    if any(count <= 0 for _, count in pairs):
        raise invalid_value(f"The parameter {place}.Counts must contain values greater than 0.")
    total = sum(value * count for value, count in pairs)
    return sum(count for _, count in pairs), total, min(pairs)[0], max(pairs)[0], pairs


def _number(place: str, value: float) -> float:
    value = float(value)
    if not isfinite(value):
        raise invalid_value(f"The parameter {place} must be a finite number.")
    if abs(value) > LARGEST:
        raise invalid_value(f"The value {value} for parameter {place} is out of range.")
    return value
