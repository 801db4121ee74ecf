"""Alarms: making, changing and deleting them. What they do then stands in evaluating, changing and acting.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from typing import Any

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.cloudwatch import alarm_checks, changing, composites, evaluating, log_alarms, remembering
from emulator.services.cloudwatch.errors import no_alarm, refused
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Alarm, alarms

ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
LEFT_OUT = ("AlarmName", "Tags")


@service.operation
def put_metric_alarm(ctx, AlarmName, **given):
    """Make an alarm or replace its configuration; its state stays. Raises ValidationError."""
    if given.get("EvaluationCriteria") is not None:
        raise NotImplementedByEmulator("An alarm on a PromQL query")
    alarm_checks.check_metric_alarm(given)
    config = _config(given)
    if "MetricName" in config:
        config.setdefault("Dimensions", [])
    evaluating.arm(ctx, _save(ctx, AlarmName, "MetricAlarm", config, given))


@service.operation
def put_composite_alarm(ctx, AlarmName, **given):
    """Make an alarm of other alarms' states, or replace its configuration. Raises ValidationError."""
    alarm_checks.check_composite_alarm(ctx, AlarmName, given)
    composites.arm(ctx, _save(ctx, AlarmName, "CompositeAlarm", _config(given), given))


@service.operation
def put_log_alarm(ctx, AlarmName, **given):
    """Make an alarm of a scheduled query's results, or replace its configuration. Raises ValidationError."""
    alarm_checks.check_log_alarm(given)
    log_alarms.arm(ctx, _save(ctx, AlarmName, "LogAlarm", _config(given), given))


def _config(given: dict[str, Any]) -> dict[str, Any]:
    config = {name: value for name, value in given.items() if name not in LEFT_OUT and value is not None}
    return {"ActionsEnabled": True, **{name: [] for name in ACTIONS}, **config}


def _save(ctx: Context, name: str, kind: str, config: dict[str, Any], given: dict[str, Any]) -> Alarm:
    rows = ctx.rows(alarms)
    before = rows.get(name)
    if before is not None and before.kind != kind:
        raise refused(f"An alarm of another type with the name {name} already exists.")
    if before is None:
        tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()}
        alarm = Alarm(name, kind, arn(ctx, "cloudwatch", f"alarm:{name}"), config, ctx.now, updated=ctx.now,
                      transitioned=ctx.now, tags=tags)  # fmt: skip
        remembering.configured(ctx, alarm, None)
    else:
        alarm = replace(before, config=config, configured=ctx.now)
        remembering.configured(ctx, alarm, before)
    return rows.put(alarm)


@service.operation
def delete_alarms(ctx, AlarmNames):
    """Delete all or, where one is not there, none. Raises ResourceNotFound."""
    rows = ctx.rows(alarms)
    if any(name not in rows for name in AlarmNames):
        raise no_alarm()
    for name in dict.fromkeys(AlarmNames):
        alarm = rows.delete(name)
        ctx.cancel(evaluating.job_of(name))
        remembering.deleted(ctx, alarm)


@service.operation
def enable_alarm_actions(ctx, AlarmNames):
    """Let alarms act again; names of none are passed over."""
    _switch(ctx, AlarmNames, True)


@service.operation
def disable_alarm_actions(ctx, AlarmNames):
    """Let alarms change without acting; names of none are passed over."""
    _switch(ctx, AlarmNames, False)


def _switch(ctx: Context, names: list[str], enabled: bool) -> None:
    rows = ctx.rows(alarms)
    for alarm in filter(None, map(rows.get, names)):
        changed = replace(alarm, config=alarm.config | {"ActionsEnabled": enabled}, configured=ctx.now)
        if changed.config != alarm.config:
            remembering.configured(ctx, changed, alarm)
            rows.put(changed)


@service.operation
def set_alarm_state(ctx, AlarmName, StateValue, StateReason, StateReasonData=None):
    """Put an alarm into a state until its next evaluation. Raises ResourceNotFound, InvalidFormat."""
    alarm = ctx.rows(alarms).get(AlarmName)
    if alarm is None:
        raise no_alarm()
    alarm_checks.check_reason_data(StateReasonData)
    changing.change(ctx, alarm, StateValue, StateReason, StateReasonData or "", transition=True)
