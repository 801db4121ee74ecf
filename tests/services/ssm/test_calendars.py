"""Change calendars: their state at a moment, and when it changes."""

import pytest


def content(*lines, kind="DEFAULT_OPEN"):
    return "\r\n".join(("BEGIN:VCALENDAR", "PRODID:-//test//EN", "VERSION:2.0", f"X-CALENDAR-TYPE:{kind}", *(
        ("BEGIN:VEVENT", "UID:1", "DTSTAMP:20300101T000000Z", *lines, "END:VEVENT") if lines else ()),
        "END:VCALENDAR", ""))


DAY = ("DTSTART:20300101T000000Z", "DTEND:20300102T000000Z")
NIGHTS = ("DTSTART;TZID=Europe/Berlin:20300101T220000", "DURATION:PT8H", "RRULE:FREQ=DAILY;COUNT=3",
          "EXDATE;TZID=Europe/Berlin:20300102T220000")


@pytest.fixture
def calendar(ssm):
    """Make a calendar; its name."""
    names = iter(f"calendar-{number}" for number in range(9))

    def make(*lines, kind="DEFAULT_OPEN"):
        name = next(names)
        ssm.create_document(Name=name, Content=content(*lines, kind=kind), DocumentType="ChangeCalendar",
                            DocumentFormat="TEXT")
        return name

    return make


def state(ssm, moment, *names):
    found = ssm.get_calendar_state(CalendarNames=list(names), AtTime=moment)
    return found["State"], found.get("NextTransitionTime")


def test_an_event_closes_a_calendar_that_is_open_else(ssm, calendar):
    name = calendar(*DAY)
    assert state(ssm, "2029-12-31T23:00:00Z", name) == ("OPEN", "2030-01-01T00:00:00Z")
    assert state(ssm, "2030-01-01T12:00:00+0100", name) == ("CLOSED", "2030-01-02T00:00:00Z")
    assert state(ssm, "2030-01-02T00:00:00Z", name) == ("OPEN", None)


def test_an_event_opens_a_calendar_that_is_closed_else(ssm, calendar):
    name = calendar(*DAY, kind="DEFAULT_CLOSED")
    assert state(ssm, "2030-01-01T12:00:00Z", name) == ("OPEN", "2030-01-02T00:00:00Z")
    assert state(ssm, "2030-01-03T00:00:00Z", name) == ("CLOSED", None)


def test_several_calendars_are_open_when_all_are(ssm, calendar):
    closed, opened = calendar(kind="DEFAULT_CLOSED"), calendar()
    assert state(ssm, "2030-01-01T00:00:00Z", opened) == ("OPEN", None)
    assert state(ssm, "2030-01-01T00:00:00Z", opened, closed) == ("CLOSED", None)


def test_events_recur_in_their_zone_but_on_the_days_left_out(ssm, calendar):
    name = calendar(*NIGHTS)
    assert state(ssm, "2030-01-02T00:00:00Z", name) == ("CLOSED", "2030-01-02T05:00:00Z")
    assert state(ssm, "2030-01-02T23:00:00Z", name) == ("OPEN", "2030-01-03T21:00:00Z")
    assert state(ssm, "2030-01-03T22:00:00Z", name) == ("CLOSED", "2030-01-04T05:00:00Z")


def test_without_a_time_it_is_the_state_now(ssm, calendar):
    found = ssm.get_calendar_state(CalendarNames=[calendar()])
    assert found["State"] == "OPEN" and found["AtTime"].endswith("Z")


def test_what_is_no_calendar_is_refused(ssm, calendar):
    with pytest.raises(ssm.exceptions.InvalidDocumentContent):
        ssm.create_document(Name="none", Content="BEGIN:VEVENT", DocumentType="ChangeCalendar", DocumentFormat="TEXT")
    with pytest.raises(ssm.exceptions.InvalidDocumentType):
        ssm.get_calendar_state(CalendarNames=["AWS-RunShellScript"])
    with pytest.raises(ssm.exceptions.InvalidDocument):
        ssm.get_calendar_state(CalendarNames=["nobody-made-this"])
