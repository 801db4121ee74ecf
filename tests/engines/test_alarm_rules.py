"""Rules of composite alarms over the states of three alarms."""

import pytest

from emulator.engines.alarm_rules import RuleError, holds, names, parse

STATES = {"a": "ALARM", "b": "OK", "c": "ALARM"}


@pytest.mark.parametrize("rule, expected", [
    ("ALARM(a)", True), ('ALARM("a") AND OK(b)', True), ("NOT ALARM(b)", True), ("TRUE", True), ("FALSE", False),
    ("ALARM(a) AND NOT (ALARM(b) OR ALARM(c))", False), ("ALARM(b) OR ALARM(a) AND ALARM(c)", True),
    ("INSUFFICIENT_DATA(b)", False), ("AT_LEAST(2, ALARM, (a, b, c))", True), ("AT_LEAST(3, ALARM, (a, b, c))", False),
    ('AT_LEAST(50%, NOT OK, (a, "b", c))', True),
])  # fmt: skip
def test_rules(rule, expected):
    assert holds(rule, STATES.__getitem__) is expected


def test_names_are_told_once():
    assert names('ALARM(b) OR OK("a b") OR ALARM(b)') == ["b", "a b"]


@pytest.mark.parametrize("rule", ["ALARM(a", "FOO(a)", "", "ALARM(a) OK(b)", "ALARM()"])
def test_what_is_no_rule(rule):
    with pytest.raises(RuleError):
        parse(rule)
