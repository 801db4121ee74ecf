"""When a secret is due for rotation: windows on the clock, in UTC.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
"""

from zoneinfo import ZoneInfo

from emulator.engines.cron import Cron
from emulator.engines.schedules import Rate, parse
from emulator.services.secretsmanager.errors import invalid_parameter

HOUR, DAY = 3600, 86400
LEAST = 4 * HOUR  # between rotations
UTC = ZoneInfo("UTC")


def check(rules: dict) -> None:
    """Raises InvalidParameterException for rules that are none."""
    if ("AutomaticallyAfterDays" in rules) == ("ScheduleExpression" in rules):
        raise invalid_parameter(
            "You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules, but not both."
        )
    if "ScheduleExpression" in rules:
        text = rules["ScheduleExpression"]
        try:
            found = parse(text)
        except ValueError:
            found = None
        whole_hours = isinstance(found, Rate) and found.seconds >= LEAST and found.seconds % HOUR == 0
        if not (whole_hours or isinstance(found, Cron)):
            raise invalid_parameter(f"Invalid schedule expression {text}.")


def next_window(rules: dict, since: float) -> tuple[float, float]:
    """(beginning, end) of the first window after ``since``, the last rotation or the beginning of all (epoch s)."""
    if "ScheduleExpression" not in rules:
        return _days(rules, since, rules["AutomaticallyAfterDays"])
    expression = parse(rules["ScheduleExpression"])
    if isinstance(expression, Cron):
        start = expression.following(since, UTC)
        return start, _end(rules, start, DAY - start % DAY)
    if expression.seconds % DAY == 0:
        return _days(rules, since, expression.seconds // DAY)
    start = since // HOUR * HOUR + expression.seconds
    return start, _end(rules, start, HOUR)


def _days(rules: dict, since: float, days: int) -> tuple[float, float]:
    start = since // DAY * DAY + days * DAY
    return start, _end(rules, start, DAY)


def _end(rules: dict, start: float, default: float) -> float:
    hours = rules.get("Duration")
    return start + (int(hours[:-1]) * HOUR if hours else default) - 1
