"""The action suppressor of composite alarms: while another alarm is in ALARM, theirs stay undone.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-suppression.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.cloudwatch.alarm_checks import alarm_name
from emulator.services.cloudwatch.tables import Alarm, alarms

REASONS = {
    "Alarm": "Actions suppressed by alarm {suppressor}", "WaitPeriod": "Actions suppressed by WaitPeriod",
    "ExtensionPeriod": "Actions suppressed by ExtensionPeriod",
}  # fmt: skip


def suppresses(ctx: Context, alarm: Alarm, before: Alarm) -> bool:
    """Whether the alarm's actions must wait; then a job or its suppressor goes on with them."""
    suppressor = alarm.config.get("ActionsSuppressor")
    if suppressor is None:
        return False
    if alarm.state != "ALARM":
        suppressed = "suppressed_by" in alarm.more
        _clear(ctx, alarm)
        return suppressed
    if _alarmed(ctx, suppressor):
        _hold(ctx, alarm, before.state, "Alarm")
        return True
    wait = alarm.config["ActionsSuppressorWaitPeriod"]
    if wait > 0:
        _hold(ctx, alarm, before.state, "WaitPeriod", wait)
    return wait > 0


def _alarmed(ctx: Context, suppressor: str) -> bool:
    found = ctx.rows(alarms).get(alarm_name(suppressor))
    return found is not None and found.state == "ALARM"


def _hold(ctx: Context, alarm: Alarm, before: str, by: str, seconds: float | None = None) -> None:
    reason = REASONS[by].format(suppressor=alarm.config["ActionsSuppressor"])
    held = {"suppressed_by": by, "suppressed_reason": reason, "suppressed_from": before}
    ctx.rows(alarms).put(replace(alarm, more=alarm.more | held))
    if seconds is not None:
        ctx.after(seconds, "release", f"release/{alarm.name}", name=alarm.name, by=by)


def _clear(ctx: Context, alarm: Alarm) -> Alarm:
    more = {name: each for name, each in alarm.more.items() if not name.startswith("suppressed_")}
    return ctx.rows(alarms).put(replace(alarm, more=more)) if more != alarm.more else alarm


def released(ctx: Context, name: str, by: str) -> tuple[Alarm, Alarm] | None:
    """A wait or an extension is over: the alarm whose actions are due now, with what it was; None to do nothing."""
    alarm = ctx.rows(alarms).get(name)
    if alarm is None or alarm.more.get("suppressed_by") != by or alarm.state != "ALARM":
        return None
    before = alarm.more["suppressed_from"]
    if _alarmed(ctx, alarm.config["ActionsSuppressor"]):
        _hold(ctx, alarm, before, "Alarm")
        return None
    return _clear(ctx, alarm), replace(alarm, state=before)


def suppressor_changed(ctx: Context, changed: Alarm) -> None:
    """An alarm took a state: those whose actions it suppressed wait for their extension."""
    if changed.state == "ALARM":
        return
    for alarm in list(ctx.rows(alarms)):
        suppressor = alarm.config.get("ActionsSuppressor")
        if suppressor and alarm_name(suppressor) == changed.name and alarm.more.get("suppressed_by") == "Alarm":
            extension = alarm.config["ActionsSuppressorExtensionPeriod"]
            _hold(ctx, alarm, alarm.more["suppressed_from"], "ExtensionPeriod", extension)
