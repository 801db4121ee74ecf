"""Schedule expressions, ``rate(5 minutes)``, ``cron(…)`` and ``at(2027-01-31T12:00:00)``, and when they fall due.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import math
import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from emulator.engines.cron import Cron

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
ROUNDING = 1e-4  # seconds: more than float arithmetic on epoch seconds may lose
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


class Rate(NamedTuple):
    """Every so many seconds of the clock, counted from an anchor."""

    seconds: int

    def next(self, anchor: float, moment: float) -> float:
        """The first due time after ``moment``."""
        return anchor + max(0, math.floor((moment - anchor + ROUNDING) / self.seconds) + 1) * self.seconds


class At(NamedTuple):
    """Once, at a local time."""

    local: datetime

    def moment(self, zone: ZoneInfo) -> float:
        return self.local.replace(tzinfo=zone).timestamp()


def parse(expression: str) -> Rate | Cron | At:
    """Read an expression. Raises ValueError for one that is not valid."""
    if rate := _RATE.fullmatch(expression):
        if int(rate[1]) < 1:
            raise ValueError("a rate is a positive number")
        return Rate(int(rate[1]) * SECONDS[rate[2]])
    if cron := _CRON.fullmatch(expression):
        return Cron(cron[1])
    if at := _AT.fullmatch(expression):
        return At(datetime.fromisoformat(at[1]))
    raise ValueError(f"{expression!r} is no schedule expression")
