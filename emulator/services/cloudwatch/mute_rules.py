"""Mute rules: windows in which alarms change their state without acting.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html
"""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.kernel.context import Context, arn
from emulator.resources.pagination import page
from emulator.services.cloudwatch import mute_windows
from emulator.services.cloudwatch.errors import INVALID_TOKEN, not_found, refused
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, alarms, mute_rules

PAGE = 50


@service.operation
def put_alarm_mute_rule(ctx, Name, Rule, Description=None, MuteTargets=None, Tags=(), StartDate=None, ExpireDate=None):
    """Make a rule or replace one. Raises ValidationError."""
    _check(Rule["Schedule"])
    if StartDate is not None and ExpireDate is not None and StartDate >= ExpireDate:
        raise refused("StartDate must be before ExpireDate.")
    given = {"Description": Description, "Rule": Rule, "MuteTargets": MuteTargets, "StartDate": StartDate,
             "ExpireDate": ExpireDate, "arn": arn(ctx, "cloudwatch", f"alarm-mute-rule:{Name}")}  # fmt: skip
    config = {name: value for name, value in given.items() if value is not None}
    rows = ctx.rows(mute_rules)
    before = rows.get(Name)
    tags = before.tags if before is not None else {tag["Key"]: tag["Value"] for tag in Tags or ()}
    rows.put(Named(Name, config, before.created if before else ctx.now, ctx.now, tags))


def _check(plan: dict[str, Any]) -> None:
    try:
        mute_windows.schedule(plan["Expression"])
    except ValueError:
        raise refused(f"The schedule expression {plan['Expression']} is not valid.") from None
    try:
        mute_windows.duration(plan["Duration"])
    except ValueError:
        raise refused(f"The duration {plan['Duration']} is not valid. It must be between PT1M and P15D.") from None
    try:
        ZoneInfo(plan.get("Timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise refused(f"The time zone {plan['Timezone']} is not valid.") from None


def _status(ctx: Context, rule: Named) -> str:
    if mute_windows.over(rule, ctx.now):
        return "EXPIRED"
    return "ACTIVE" if mute_windows.window(rule, ctx.now) else "SCHEDULED"


def _shown(ctx: Context, rule: Named) -> dict[str, Any]:
    once = rule.config["Rule"]["Schedule"]["Expression"].startswith("at(")
    found = {
        "AlarmMuteRuleArn": rule.config["arn"], "Status": _status(ctx, rule), "LastUpdatedTimestamp": rule.updated,
        "MuteType": "ONE_TIME" if once else "RECURRING",
    }  # fmt: skip
    return found | ({"ExpireDate": rule.config["ExpireDate"]} if "ExpireDate" in rule.config else {})


@service.operation
def get_alarm_mute_rule(ctx, AlarmMuteRuleName):
    """Raises ResourceNotFoundException."""
    rule = ctx.rows(mute_rules).get(AlarmMuteRuleName)
    if rule is None:
        raise not_found(f"Alarm mute rule {AlarmMuteRuleName} does not exist.")
    config = {name: value for name, value in rule.config.items() if name != "arn"}
    return {"Name": rule.name, **config, **_shown(ctx, rule)}


@service.operation
def delete_alarm_mute_rule(ctx, AlarmMuteRuleName):
    """Deleting what is not there succeeds."""
    ctx.rows(mute_rules).delete(AlarmMuteRuleName)


@service.operation
def list_alarm_mute_rules(ctx, AlarmName=None, Statuses=None, MaxRecords=PAGE, NextToken=None):
    """By name. Raises InvalidNextToken, ResourceNotFoundException."""
    if AlarmName is not None and AlarmName not in ctx.rows(alarms):
        raise not_found(f"Alarm {AlarmName} does not exist.")

    def wanted(rule: Named) -> bool:
        targets = (rule.config.get("MuteTargets") or {}).get("AlarmNames", ())
        return AlarmName in (None, *targets) and (not Statuses or _status(ctx, rule) in Statuses)

    found, token = page(ctx, filter(wanted, ctx.rows(mute_rules)), lambda each: each.name, NextToken, MaxRecords,
                        query=(AlarmName, Statuses), invalid=INVALID_TOKEN)  # fmt: skip
    answer = {"AlarmMuteRuleSummaries": [_shown(ctx, each) for each in found]}
    return answer | ({"NextToken": token} if token else {})
