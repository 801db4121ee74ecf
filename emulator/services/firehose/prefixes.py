"""Prefixes of S3 keys, with their expressions ``!{namespace:value}``.

https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

EXPRESSION = re.compile(r"!\{([A-Za-z]+):([^}]*)\}")
NAMESPACES = ("timestamp", "firehose", "partitionKeyFromQuery", "partitionKeyFromLambda")
HOURLY = "!{timestamp:yyyy/MM/dd/HH}/"
# Runs of one letter, quoted text, and the rest, as Java's DateTimeFormatter reads a pattern.
PATTERN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
FIELDS: dict[str, Callable[[datetime, int], str]] = {
    "y": lambda at, width: f"{at.year % 100:02d}" if width == 2 else f"{at.year:0{width}d}",
    "M": lambda at, width: at.strftime("%B" if width == 4 else "%b") if width > 2 else f"{at.month:0{width}d}",
    "d": lambda at, width: f"{at.day:0{width}d}",
    "D": lambda at, width: f"{at.timetuple().tm_yday:0{width}d}",
    "H": lambda at, width: f"{at.hour:0{width}d}",
    "h": lambda at, width: f"{(at.hour + 11) % 12 + 1:0{width}d}",
    "m": lambda at, width: f"{at.minute:0{width}d}",
    "s": lambda at, width: f"{at.second:0{width}d}",
    "S": lambda at, width: f"{at.microsecond:06d}".ljust(9, "0")[:width],
    "a": lambda at, width: "AM" if at.hour < 12 else "PM",
    "E": lambda at, width: at.strftime("%A" if width == 4 else "%a"),
}
FIELDS["u"] = FIELDS["y"]
FIELDS["Y"] = FIELDS["y"]


def expressions(prefix: str) -> Iterator[tuple[str, str]]:
    """The (namespace, value) pairs of a prefix."""
    return ((match[1], match[2]) for match in EXPRESSION.finditer(prefix))


def with_hours(prefix: str) -> str:
    """A prefix as it is evaluated: one without expressions is followed by the hour."""
    return prefix if EXPRESSION.search(prefix) else prefix + HOURLY


def evaluated(
    prefix: str, moment: float, zone: str = "", *, failure: str = "", random: Callable[[], str] = str,
    query: dict[str, str] | None = None, function: dict[str, str] | None = None,
) -> str:  # fmt: skip
    """The prefix with its expressions replaced; ``moment`` in epoch seconds, ``random`` gives a new string each time.

    Raises KeyError for a partition key that is not there.
    """
    at = datetime.fromtimestamp(moment, ZoneInfo(zone or "UTC"))
    values = {
        "timestamp": lambda value: formatted(at, value),
        "firehose": lambda value: failure if value == "error-output-type" else random(),
        "partitionKeyFromQuery": lambda value: (query or {})[value],
        "partitionKeyFromLambda": lambda value: (function or {})[value],
    }
    return EXPRESSION.sub(lambda match: values[match[1]](match[2]), prefix)


def formatted(at: datetime, pattern: str) -> str:
    """A time in a pattern of Java's DateTimeFormatter; letters that are no field of a date or time stay."""

    def one(match: re.Match) -> str:
        if match[1] is not None:
            return match[1].replace("''", "'") or "'"
        field = FIELDS.get(match[2] or "")
        return field(at, len(match[0])) if field else match[0]

    return PATTERN.sub(one, pattern)
