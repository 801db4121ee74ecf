"""What a change calendar says: its iCalendar content as spans of time in which it is not in its usual state.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-change-calendar.html
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateutil.rrule import rrulestr

from emulator.kernel.errors import AwsError

HORIZON = timedelta(days=366)  # how far ahead a change of the state is looked for


class Event(NamedTuple):
    """When it begins first, how long it is, its rule of recurrence (RFC 5545) and the times that are left out."""

    start: datetime
    length: timedelta
    rule: str | None
    left_out: frozenset[datetime]

    def around(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The times it takes place that end after a moment and begin within the horizon."""
        first, last = moment - self.length, moment + HORIZON
        if self.rule is None:
            starts = [self.start] if first < self.start <= last else []
        else:
            starts = rrulestr(self.rule, dtstart=self.start).between(first, last)
        return ((start, start + self.length) for start in starts if start not in self.left_out)


class Calendar(NamedTuple):
    """``opens``: whether it is open while nothing takes place."""

    opens: bool
    events: tuple[Event, ...]


@lru_cache(maxsize=64)
def read(content: str) -> Calendar:
    """Raises InvalidDocumentContent for what is no calendar."""
    from icalendar import Calendar as Parsed  # slow to import, and seldom needed

    try:
        found = Parsed.from_ical(content)
        events = tuple(map(_event, found.walk("VEVENT")))
        for event in events:
            list(event.around(event.start))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise AwsError("InvalidDocumentContent", "The content is not a valid iCalendar.") from None
    return Calendar(str(found.get("X-CALENDAR-TYPE", "DEFAULT_OPEN")) != "DEFAULT_CLOSED", events)


def _event(component) -> Event:
    start = component["DTSTART"].dt
    whole_days = not isinstance(start, datetime)
    if "DTEND" in component:
        length = _moment(component["DTEND"].dt) - _moment(start)
    else:
        length = component["DURATION"].dt if "DURATION" in component else timedelta(days=int(whole_days))
    rule = component["RRULE"].to_ical().decode() if "RRULE" in component else None
    skipped = component.get("EXDATE") or []
    lists = skipped if isinstance(skipped, list) else [skipped]
    return Event(_moment(start), length, rule, frozenset(_moment(each.dt) for one in lists for each in one.dts))


def _moment(value: date) -> datetime:
    """A day begins at midnight UTC, and so is a time meant that names no zone."""
    found = value if isinstance(value, datetime) else datetime.combine(value, time())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def state(calendars: list[Calendar], moment: datetime) -> tuple[bool, datetime | None]:
    """Whether all are open at a moment, and when that changes; None when it does not within the horizon."""
    spans = [(each.opens, [span for event in each.events for span in event.around(moment)]) for each in calendars]

    def is_open(when: datetime) -> bool:
        return all(opens != any(start <= when < end for start, end in found) for opens, found in spans)

    now = is_open(moment)
    bounds = sorted({bound for _, found in spans for span in found for bound in span if bound > moment})
    return now, next((bound for bound in bounds if is_open(bound) != now), None)
