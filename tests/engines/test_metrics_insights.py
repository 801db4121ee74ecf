"""Metrics Insights queries, read and matched with metrics."""

import pytest

from emulator.engines.metrics_insights import InsightsError, Query, parse


def test_a_query_with_every_part():
    text = """SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId, Zone) WHERE Zone != 'a' AND InstanceId = 'i'
              GROUP BY InstanceId ORDER BY MAX() DESC LIMIT 10"""
    assert parse(text) == Query(
        "AVG", "CPUUtilization", "AWS/EC2", ("InstanceId", "Zone"), (("Zone", False, "a"), ("InstanceId", True, "i")),
        ("InstanceId",), ("MAX", True), 10,
    )  # fmt: skip


@pytest.mark.parametrize("text, found", [
    ('SELECT SUM(m) FROM "n"', True), ("select sum(m) from n", True), ('SELECT SUM(m) FROM SCHEMA("n", a)', True),
    ('SELECT SUM(m) FROM SCHEMA("n")', False), ("SELECT SUM(m) FROM n WHERE a = 'x'", True),
    ("SELECT SUM(m) FROM n WHERE a != 'x'", False), ("SELECT SUM(o) FROM n", False),
    ("SELECT SUM(m) FROM n GROUP BY b", False),
])  # fmt: skip
def test_what_a_query_finds(text, found):
    assert parse(text).matches("n", "m", {"a": "x"}) is found


@pytest.mark.parametrize("text", [
    "SELECT m FROM n", "SELECT AVG(m)", "SELECT P90(m) FROM n", "SELECT AVG(m) FROM n WHERE a"
])  # fmt: skip
def test_what_is_no_query(text):
    with pytest.raises(InsightsError):
        parse(text)
