"""The history of alarms: what was configured, which states they took, what their actions did.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.cloudwatch.errors import INVALID_TOKEN
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Alarm, HistoryItem, history

KEPT = 30 * 86400
PAGE = 100


def stamp(moment: float) -> str:
    """A time as it stands in the documents of alarms: ``2022-09-27T10:05:12.193+0000``."""
    milliseconds = round(moment * 1000)
    text = datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{milliseconds % 1000:03d}+0000"


def note(ctx: Context, alarm: Alarm, type: str, summary: str, data: dict[str, Any]) -> None:
    rows = ctx.rows(history)
    last = rows.highest()
    oldest = rows.lowest()
    while oldest is not None and oldest.at < ctx.now - KEPT:
        rows.delete((oldest.at, oldest.number))
        oldest = rows.lowest()
    number = last.number + 1 if last is not None else 0
    text = orjson.dumps({"version": "1.0", **data}).decode()
    rows.put(HistoryItem(ctx.now, number, alarm.name, alarm.kind, type, summary, text))


def configured(ctx: Context, alarm: Alarm, before: Alarm | None) -> None:
    """An alarm was made, or its configuration replaced."""
    change, done = ("Update", "updated") if before is not None else ("Create", "created")
    note(ctx, alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" {done}', {
        "type": change, f"{done}Alarm": _described(alarm), **({"before": _described(before)} if before else {})
    })  # fmt: skip


def deleted(ctx: Context, alarm: Alarm) -> None:
    note(ctx, alarm, "ConfigurationUpdate", f'Alarm "{alarm.name}" deleted', {
        "type": "Delete", "deletedAlarm": _described(alarm)
    })  # fmt: skip


def lower(value: Any) -> Any:
    """Plain data with the names of its members in lower camel case, as documents write them."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower(each) for name, each in value.items()}
    return [lower(each) for each in value] if isinstance(value, list) else value


def _described(alarm: Alarm) -> dict[str, Any]:
    return {
        "alarmName": alarm.name, "alarmArn": alarm.arn, "alarmConfigurationUpdatedTimestamp": stamp(alarm.configured),
        "stateValue": alarm.state, "stateUpdatedTimestamp": stamp(alarm.updated), **lower(alarm.config),
    }  # fmt: skip


@service.operation
def describe_alarm_history(
    ctx, AlarmName=None, AlarmContributorId=None, AlarmTypes=None, HistoryItemType=None, StartDate=None, EndDate=None,
    MaxRecords=PAGE, NextToken=None, ScanBy="TimestampDescending",
):  # fmt: skip
    """What happened to one alarm, or to all, in 30 days. Raises InvalidNextToken."""
    types = AlarmTypes or ("MetricAlarm",)

    def wanted(item: HistoryItem) -> bool:
        return (
            AlarmName in (None, item.alarm) and HistoryItemType in (None, item.type)
            and item.kind in types and AlarmContributorId is None
            and (StartDate is None or item.at >= StartDate) and (EndDate is None or item.at <= EndDate)
        )  # fmt: skip

    items = [item for item in ctx.rows(history) if wanted(item)]
    backwards = ScanBy == "TimestampDescending"
    items = items[::-1] if backwards else items
    sign = -1 if backwards else 1
    query = (AlarmName, AlarmContributorId, AlarmTypes, HistoryItemType, StartDate, EndDate, ScanBy)
    found, token = page(
        ctx, items, lambda item: (sign * item.at, sign * item.number), NextToken, MaxRecords, query=query,
        invalid=INVALID_TOKEN,
    )  # fmt: skip
    answer = {"AlarmHistoryItems": [
        {"AlarmName": item.alarm, "AlarmType": item.kind, "Timestamp": item.at, "HistoryItemType": item.type,
         "HistorySummary": item.summary, "HistoryData": item.data}
        for item in found
    ]}  # fmt: skip
    return answer | ({"NextToken": token} if token else {})
