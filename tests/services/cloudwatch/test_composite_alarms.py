"""Composite alarms: their rule, their suppressor, and mute rules over alarms of any kind."""

from datetime import UTC, datetime

import pytest

TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
QUIET = {"AlarmActions": [], "OKActions": []}


@pytest.fixture
def composite(cloudwatch, alarm):
    """Alarms a, b and s that say nothing, and ``composite(rule, …)`` above them."""
    for name in ("a", "b", "s"):
        alarm(name, MetricName=name, **QUIET)

    def make(rule, name="c", **more):
        cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule, AlarmActions=[TOPIC], **more)

    return make


@pytest.fixture
def turn(cloudwatch, emulator):
    """``turn("a", "ALARM")``: give an alarm a state, and let what follows from it happen."""

    def call(name, state):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="the test")
        emulator.advance(0.001)

    return call


def test_a_rule_follows_its_children(composite, turn, state, messages, emulator):
    composite('ALARM("a") AND NOT ALARM(b)')
    emulator.advance(0.001)
    assert state("c") == "OK"
    turn("a", "ALARM")
    assert state("c") == "ALARM"
    turn("b", "ALARM")
    assert state("c") == "OK"
    told = messages()
    assert [each["NewStateValue"] for each in told] == ["ALARM"]
    assert told[0]["TriggeringChildren"][0]["Arn"].endswith(":alarm:a")
    reason = told[0]["NewStateReason"]
    assert reason.startswith("arn:aws:cloudwatch:us-east-1:000000000000:alarm:a transitioned to ALARM at Friday 15 ")


def test_rules_of_rules(composite, turn, state, cloudwatch):
    composite("ALARM(a)")
    composite("OK(c) OR AT_LEAST(1, ALARM, (a, b))", "d")
    turn("b", "ALARM")
    assert (state("c"), state("d")) == ("OK", "ALARM")
    children = cloudwatch.describe_alarms(ChildrenOfAlarmName="d")
    assert [each["AlarmName"] for each in children["MetricAlarms"]] == ["a", "b"]
    parents = cloudwatch.describe_alarms(ParentsOfAlarmName="a")["CompositeAlarms"]
    assert [each["AlarmName"] for each in parents] == ["c", "d"] and "AlarmRule" not in parents[0]


@pytest.mark.parametrize("rule, part", [
    ("ALARM(a", "AlarmRule"), ("ALARM(absent)", "[absent] in the alarm rule do not")
])  # fmt: skip
def test_rules_that_are_refused(rule, part, composite, cloudwatch, refused):
    code, message = refused(cloudwatch.put_composite_alarm, AlarmName="x", AlarmRule=rule)
    assert code == "ValidationError" and part in message


def test_a_suppressor_holds_actions_back(composite, turn, state, messages, cloudwatch, emulator):
    composite("ALARM(a)", ActionsSuppressor="s", ActionsSuppressorWaitPeriod=0, ActionsSuppressorExtensionPeriod=30)
    turn("s", "ALARM")
    turn("a", "ALARM")
    found = cloudwatch.describe_alarms(AlarmNames=["c"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
    assert (found["StateValue"], found["ActionsSuppressedBy"]) == ("ALARM", "Alarm") and messages() == []
    turn("s", "OK")
    found = cloudwatch.describe_alarms(AlarmNames=["c"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
    assert found["ActionsSuppressedBy"] == "ExtensionPeriod" and messages() == []
    emulator.advance(30)
    assert [each["NewStateValue"] for each in messages()] == ["ALARM"]


def test_a_wait_for_the_suppressor(composite, turn, messages, emulator):
    composite("ALARM(a)", ActionsSuppressor="s", ActionsSuppressorWaitPeriod=20, ActionsSuppressorExtensionPeriod=0)
    turn("a", "ALARM")
    assert messages() == []
    emulator.advance(20)
    assert len(messages()) == 1


def test_a_mute_rule_mutes_and_then_speaks(alarm, cloudwatch, turn, messages, emulator):
    alarm(AlarmActions=[TOPIC], TreatMissingData="ignore")
    cloudwatch.put_alarm_mute_rule(
        Name="lunch", Rule={"Schedule": {"Expression": "cron(0 12 * * FRI)", "Duration": "PT1H"}},
        MuteTargets={"AlarmNames": ["a"]}, Tags=[{"Key": "k", "Value": "v"}],
    )  # fmt: skip
    rule = cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="lunch")
    assert (rule["Status"], rule["MuteType"]) == ("ACTIVE", "RECURRING")
    turn("a", "ALARM")
    assert messages() == []
    emulator.advance(3600)
    late = messages()
    assert len(late) == 1 and late[0]["ActionExecutedAfterMuteWindow"] is True
    assert cloudwatch.list_alarm_mute_rules(AlarmName="a", Statuses=["SCHEDULED"])["AlarmMuteRuleSummaries"]
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="lunch")
    assert cloudwatch.list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []


@pytest.mark.parametrize("expression, duration, status", [
    ("at(2027-01-15T11:30)", "PT45M", "ACTIVE"), ("at(2027-01-15T10:00)", "PT1H", "EXPIRED"),
    ("cron(0 18 * * FRI)", "PT1H", "SCHEDULED"), ("cron(0 0 15 JAN *)", "P1D", "ACTIVE"),
])  # fmt: skip
def test_windows_on_the_clock(expression, duration, status, cloudwatch):
    cloudwatch.put_alarm_mute_rule(Name="r", Rule={"Schedule": {"Expression": expression, "Duration": duration}})
    assert cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="r")["Status"] == status


def test_an_expired_rule(cloudwatch):
    gone = datetime(2027, 1, 15, 11, tzinfo=UTC)
    plan = {"Schedule": {"Expression": "cron(0 12 * * *)", "Duration": "PT1H"}}
    cloudwatch.put_alarm_mute_rule(Name="r", Rule=plan, ExpireDate=gone)
    assert cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="r")["Status"] == "EXPIRED"
