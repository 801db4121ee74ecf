"""The earlier time that a query compares its own with.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Diff.html
"""

from calendar import monthrange
from datetime import UTC, datetime

from emulator.engines.insights.functions import UNITS, milliseconds, period

NAMED = {"previousday": "1d", "previousweek": "1w", "previousmonth": "1mo"}
MONTHS = {"mo": 1, "q": 3, "y": 12}


def earlier(compared: str, start: int, end: int) -> tuple[int, int]:
    """The time of equal length (milliseconds) that "previous", "previousday" and the like or a period lead to."""
    if compared == "previous":
        return start - (end - start) - 1, start - 1
    count, unit = period(NAMED.get(compared, compared))
    if unit in UNITS:
        length = milliseconds(NAMED.get(compared, compared))
        return start - length, end - length
    shift = start - _months_before(start, count * MONTHS[unit])
    return start - shift, end - shift


def _months_before(moment: int, count: int) -> int:
    day = datetime.fromtimestamp(moment / 1000, UTC)
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    moved = day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
    return round(moved.timestamp() * 1000)
