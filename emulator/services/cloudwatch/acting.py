"""What alarms do when they take a state: messages, functions, scaling policies, and when they are kept from it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
"""

from collections.abc import Callable
from typing import Any

import orjson

from emulator.engines.target_calls import Arn, read
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.cloudwatch import documents, mute_windows, remembering, suppression
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Alarm, alarms

BY_STATE = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


def acts(ctx: Context, alarm: Alarm, before: Alarm) -> None:
    """Do what the alarm's new state asks for, or leave it where something keeps the alarm from it."""
    rows = ctx.rows(alarms)
    mute = mute_windows.of(ctx, alarm.name)
    if mute is not None:
        rows.put(replace(alarm, more=alarm.more | {"muted_by": mute.rules, "muted_from": before.state}))
        ctx.at(mute.end, "unmute", f"unmute/{alarm.name}", name=alarm.name, transitioned=alarm.transitioned)
        return
    if alarm.more.get("muted_by"):
        more = {name: each for name, each in alarm.more.items() if name not in ("muted_by", "muted_from")}
        alarm = rows.put(replace(alarm, more=more))
    if not suppression.suppresses(ctx, alarm, before):
        perform(ctx, alarm, before)


@service.job
def unmute(ctx, name, transitioned):
    """A mute window is over: an alarm that is still in the state that it took meanwhile acts now."""
    alarm = ctx.rows(alarms).get(name)
    if alarm is None or alarm.transitioned != transitioned or not alarm.more.get("muted_by"):
        return
    mute = mute_windows.of(ctx, name)
    if mute is not None:
        ctx.at(mute.end, "unmute", f"unmute/{name}", name=name, transitioned=transitioned)
        return
    before = replace(alarm, state=alarm.more["muted_from"])
    more = {key: each for key, each in alarm.more.items() if key not in ("muted_by", "muted_from")}
    alarm = ctx.rows(alarms).put(replace(alarm, more=more))
    if alarm.state != "OK":
        perform(ctx, alarm, before, late=True)


@service.job
def release(ctx, name, by):
    """What kept a composite alarm from acting may be over."""
    due = suppression.released(ctx, name, by)
    if due is not None:
        perform(ctx, *due)


def perform(
    ctx: Context, alarm: Alarm, before: Alarm, late: bool = False, only: Callable[[str], bool] | None = None
) -> None:
    """Do the actions of the alarm's state, each by itself: one that fails is told in the history."""
    if not alarm.config["ActionsEnabled"]:
        return
    for action in alarm.config[BY_STATE[alarm.state]]:
        if only is None or only(action):
            _perform_one(ctx, alarm, before, action, late)


def _perform_one(ctx: Context, alarm: Alarm, before: Alarm, action: str, late: bool) -> None:
    target = read(action)
    told: dict[str, Any] = {"notificationResource": action, "stateUpdateTimestamp": round(alarm.updated * 1000)}
    do = ACTIONS.get(target.service, _unknown)
    try:
        told |= do(ctx, alarm, before, target, late)
    except AwsError as error:
        remembering.note(ctx, alarm, "Action", f"Failed to execute action {action}. Received error: "
                         f'"{error.message}"', {"actionState": "Failed", **told, "error": error.message})  # fmt: skip
        return
    remembering.note(ctx, alarm, "Action", f"Successfully executed action {action}", {
        "actionState": "Succeeded", **told
    })  # fmt: skip


def _topic(ctx: Context, alarm: Alarm, before: Alarm, target: Arn, late: bool) -> dict[str, Any]:
    message = orjson.dumps(documents.message(ctx, alarm, before, late)).decode()
    principal = acting("cloudwatch.amazonaws.com", alarm.arn, ctx.account)
    ctx.call("sns", "Publish", {
        "TopicArn": target.text, "Message": message, "Subject": documents.subject(ctx, alarm)
    }, as_=principal, **target.where(ctx))  # fmt: skip
    return {"publishedMessage": message}


def _function(ctx: Context, alarm: Alarm, before: Alarm, target: Arn, late: bool) -> dict[str, Any]:
    principal = acting("lambda.alarms.cloudwatch.amazonaws.com", alarm.arn, ctx.account)
    ctx.call("lambda", "Invoke", {
        "FunctionName": target.text, "InvocationType": "Event",
        "Payload": orjson.dumps(documents.payload(ctx, alarm, before)),
    }, as_=principal, **target.where(ctx))  # fmt: skip
    return {}


def _scaling(ctx: Context, alarm: Alarm, before: Alarm, target: Arn, late: bool) -> dict[str, Any]:
    """A policy of Application Auto Scaling; EC2's groups, whose ARNs name one, have no service here."""
    if ":resource/" not in target.resource:
        raise NotImplementedByEmulator(f"The action {target.text}")
    where = target.where(ctx)
    data = orjson.loads(alarm.data) if alarm.data else {}
    values = data.get("recentDatapoints") or []
    ctx.hand("application-autoscaling", "policy_alarmed", **where, policy=target.text, alarm=alarm.name,
             value=values[-1] if values else None, threshold=alarm.config.get("Threshold"))  # fmt: skip
    return {}


def is_scaling(action: str) -> bool:
    """Scaling policies are told again at every evaluation, for as long as the state lasts."""
    return read(action).service == "autoscaling"


def _operations_item(ctx: Context, alarm: Alarm, before: Alarm, target: Arn, late: bool) -> dict[str, Any]:
    """``opsitem:severity#CATEGORY=name``."""
    severity, _, category = target.resource.removeprefix("opsitem:").partition("#CATEGORY=")
    principal = acting("cloudwatch.amazonaws.com", alarm.arn, ctx.account)
    ctx.call("ssm", "CreateOpsItem", {
        "Title": f"CloudWatch alarm - '{alarm.name}' is in ALARM state", "Source": "CloudWatch Alarm",
        "Description": alarm.reason, "Severity": severity, **({"Category": category} if category else {}),
    }, as_=principal, **target.where(ctx))  # fmt: skip
    return {}


def _unknown(ctx: Context, alarm: Alarm, before: Alarm, target: Arn, late: bool) -> dict[str, Any]:
    raise NotImplementedByEmulator(f"The action {target.text}")


ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "autoscaling": _scaling, "lambda": _function, "sns": _topic, "ssm": _operations_item
}  # fmt: skip
