"""Queries in PPL over a few events."""

import pytest

from emulator.engines import insights
from emulator.engines.insights import Event, Given, QueryError, Unsupported
from emulator.engines.insights.ppl import PPL

NOON = 1_800_014_400_000  # 2027-01-15T12:00:00Z
MESSAGES = ('{"status": 200, "took": 12.5, "user": {"name": "ann"}, "tags": ["a", "b"]}',
            '{"status": 500, "took": 100, "user": {"name": "bob"}}',
            '{"status": 404, "took": 7, "user": {"name": "ann"}}', "GET /x took 33ms")  # fmt: skip
EVENTS = [Event(NOON + at * 60_000, NOON, text, "one", "0:/a", f"p{at}") for at, text in enumerate(MESSAGES)]
OTHERS = [Event(NOON, NOON, '{"name": "ann", "team": "red"}', "two", "0:/b", "q0")]


def run(query):
    rows = insights.run(query, Given(EVENTS, NOON, [OTHERS]), dialect=PPL).rows
    return [tuple(value for _, value in row) for row in rows]


@pytest.mark.parametrize(("query", "rows"), [
    ("where status >= 400 | sort - took | fields status, user.name", [("500", "bob"), ("404", "ann")]),
    ("where isnotnull(status) | sort user.name, - status | fields user.name, status",
     [("ann", "404"), ("ann", "200"), ("bob", "500")]),
    ("fields `@message` | head 1", [(MESSAGES[3],)]),
    ("where status = 200 or status in (404) | sort took | eval double = took * 2 | fields double", [("14",), ("25",)]),
    ("where isnotnull(status) | stats count() as c, avg(took), dc(status) by user.name | sort user.name",
     [("ann", "2", "9.75", "2"), ("bob", "1", "100", "1")]),
    ("stats count() by span(@timestamp, 2m) as t | sort t",
     [("2027-01-15 12:00:00.000", "2"), ("2027-01-15 12:02:00.000", "2")]),
    ("where took between 5 and 20 | stats sum(took), max(took) by span(took, 10) as s | sort s",
     [("0", "7", "7"), ("10", "12.5", "12.5")]),
    ("parse `@message` 'GET (?<path>[^ ]+)' | where isnotnull(path) | fields path", [("/x",)]),
    ("where status > 0 | rename user.name as who | sort took | fields who | head 2 from 1", [("ann",), ("bob",)]),
    ("where status > 0 | top 1 user.name", [("ann",)]),
    ("where status > 0 | rare user.name", [("bob",), ("ann",)]),
    ("where status > 0 | top 1 status by user.name", [("ann", "200"), ("bob", "500")]),
    ("sort took | dedup user.name | fields took", [("7",), ("100",)]),
    ("sort took | dedup 1 user.name keepempty=true | stats count() as c", [("3",)]),
    ("where status > 0 | eventstats max(took) as most by user.name | sort took | fields took, most",
     [("7", "12.5"), ("12.5", "12.5"), ("100", "100")]),
    ("where status > 0 | sort took | trendline sma(2, took) as mean | fields took, mean",
     [("7",), ("12.5", "9.75"), ("100", "56.25")]),
    ("sort `@timestamp` | fillnull with 0 in took | fields took", [("12.5",), ("100",), ("7",), ("0",)]),
    ("sort `@timestamp` | fillnull using status = 'none' | fields status", [("200",), ("500",), ("404",), ("none",)]),
    ("where status = 200 | expand tags as tag | fields tag", [("a",), ("b",)]),
    ("where status = 200 | eval k = case(took > 100, 'slow', took > 10, 'fine' else 'fast') | fields k", [("fine",)]),
    ("where status = 200 | eval a = if(took > 10, 1, 2), b = cast(took as int), c = upper(substring(user.name, 1, 2)) "
     "| fields a, b, c", [("1", "12", "AN")]),
    ("where `@message` like '%took 33%' | eval y = year(`@timestamp`), n = coalesce(none, 'x') | fields y, n",
     [("2027", "x")]),
    ("where user.name in [source = `/b` | fields name] | stats count() as c", [("2",)]),
    ("where status > 0 | left join left=l, right=r on l.user.name = r.name `/b` | sort l.took "
     "| fields l.status, r.team", [("404", "red"), ("200", "red"), ("500",)]),
    ("flatten user | where name = 'bob' | fields name, status", [("bob", "500")]),
    ("grok `@message` '%{WORD:verb} %{NOTSPACE:path} took %{INT:ms}' | where isnotnull(ms) | fields verb, path, ms",
     [("GET", "/x", "33")]),
    ("fieldsummary includefields=status, user.name nulls=false",
     [("status", "3", "3", "200", "500", "368", "368", "153.20574401764446", "1", "int"),
      ("user.name", "3", "2", "ann", "bob", "1", "string")]),
    ("where status != 500 | fieldsummary includefields=took | fields COUNT, AVG, TYPEOF", [("2", "9.75", "double")]),
    ("where took > 5 | sort took | head 2 | fields took | fieldsummary | fields Field, MIN, MAX",
     [("took", "7", "12.5")]),
    ("fieldsummary includefields=status nulls=true | fields AVG, Nulls", [("276", "1")]),
    ("fields - `@timestamp` | sort `@timestamp` | head 1", [(MESSAGES[0],)]),
])  # fmt: skip
def test_rows(query, rows):
    assert run(query) == rows


def test_log_groups_are_named():
    assert insights.needs("source = [lg:`/a`, lg:`/b`] | fields a", PPL).source == "[lg:`/a`, lg:`/b`]"
    assert insights.needs("source=`/a` | where a in [source = `/b` | fields a]", PPL) == (
        "`/a`", ("`/b`",), frozenset(), frozenset(), "")


@pytest.mark.parametrize("query", [
    "fields", "where a =", "stats took", "stats nope(a)", "head x", "filter a = 1", "eval a", "eval a = cast(b as x)",
    "grok a '%{NOPE:x}'",
])
def test_what_is_refused(query):
    with pytest.raises(QueryError):
        insights.needs(query, PPL)


@pytest.mark.parametrize("query", ["fieldsummary", "lookup t id", "where a = 1 | fieldsummary nulls=true"])
def test_what_is_not_there(query):
    with pytest.raises(Unsupported):
        insights.needs(query, PPL)
