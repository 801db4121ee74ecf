"""What others are told of an alarm's change: the message of SNS, the event of EventBridge, a function's payload.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
"""

import hashlib
from functools import cache
from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.model.loader import data_directory
from emulator.services.cloudwatch.remembering import stamp
from emulator.services.cloudwatch.tables import Alarm

ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")


@cache
def region_names() -> dict[str, str]:
    """AWS's names of its regions: ``us-east-1`` → ``US East (N. Virginia)``."""
    partitions = orjson.loads((data_directory() / "endpoints.json").read_bytes())["partitions"]
    return {name: region["description"] for each in partitions for name, region in each["regions"].items()}


def region_name(region: str) -> str:
    return region_names().get(region, region)


def state(alarm: Alarm) -> dict[str, Any]:
    """A state as the history tells it."""
    found: dict[str, Any] = {"stateValue": alarm.state, "stateReason": alarm.reason}
    return found | ({"stateReasonData": orjson.loads(alarm.data)} if alarm.data else {})


def _state(alarm: Alarm) -> dict[str, Any]:
    """A state as events tell it."""
    found: dict[str, Any] = {"value": alarm.state, "reason": alarm.reason}
    if alarm.data:
        found["reasonData"] = alarm.data
    found["timestamp"] = stamp(alarm.updated)
    suppressed = {"actionsSuppressedBy": "by", "actionsSuppressedReason": "reason"}
    return found | {name: alarm.more[f"suppressed_{key}"] for name, key in suppressed.items()
                    if alarm.more.get(f"suppressed_{key}")}  # fmt: skip


def _metrics(alarm: Alarm) -> list[dict[str, Any]]:
    config = alarm.config
    if "MetricName" in config:
        stat = {
            "metric": _metric(config), "period": config["Period"],
            "stat": config.get("Statistic") or config.get("ExtendedStatistic"),
        }  # fmt: skip
        digest = hashlib.md5(alarm.arn.encode(), usedforsecurity=False).hexdigest()
        id = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
        unit = {"unit": config["Unit"]} if config.get("Unit") else {}
        return [{"id": id, "metricStat": stat | unit, "returnData": True}]
    return [_query(query) for query in config.get("Metrics", ())]


def _query(query: dict) -> dict[str, Any]:
    found: dict[str, Any] = {"id": query["Id"]}
    if query.get("MetricStat"):
        given = query["MetricStat"]
        found["metricStat"] = {"metric": _metric(given["Metric"]), "period": given["Period"], "stat": given["Stat"]}
        found["metricStat"] |= {"unit": given["Unit"]} if given.get("Unit") else {}
    else:
        found["expression"] = query["Expression"]
    if query.get("Label"):
        found["label"] = query["Label"]
    return found | {"returnData": query.get("ReturnData") is not False}


def _metric(given: dict) -> dict[str, Any]:
    return {
        "namespace": given["Namespace"], "name": given["MetricName"],
        "dimensions": {each["Name"]: each["Value"] for each in given.get("Dimensions") or ()},
    }  # fmt: skip


def _configuration(alarm: Alarm) -> dict[str, Any]:
    config = alarm.config
    found: dict[str, Any] = {}
    if alarm.kind == "CompositeAlarm":
        found["alarmRule"] = config["AlarmRule"]
        for name in ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"):
            if name in config:
                found[name[0].lower() + name[1:]] = config[name]
    elif alarm.kind == "MetricAlarm":
        found["metrics"] = _metrics(alarm)
    if config.get("AlarmDescription"):
        found["description"] = config["AlarmDescription"]
    return found


def detail(alarm: Alarm, before: Alarm) -> dict[str, Any]:
    """The detail of the event: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html"""
    found = {
        "alarmName": alarm.name, "state": _state(alarm), "previousState": _state(before),
        "configuration": _configuration(alarm),
    }  # fmt: skip
    if alarm.more.get("muted_by"):
        found["muteDetail"] = {"mutedBy": alarm.more["muted_by"]}
    return found


def payload(ctx: Context, alarm: Alarm, before: Alarm) -> dict[str, Any]:
    """What a function is called with."""
    return {
        "source": "aws.cloudwatch", "alarmArn": alarm.arn, "accountId": ctx.account, "time": stamp(ctx.now),
        "region": ctx.region, "alarmData": detail(alarm, before),
    }  # fmt: skip


def subject(ctx: Context, alarm: Alarm) -> str:
    return f'{alarm.state}: "{alarm.name}" in {region_name(ctx.region)}'[:100]


def message(ctx: Context, alarm: Alarm, before: Alarm, late: bool = False) -> dict[str, Any]:
    """The message of SNS, as recorded. ``late``: the action was done when a mute window had ended."""
    config = alarm.config
    found: dict[str, Any] = {
        "AlarmName": alarm.name, "AlarmDescription": config.get("AlarmDescription"), "AWSAccountId": ctx.account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured), "NewStateValue": alarm.state,
        "NewStateReason": alarm.reason, "StateChangeTime": stamp(alarm.transitioned), "Region": region_name(ctx.region),
        "AlarmArn": alarm.arn, "OldStateValue": before.state, **{name: config[name] for name in ACTIONS},
        "ActionExecutedAfterMuteWindow": late,
    }  # fmt: skip
    if alarm.kind == "CompositeAlarm":
        children = orjson.loads(alarm.data)["triggeringAlarms"] if alarm.data else []
        triggering = [{"Arn": each["arn"], "State": {"Value": each["state"]["value"],
                                                     "Timestamp": each["state"]["timestamp"]}} for each in children]
        return found | {"AlarmRule": config["AlarmRule"], "TriggeringChildren": triggering}
    return found | {"Trigger": _trigger(config)}


def _trigger(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "MetricName" in config:
        statistic = config.get("Statistic")
        found |= {"MetricName": config["MetricName"], "Namespace": config["Namespace"]}
        if statistic:
            upper = "SAMPLE_COUNT" if statistic == "SampleCount" else statistic.upper()
            found |= {"StatisticType": "Statistic", "Statistic": upper}
        else:
            found |= {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": config["ExtendedStatistic"]}
        found |= {"Unit": config.get("Unit"), "Dimensions": _pairs(config.get("Dimensions")),
                  "Period": config["Period"]}  # fmt: skip
    elif "Metrics" in config:
        found["Metrics"] = [_trigger_query(query) for query in config["Metrics"]]
    for name in ("EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "Threshold", "ThresholdMetricId"):
        if name in config:
            found[name] = config[name]
    found["TreatMissingData"] = config.get("TreatMissingData", "")
    found["EvaluateLowSampleCountPercentile"] = config.get("EvaluateLowSampleCountPercentile", "")
    return found


def _trigger_query(query: dict) -> dict[str, Any]:
    found = {name: value for name, value in query.items() if name in ("Id", "Expression", "Label", "Period")}
    if query.get("MetricStat"):
        given = query["MetricStat"]
        metric = given["Metric"]
        found["MetricStat"] = {name: value for name, value in given.items() if name != "Metric"} | {"Metric": {
            "Dimensions": _pairs(metric.get("Dimensions")), "MetricName": metric["MetricName"],
            "Namespace": metric["Namespace"],
        }}  # fmt: skip
    return found | {"ReturnData": query.get("ReturnData") is not False}


def _pairs(dimensions: list[dict] | None) -> list[dict[str, str]]:
    return [{"value": each["Value"], "name": each["Name"]} for each in dimensions or ()]
