"""Composite alarms: their state follows from the states of the alarms that their rule names.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

from datetime import UTC, datetime

import orjson

from emulator.engines import alarm_rules
from emulator.kernel.context import Context
from emulator.services.cloudwatch import suppression
from emulator.services.cloudwatch.alarm_checks import alarm_name
from emulator.services.cloudwatch.remembering import stamp
from emulator.services.cloudwatch.tables import Alarm, alarms


def arm(ctx: Context, alarm: Alarm) -> None:
    ctx.after(0, "evaluate_composite", f"alarm/{alarm.name}", name=alarm.name)


def children(alarm: Alarm) -> list[str]:
    """The names of the alarms that a composite alarm's rule names."""
    return [alarm_name(each) for each in alarm_rules.names(alarm.config["AlarmRule"])]


def parents(ctx: Context, name: str) -> list[Alarm]:
    return [each for each in ctx.rows(alarms) if each.kind == "CompositeAlarm" and name in children(each)]


def child_changed(ctx: Context, changed: Alarm) -> None:
    """An alarm took a state: those above it are evaluated next."""
    suppression.suppressor_changed(ctx, changed)
    for parent in parents(ctx, changed.name):
        arm(ctx, parent)


def state(ctx: Context, alarm: Alarm) -> str:
    """What the rule of a composite alarm gives. An alarm that is not there has no state."""

    def of(named: str) -> str:
        child = ctx.rows(alarms).get(alarm_name(named))
        return child.state if child is not None else ""

    return "ALARM" if alarm_rules.holds(alarm.config["AlarmRule"], of) else "OK"


def why(ctx: Context, alarm: Alarm) -> tuple[str, str]:
    """The reason of a composite alarm's state, in words and as data."""
    found = [child for child in map(ctx.rows(alarms).get, children(alarm)) if child is not None]
    return _reason(found, alarm), _data(found)


def _newest(found: list[Alarm]) -> Alarm | None:
    return max(found, key=lambda child: child.transitioned, default=None)


def _reason(found: list[Alarm], alarm: Alarm) -> str:
    newest = _newest(found)
    if newest is None:
        return f"{alarm.arn} was created and its alarm rule evaluates to a constant"
    at = datetime.fromtimestamp(newest.transitioned, UTC).strftime("%A %d %B, %Y %H:%M:%S UTC")
    return f"{newest.arn} transitioned to {newest.state} at {at}"


def _data(found: list[Alarm]) -> str:
    newest = _newest(found)
    triggering = [newest] if newest is not None else []
    return orjson.dumps({"triggeringAlarms": [
        {"arn": each.arn, "state": {"value": each.state, "timestamp": stamp(each.transitioned)}} for each in triggering
    ]}).decode()  # fmt: skip
