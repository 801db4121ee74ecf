"""Rules on schedules fire on the clock."""

import pytest


@pytest.fixture
def scheduled(events, queue):
    def make(expression, **members):
        q = queue()
        events.put_rule(Name="r", ScheduleExpression=expression, **members)
        events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": q.arn}])
        return q

    return make


def test_a_rate_counts_from_the_rule(scheduled, emulator):
    q = scheduled("rate(5 minutes)")
    assert q.messages() == []
    emulator.advance(601)
    found = q.documents()
    assert [each["time"] for each in found] == ["2027-01-15T12:05:00Z", "2027-01-15T12:10:00Z"]
    assert {key: value for key, value in found[0].items() if key not in ("id", "time")} == {
        "version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "account": "000000000000",
        "region": "us-east-1", "resources": ["arn:aws:events:us-east-1:000000000000:rule/r"], "detail": {},
    }  # fmt: skip


def test_cron_is_in_utc(scheduled, emulator):
    q = scheduled("cron(30 14 ? * FRI *)")
    emulator.advance(86400)
    assert [each["time"] for each in q.documents()] == ["2027-01-15T14:30:00Z"]
    emulator.advance(7 * 86400)
    assert [each["time"] for each in q.documents()] == ["2027-01-22T14:30:00Z"]


def test_a_disabled_rule_rests(scheduled, events, emulator):
    q = scheduled("rate(1 minute)", State="DISABLED")
    emulator.advance(300)
    assert q.messages() == []
    events.enable_rule(Name="r")
    emulator.advance(60)
    assert len(q.messages()) == 1


def test_a_deleted_rule_is_silent(scheduled, events, emulator):
    q = scheduled("rate(1 minute)")
    events.remove_targets(Rule="r", Ids=["t"])
    events.delete_rule(Name="r")
    emulator.advance(300)
    assert q.messages() == []


@pytest.mark.parametrize("expression", [
    "rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(5 seconds)", "cron(0 1 * * * *)", "cron(0 1 * * ?)",
    "at(2027-01-31T12:00:00)", "every day",
])  # fmt: skip
def test_expressions_that_aws_refuses(events, refused, expression):
    assert refused(events.put_rule, Name="r", ScheduleExpression=expression) == (
        "ValidationException", "Parameter ScheduleExpression is not valid."
    )


def test_schedules_stand_on_the_default_bus_alone(events, refused):
    events.create_event_bus(Name="b")
    assert refused(events.put_rule, Name="r", EventBusName="b", ScheduleExpression="rate(1 minute)")[1] == (
        "ScheduleExpression is supported only on the default event bus."
    )
    assert refused(events.put_rule, Name="r")[1] == (
        "Parameter(s) EventPattern or ScheduleExpression must be specified."
    )
