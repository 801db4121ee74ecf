"""AWS's cron dialect: minutes, hours, day-of-month, month, day-of-week and an optional year, with L, W, # and ?.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import calendar
import re
from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = {name: number for number, name in enumerate(
    ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1)}  # fmt: skip
WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
FIRST_YEAR, LAST_YEAR = 1970, 2199

_STEP = re.compile(r"(?P<range>\*|[A-Z0-9]+(-[A-Z0-9]+)?)(/(?P<step>\d+))?")

Days = Callable[[int, int], list[int]]  # (year, month) -> the days of the month, ascending


class Cron:
    """A parsed expression. Raises ValueError for one that AWS refuses; ``text`` is what stands between the brackets."""

    def __init__(self, text: str):
        fields = text.upper().split()
        if len(fields) == 5:
            fields.append("*")
        if len(fields) != 6:
            raise ValueError("a cron expression has six fields")
        minutes, hours, month_days, months, weekdays, years = fields
        if (month_days == "?") == (weekdays == "?"):
            raise ValueError("one of day-of-month and day-of-week must be ?")
        self._minutes = numbers(minutes, 0, 59)
        self._hours = numbers(hours, 0, 23)
        self._months = numbers(months, 1, 12, MONTHS)
        self._years = numbers(years, FIRST_YEAR, LAST_YEAR)
        self._days = by_weekday(weekdays) if month_days == "?" else by_day(month_days)

    def after(self, moment: datetime) -> datetime | None:
        """The next minute that fits, later than ``moment`` (local time without a zone); None when there is none."""
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        day_start = moment.replace(hour=0, minute=0)
        for year in self._years[bisect_left(self._years, moment.year) :]:
            for month in self._months:
                if (year, month) < (moment.year, moment.month):
                    continue
                for day in self._days(year, month):
                    date = datetime(year, month, day)
                    if date < day_start:
                        continue
                    time = self._time_from(moment.hour, moment.minute) if date == day_start else self._time_from(0, 0)
                    if time is not None:
                        return date.replace(hour=time[0], minute=time[1])
        return None

    def _time_from(self, hour: int, minute: int) -> tuple[int, int] | None:
        """The first time of a day at or after one."""
        for each in self._hours[bisect_left(self._hours, hour) :]:
            if each > hour:
                return each, self._minutes[0]
            at = bisect_left(self._minutes, minute)
            if at < len(self._minutes):
                return each, self._minutes[at]
        return None

    def following(self, moment: float, zone: ZoneInfo | None = None) -> float | None:
        """The next time that fits, later than ``moment``, both in epoch seconds; the expression is in the zone's time.

        A time that the clocks skip in spring is skipped; one that they pass twice in autumn counts once, the first.
        """
        zone = zone or UTC
        local = datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
        while (local := self.after(local)) is not None:
            at = local.replace(tzinfo=zone).timestamp()
            if at > moment and datetime.fromtimestamp(at, zone).replace(tzinfo=None) == local:
                return at
        return None


def numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> list[int]:
    """``1-5,10/15`` as ascending numbers. Raises ValueError for anything else or outside of ``low`` to ``high``."""
    found: set[int] = set()
    for part in field.split(","):
        parsed = _STEP.fullmatch(part)
        if parsed is None:
            raise ValueError(f"{part!r} is not a value, a range or an increment")
        step = int(parsed["step"] or 1)
        if step < 1:
            raise ValueError("an increment is at least 1")
        if parsed["range"] == "*":
            first, last = low, high
        else:
            ends = [_number(each, low, high, names) for each in parsed["range"].split("-")]
            first, last = ends[0], ends[-1]
            if len(ends) == 1 and parsed["step"]:
                last = high
            if first > last:
                raise ValueError(f"{part!r} ends before it begins")
        found.update(range(first, last + 1, step))
    return sorted(found)


def _number(text: str, low: int, high: int, names: dict[str, int] | None) -> int:
    value = (names or {}).get(text)
    if value is None:
        value = int(text)  # a word raises ValueError
    if not low <= value <= high:
        raise ValueError(f"{text} is not within {low} to {high}")
    return value


def by_day(field: str) -> Days:
    """Day-of-month: numbers, ``L`` (the last day), ``LW`` (the last weekday), ``15W`` (the weekday nearest to it)."""
    if field == "L":
        return lambda year, month: [_length(year, month)]
    if field == "LW":
        return lambda year, month: [_nearest_weekday(year, month, _length(year, month))]
    if field.endswith("W"):
        wanted = _number(field[:-1], 1, 31, None)
        return lambda year, month: (
            [_nearest_weekday(year, month, wanted)] if wanted <= _length(year, month) else []
        )  # fmt: skip
    days = numbers(field, 1, 31)
    return lambda year, month: [day for day in days if day <= _length(year, month)]


def by_weekday(field: str) -> Days:
    """Day-of-week: numbers (1: Sunday) or names, ``L`` (Saturday), ``6L`` (last Friday), ``3#2`` (second Tuesday)."""
    if "#" in field:
        weekday, _, nth = field.partition("#")
        wanted, place = _number(weekday, 1, 7, WEEKDAYS), _number(nth, 1, 5, None)
        return lambda year, month: _weekdays(year, month, {wanted})[place - 1 : place]
    if field.endswith("L") and field != "L":
        wanted = _number(field[:-1], 1, 7, WEEKDAYS)
        return lambda year, month: _weekdays(year, month, {wanted})[-1:]
    if "/" in field:
        raise ValueError("day-of-week takes no increments")
    days = {7} if field == "L" else set(numbers(field, 1, 7, WEEKDAYS))
    return lambda year, month: _weekdays(year, month, days)


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _weekday(year: int, month: int, day: int) -> int:
    """1 for Sunday to 7 for Saturday."""
    return (calendar.weekday(year, month, day) + 1) % 7 + 1


def _weekdays(year: int, month: int, wanted: set[int]) -> list[int]:
    return [day for day in range(1, _length(year, month) + 1) if _weekday(year, month, day) in wanted]


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """The Monday to Friday nearest a day, within its month."""
    weekday = _weekday(year, month, day)
    if weekday == 7:
        return day - 1 if day > 1 else day + 2
    if weekday == 1:
        return day + 1 if day < _length(year, month) else day - 2
    return day
