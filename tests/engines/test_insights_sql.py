"""Queries in SQL over a few events."""

import pytest

from emulator.engines.insights import Event, QueryError, sql

NOON = 1_800_014_400_000  # 2027-01-15T12:00:00Z
MESSAGES = ('{"status": 200, "took": 12.5, "user": {"name": "ann"}}', '{"status": 500, "user": {"name": "bob"}}',
            '{"status": 404, "took": 7, "user": {"name": "ann"}}', "plain")  # fmt: skip
EVENTS = [Event(NOON + at * 60_000, NOON, text, "one", "0:/a" if at < 3 else "0:/b", f"p{at}")
          for at, text in enumerate(MESSAGES)]  # fmt: skip
GROUPS = {"/a": "0:/a", "/b": "0:/b"}


@pytest.mark.parametrize(("query", "rows"), [
    ("SELECT `@timestamp`, status FROM `/a` WHERE status > 200 ORDER BY `@timestamp` DESC LIMIT 1",
     [("2027-01-15 12:02:00.000", "404")]),
    ("SELECT `user.name` AS who, COUNT(*) AS c, AVG(took) FROM `/a` GROUP BY `user.name` ORDER BY c DESC",
     [("ann", "2", "9.75"), ("bob", "1")]),
    ("SELECT COUNT(*) FROM `logGroups(logGroupIdentifier: ['/a', '/b'])`", [("4",)]),
    ("SELECT a.status FROM `/a` AS a JOIN `/b` AS b ON a.`@logStream` = b.`@logStream` WHERE a.took < 10", [("404",)]),
    ("SELECT user.name FROM `/a` WHERE status = 500", [("bob",)]),
    ("WITH x AS (SELECT status AS s FROM `/a`) SELECT MAX(s) FROM x", [("500",)]),
    ("SELECT UPPER(SUBSTRING(`@message`, 1, 3)), took IS NULL AS b FROM `/b`", [("PLA", "true")]),
])  # fmt: skip
def test_rows(query, rows):
    assert [tuple(value for _, value in row) for row in sql.run(query, EVENTS, GROUPS).rows] == rows


@pytest.mark.parametrize("query", ["DELETE FROM `/a`", "SELECT FROM", "SELECT 1", "SELECT * FROM read_text('x')"])
def test_what_is_refused(query):
    with pytest.raises(QueryError):
        sql.groups_of(query)


def test_what_fails_when_it_runs():
    with pytest.raises(QueryError):
        sql.run("SELECT nope(status) FROM `/a`", EVENTS, GROUPS)
