"""The embedded metric format: metrics that a log event's JSON holds, as data for CloudWatch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterator
from typing import Any

import orjson

MARK = '"_aws"'  # without it, a message needs no look
MOST = 100  # metrics of a directive, and values of a metric
DIMENSIONS = 30


def data(message: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(namespace, an element of MetricData) for each metric that a message holds; nothing of a broken one."""
    if MARK not in message:
        return
    try:
        document = orjson.loads(message)
        directives = document["_aws"]["CloudWatchMetrics"]
        moment = document["_aws"]["Timestamp"] / 1000
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives if isinstance(directives, list) else ():
        if isinstance(directive, dict) and isinstance(directive.get("Namespace"), str):
            for datum in _of_directive(document, directive):
                yield directive["Namespace"], {**datum, "Timestamp": moment}


def _of_directive(document: dict, directive: dict) -> Iterator[dict[str, Any]]:
    for metric in (directive.get("Metrics") or ())[:MOST]:
        values = _values(document.get(metric.get("Name"))) if isinstance(metric, dict) else None
        if not values:
            continue
        told = {"MetricName": metric["Name"], "Unit": metric.get("Unit", "None"), "Values": values}
        if "StorageResolution" in metric:
            told["StorageResolution"] = metric["StorageResolution"]
        for names in directive.get("Dimensions") or [[]]:
            if len(names) <= DIMENSIONS and all(isinstance(document.get(name), str) for name in names):
                yield told | {"Dimensions": [{"Name": name, "Value": document[name]} for name in names]}


def _values(given: Any) -> list[float] | None:
    """The numbers of a member: one, or up to 100; None for anything else."""
    found = given if isinstance(given, list) else [given]
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in found)
    return [float(each) for each in found] if numbers and len(found) <= MOST else None
