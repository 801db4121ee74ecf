"""Anomaly detectors: of which metrics a band is kept, and how it is trained.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html
"""

import hashlib
from typing import Any

import msgspec

from emulator.engines.anomaly_bands import FEW
from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.cloudwatch import queries, series
from emulator.services.cloudwatch.errors import INVALID_TOKEN, invalid_combination, invalid_value, not_found
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, data, detectors, dimensions_of

PAGE = 100
SINGLE = ("Namespace", "MetricName", "Dimensions", "Stat")
TRAINING = 900  # seconds that a new detector trains


def _single(given: dict[str, Any]) -> dict[str, Any] | None:
    """The metric of a detector, given by itself or, the old way, member by member."""
    plain = {name: given[name] for name in SINGLE if given.get(name) is not None}
    kinds = [name for name in ("SingleMetricAnomalyDetector", "MetricMathAnomalyDetector") if given.get(name)]
    if len(kinds) > 1 or (kinds and plain):
        raise invalid_combination(f"Cannot specify {kinds[0]} together with other ways to name a metric.")
    if kinds == ["MetricMathAnomalyDetector"]:
        return None
    found = plain or given.get("SingleMetricAnomalyDetector") or {}
    for name in ("Namespace", "MetricName", "Stat"):
        if not found.get(name):
            raise invalid_value(f"The parameter {name} is required.")
    return {**found, "Dimensions": found.get("Dimensions") or []}


def _id(single: dict[str, Any] | None, given: dict[str, Any]) -> str:
    """The same for the same metric and statistic, or the same queries."""
    what: Any = given.get("MetricMathAnomalyDetector")
    if single is not None:
        what = [single["Namespace"], single["MetricName"], dimensions_of(single["Dimensions"]), single["Stat"]]
    digest = hashlib.sha256(msgspec.msgpack.encode(what, order="deterministic")).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


@service.operation
def put_anomaly_detector(ctx, **given):
    """Make a detector, or replace its configuration. Raises InvalidParameterValue, InvalidParameterCombination."""
    single = _single(given)
    if single is None:
        _check_math(given["MetricMathAnomalyDetector"].get("MetricDataQueries") or [])
    config = {name: given[name] for name in ("Configuration", "MetricCharacteristics", "MetricMathAnomalyDetector")
              if given.get(name) is not None}  # fmt: skip
    if single is not None:
        config["SingleMetricAnomalyDetector"] = single
    id = _id(single, given)
    rows = ctx.rows(detectors)
    before = rows.get(id)
    rows.put(Named(id, config, before.created if before else ctx.now, ctx.now, before.tags if before else {}))
    return {"AnomalyDetectorId": id}


def _check_math(given: list[dict]) -> None:
    if not given:
        raise invalid_value("The parameter MetricDataQueries is required.")
    queries.check(given, "MetricDataQueries")
    if sum(query.get("ReturnData") is not False for query in given) != 1:
        raise invalid_value("Exactly one element of the MetricDataQueries list should return data.")


@service.operation
def delete_anomaly_detector(ctx, AnomalyDetectorId=None, **given):
    """By its id, or by what it watches. Raises ResourceNotFoundException, InvalidParameterCombination."""
    id = AnomalyDetectorId if AnomalyDetectorId is not None else _id(_single(given), given)
    if ctx.rows(detectors).delete(id) is None:
        raise not_found("The specified anomaly detector does not exist.")
    return {}


@service.operation
def describe_anomaly_detectors(
    ctx, AnomalyDetectorIds=None, NextToken=None, MaxResults=PAGE, Namespace=None, MetricName=None, Dimensions=None,
    AnomalyDetectorTypes=None,
):  # fmt: skip
    """Those of single metrics, unless other types are wanted. Raises InvalidNextToken."""
    types = AnomalyDetectorTypes or (("SINGLE_METRIC", "METRIC_MATH") if AnomalyDetectorIds else ("SINGLE_METRIC",))

    def wanted(detector: Named) -> bool:
        single = detector.config.get("SingleMetricAnomalyDetector")
        if ("METRIC_MATH" if single is None else "SINGLE_METRIC") not in types:
            return False
        if AnomalyDetectorIds and detector.name not in AnomalyDetectorIds:
            return False
        watched = single or {}
        return (
            Namespace in (None, watched.get("Namespace")) and MetricName in (None, watched.get("MetricName"))
            and (not Dimensions or dimensions_of(Dimensions) == dimensions_of(watched.get("Dimensions")))
        )  # fmt: skip

    query = (AnomalyDetectorIds, Namespace, MetricName, Dimensions, AnomalyDetectorTypes)
    found, token = page(ctx, filter(wanted, ctx.rows(detectors)), lambda each: each.name, NextToken,
                        min(MaxResults, PAGE), query=query, invalid=INVALID_TOKEN)  # fmt: skip
    answer = {"AnomalyDetectors": [_shown(ctx, each) for each in found]}
    return answer | ({"NextToken": token} if token else {})


def _shown(ctx: Context, detector: Named) -> dict[str, Any]:
    single = detector.config.get("SingleMetricAnomalyDetector")
    old = {name: single[name] for name in SINGLE} if single is not None else {}
    return {"AnomalyDetectorId": detector.name, **old, "StateValue": _state(ctx, detector), **detector.config}


def _state(ctx: Context, detector: Named) -> str:
    if ctx.now < detector.updated + TRAINING:
        return "PENDING_TRAINING"
    single = detector.config.get("SingleMetricAnomalyDetector")
    watched = [single] if single is not None else [
        query["MetricStat"]["Metric"] for query in detector.config["MetricMathAnomalyDetector"]["MetricDataQueries"]
        if query.get("MetricStat")
    ]  # fmt: skip
    found = [series.find(ctx, each["Namespace"], each["MetricName"], dimensions_of(each.get("Dimensions")))
             for each in watched]  # fmt: skip
    enough = all(metric is not None and len(ctx.rows(data, metric.id)) >= FEW for metric in found)
    return "TRAINED" if enough else "TRAINED_INSUFFICIENT_DATA"
