"""Timestamps: epoch seconds (int or float) on our side, the three texts of AWS on the wire.

https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from math import isfinite

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def seconds(value) -> int | float:
    """Epoch seconds of a number or datetime, at millisecond precision; an int when whole."""
    if value.__class__ is int:
        return value
    if isinstance(value, datetime):
        value = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


@lru_cache(4096)
def _iso_whole(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def iso8601(value) -> str:
    """``2024-01-01T00:00:00Z``, with milliseconds only when there are any."""
    value = seconds(value)
    if value.__class__ is int:
        return _iso_whole(value) + "Z"
    return iso8601_milliseconds(value)


def iso8601_milliseconds(value) -> str:
    """``2024-01-01T00:00:00.000Z``: always with milliseconds."""
    whole, fraction = divmod(round(seconds(value) * 1000), 1000)
    return f"{_iso_whole(whole)}.{fraction:03d}Z"


@lru_cache(4096)
def _http_whole(whole: int) -> str:
    at = datetime.fromtimestamp(whole, UTC)
    return (f"{DAYS[at.weekday()]}, {at.day:02d} {MONTHS[at.month - 1]} {at.year:04d} "
            f"{at.hour:02d}:{at.minute:02d}:{at.second:02d} GMT")


def http_date(value) -> str:
    """``Mon, 01 Jan 2024 00:00:00 GMT``; AWS writes no fractions here."""
    return _http_whole(int(seconds(value) // 1))


def unix(value) -> str:
    return str(seconds(value))


def from_iso8601(text: str) -> int | float:
    """Raises ValueError."""
    at = datetime.fromisoformat(text)
    return seconds(at)


def from_http_date(text: str) -> int | float:
    """Raises ValueError."""
    try:
        return seconds(parsedate_to_datetime(text))
    except (TypeError, IndexError, OverflowError) as error:
        raise ValueError(text) from error


def from_unix(text: str) -> int | float:
    """Raises ValueError."""
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return seconds(value)


def from_any(text: str) -> int | float:
    """Any of the three texts: AWS reads them all wherever a timestamp stands. Raises ValueError."""
    for read in (from_iso8601, from_unix, from_http_date):
        try:
            return read(text)
        except (ValueError, OverflowError):
            continue
    raise ValueError(text)


WRITERS: dict[str, Callable] = {
    "iso8601": iso8601,
    "iso8601ms": iso8601_milliseconds,
    "rfc822": http_date,
    "unixTimestamp": unix,
}
