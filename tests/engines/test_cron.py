"""AWS's cron dialect against the examples of its documentation, and schedule expressions.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engines.cron import Cron
from emulator.engines.schedules import At, Rate, parse


def times(text, start, count):
    """The next times after a local one, as text."""
    cron, moment, found = Cron(text), datetime.fromisoformat(start), []
    for _ in range(count):
        moment = cron.after(moment)
        if moment is None:
            break
        found.append(moment.strftime("%a %Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(("text", "start", "expected"), [
    ("0 10 * * ? *", "2027-01-01T10:00", ["Sat 2027-01-02 10:00", "Sun 2027-01-03 10:00"]),
    ("15 12 * * ? *", "2027-01-01T12:14:59", ["Fri 2027-01-01 12:15", "Sat 2027-01-02 12:15"]),
    ("0 18 ? * MON-FRI *", "2027-01-01T18:00", ["Mon 2027-01-04 18:00", "Tue 2027-01-05 18:00"]),
    ("0 8 1 * ? *", "2027-01-15T00:00", ["Mon 2027-02-01 08:00", "Mon 2027-03-01 08:00"]),
    ("0/15 * * * ? *", "2027-01-01T00:50", ["Fri 2027-01-01 01:00", "Fri 2027-01-01 01:15"]),
    ("0/10 * ? * MON-FRI *", "2027-01-01T23:55", ["Mon 2027-01-04 00:00", "Mon 2027-01-04 00:10"]),
    ("0/5 8-17 ? * MON-FRI *", "2027-01-01T17:50", ["Fri 2027-01-01 17:55", "Mon 2027-01-04 08:00"]),
    ("0/30 20-23 ? * MON-FRI *", "2027-01-01T23:30", ["Mon 2027-01-04 20:00", "Mon 2027-01-04 20:30"]),
    ("0/30 0-2 ? * MON-FRI *", "2027-01-01T02:30", ["Mon 2027-01-04 00:00", "Mon 2027-01-04 00:30"]),
    ("15 10 ? * 6L 2022-2023", "2023-11-01T00:00", ["Fri 2023-11-24 10:15", "Fri 2023-12-29 10:15"]),
    ("0 0 3W * ? *", "2026-12-31T00:00", ["Mon 2027-01-04 00:00", "Wed 2027-02-03 00:00"]),
    ("0 0 1W * ? *", "2026-08-01T00:00", ["Mon 2026-08-03 00:00", "Tue 2026-09-01 00:00", "Thu 2026-10-01 00:00"]),
    ("0 0 31W * ? *", "2027-01-30T00:00", ["Wed 2027-03-31 00:00", "Mon 2027-05-31 00:00"]),
    ("0 0 ? * 3#2 *", "2027-01-01T00:00", ["Tue 2027-01-12 00:00", "Tue 2027-02-09 00:00"]),
    ("0 0 ? * MON#5 *", "2027-01-01T00:00", ["Mon 2027-03-29 00:00", "Mon 2027-05-31 00:00"]),
    ("0 0 L * ? *", "2028-01-31T00:00", ["Tue 2028-02-29 00:00", "Fri 2028-03-31 00:00"]),
    ("0 0 LW * ? *", "2027-01-01T00:00", ["Fri 2027-01-29 00:00", "Fri 2027-02-26 00:00"]),
    ("0 0 ? * L *", "2027-01-01T00:00", ["Sat 2027-01-02 00:00", "Sat 2027-01-09 00:00"]),
    ("1/10 0 1 1 ? *", "2027-01-01T00:00", ["Fri 2027-01-01 00:01", "Fri 2027-01-01 00:11", "Fri 2027-01-01 00:21"]),
    ("0 0 1 JAN,MAR ? 2027/50", "2027-01-01T00:00", ["Mon 2027-03-01 00:00", "Fri 2077-01-01 00:00"]),
    ("0 0 29 2 ? *", "2027-01-01T00:00", ["Tue 2028-02-29 00:00", "Sun 2032-02-29 00:00"]),
    ("0 12 * * ?", "2027-01-01T00:00", ["Fri 2027-01-01 12:00", "Sat 2027-01-02 12:00"]),
])  # fmt: skip
def test_documented_examples(text, start, expected):
    assert times(text, start, len(expected)) == expected


def test_a_cron_ends():
    assert times("15 10 ? * 6L 2022-2023", "2023-12-29T10:15", 1) == []
    assert times("0 0 30 2 ? *", "2027-01-01T00:00", 1) == []
    assert Cron("0 0 1 1 ? 2020").following(1_800_000_000.0) is None


@pytest.mark.parametrize("text", [
    "", "INVALID", "0 1 * * * *", "0 1 ? * ? *", "0 dummy ? * MON-FRI *", "7 20 * * NOT *", "71 8 1 * ? *",
    "0 24 * * ? *",
    "0 0 0 * ? *", "0 0 32 * ? *", "0 0 1 13 ? *", "0 0 ? * 8 *", "0 0 1 * ? 1969", "0 0 1 * ? 2200",
    "0 0 ? * 3#1,6#3 *",
    "0 0 ? * 3#6 *", "0/0 0 1 * ? *", "5-1 0 1 * ? *", "0 0 1 * MON *", "L 0 1 * ? *", "0 0 ? * 2/2 *",
    "0,,1 0 1 * ? *",
    "0 0 1 * ? * *", "0 0 1", "0 0 1L * ? *", "0 0 W * ? *", "-1 0 1 * ? *", "0 0 ? * W *",
])  # fmt: skip
def test_what_is_refused(text):
    with pytest.raises(ValueError):
        Cron(text)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def follow(text, zone, start, count):
    cron, moment, found = Cron(text), utc(start), []
    for _ in range(count):
        moment = cron.following(moment, ZoneInfo(zone))
        found.append(datetime.fromtimestamp(moment, UTC).strftime("%m-%d %H:%M"))
    return found


def test_clocks_that_change():
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time"""
    daily = "30 2 * * ? *"
    assert follow(daily, "America/Los_Angeles", "2027-03-13T00:00", 3) == ["03-13 10:30", "03-15 09:30", "03-16 09:30"]
    assert follow("30 1 * * ? *", "America/Los_Angeles", "2027-11-06T00:00", 3) == [
        "11-06 08:30", "11-07 08:30", "11-08 09:30",
    ]  # fmt: skip
    assert follow(daily, "UTC", "2027-03-13T00:00", 2) == ["03-13 02:30", "03-14 02:30"]


@given(st.integers(0, 4_000_000_000), st.sampled_from(("*/7 * * * ? *", "5 4 L * ? *", "0 0 ? * MON#1 *")))
def test_the_next_time_is_later_and_a_whole_minute(moment, text):
    following = Cron(text).following(moment)
    assert following > moment and following % 60 == 0


@pytest.mark.parametrize("expression", [
    " rate(10 minutes)", "rate( 10 minutes )", "rate()", "rate(-10 minutes)", "rate(10 minutess)", "rate(10 seconds)",
    "rate(10 years)", "rate(10)", "rate(foo minutes)", "rate(0 minutes)", "at(2021-12-31)", "at(2021-12-31T23:59:59Z)",
    "at(2021-13-31T23:59:59)", "at(2021-02-30T23:59:59)", "cron()", "5 minutes", "", "Rate(5 minutes)",
])  # fmt: skip
def test_expressions_that_are_refused(expression):
    with pytest.raises(ValueError):
        parse(expression)


def test_rates_and_times():
    assert parse("rate(1 minute)") == Rate(60) == parse("rate(1 minutes)")
    assert parse("rate(2 hours)") == Rate(7200)
    assert parse("rate(1 days)") == Rate(86400)
    assert parse("at(2022-11-20T13:00:00)") == At(datetime(2022, 11, 20, 13))
    at = parse("at(2022-11-20T13:00:00)")
    assert at.moment(ZoneInfo("America/Los_Angeles")) == utc("2022-11-20T21:00:00")


@given(st.floats(1e9, 4e9), st.floats(-1e6, 1e7), st.sampled_from((60, 3600, 86400 * 365)))
def test_a_rate_keeps_its_step(anchor, distance, period):
    due = Rate(period).next(anchor, anchor + distance)
    assert due >= anchor and (due > anchor + distance or distance < 0)
    following = Rate(period).next(anchor, due)
    assert abs(following - due - period) < 1e-5
