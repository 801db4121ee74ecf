"""When mute rules mute: their windows on the clock, from their schedules.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
"""

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from emulator.engines.cron import Cron
from emulator.kernel.context import Context
from emulator.services.cloudwatch.tables import Named, mute_rules

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+)\)")
SHORTEST, LONGEST = 60, 15 * 86400  # seconds that a window may last


class Mute(NamedTuple):
    """That an alarm is muted: by the rules of these ARNs, until ``end`` (epoch seconds)."""

    rules: list[str]
    end: float


def duration(text: str) -> int:
    """Seconds of an ISO 8601 duration. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        raise ValueError(text)
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if not SHORTEST <= total <= LONGEST:
        raise ValueError(text)
    return total


def schedule(expression: str) -> datetime | Cron:
    """The local time of an ``at``, or a ``cron`` of five fields. Raises ValueError."""
    if at := _AT.fullmatch(expression):
        return datetime.fromisoformat(at[1])
    cron = _CRON.fullmatch(expression)
    if cron is None:
        raise ValueError(expression)
    minutes, hours, day, month, weekday = cron.groups()
    # AWS's own dialect wants a question mark for the one of the two that doesn't count.
    day, weekday = (day, "?") if weekday == "*" else ("?", weekday)
    return Cron(f"{minutes} {hours} {day} {month} {weekday}")


def window(rule: Named, moment: float) -> tuple[float, float] | None:
    """The window of a rule that holds at a moment: its beginning and end."""
    plan = rule.config["Rule"]["Schedule"]
    seconds, zone = duration(plan["Duration"]), ZoneInfo(plan.get("Timezone") or "UTC")
    when = schedule(plan["Expression"])
    for begin in _begins(when, zone, moment, seconds):
        end = min(begin + seconds, rule.config.get("ExpireDate") or float("inf"))
        if begin >= (rule.config.get("StartDate") or 0) and begin <= moment < end:
            return begin, end
    return None


def _begins(when: datetime | Cron, zone: ZoneInfo, moment: float, seconds: int):
    """The beginnings of windows that may hold at a moment."""
    if isinstance(when, datetime):
        yield when.replace(tzinfo=zone).timestamp()
        return
    begin = moment - seconds
    while (begin := when.following(begin, zone)) is not None and begin <= moment:
        yield begin


def over(rule: Named, moment: float) -> bool:
    """Whether a rule will never mute again."""
    expires = rule.config.get("ExpireDate")
    if expires is not None and expires <= moment:
        return True
    plan = rule.config["Rule"]["Schedule"]
    when = schedule(plan["Expression"])
    if not isinstance(when, datetime):
        return False
    begin = when.replace(tzinfo=ZoneInfo(plan.get("Timezone") or "UTC")).timestamp()
    return begin + duration(plan["Duration"]) <= moment


def of(ctx: Context, alarm: str) -> Mute | None:
    """What mutes an alarm now; None when nothing does."""
    found = [
        (rule.config["arn"], held[1])
        for rule in ctx.rows(mute_rules)
        if alarm in (rule.config.get("MuteTargets") or {}).get("AlarmNames", ()) and (held := window(rule, ctx.now))
    ]
    return Mute([arn for arn, _ in found], max(end for _, end in found)) if found else None
