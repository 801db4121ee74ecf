"""The Logs Insights query language, run over a few events."""

import pytest

from emulator.engines import insights
from emulator.engines.insights import Event, Given, QueryError, Unsupported

NOON = 1_800_014_400_000  # 2027-01-15T12:00:00Z
MESSAGES = (
    '{"status": 200, "took": 12.5, "user": {"name": "ann"}, "items": [{"price": 1}, {"price": 2}], "ok": true}',
    '{"status": 500, "took": 100, "user": {"name": "bob"}}',
    '{"status": 404, "took": 7, "user": {"name": "ann"}}',
    "GET /x took 33ms from 10.0.0.1",
    "GET /y took 44ms from 10.0.0.2",
    "REPORT RequestId: 12345678-1234-1234-1234-123456789012\tDuration: 3.5 ms\tBilled Duration: 4 ms",
)
SPAN = (NOON - 60_000, NOON + 179_999)
EVENTS = [Event(NOON + at * 60_000, NOON, text, "one", "0:/app", f"p{at}") for at, text in enumerate(MESSAGES)]


def run(query, limit=None, **given):
    rows = insights.run(query, Given(EVENTS, NOON, **{"span": SPAN} | given), limit).rows
    return [tuple(value for field, value in row if field != "@ptr") for row in rows]


@pytest.mark.parametrize(("query", "rows"), [
    ("fields @timestamp, @logStream | limit 1", [("2027-01-15 12:05:00.000", "one")]),
    ("filter status >= 400 | fields status, user.name as who | sort took desc", [("500", "bob"), ("404", "ann")]),
    ("filter status = '404' or status in [500] | sort status asc | display status", [("404",), ("500",)]),
    ("filter ispresent(status) and not (took > 10) | display took * 2, took % 4", [("14", "3")]),
    (r"filter @message like /took \d/ | sort @timestamp | display @message | limit 1", [(MESSAGES[3],)]),
    ("filter @message not like 'GET' | stats count(*)", [("4",)]),
    ('parse @message "GET * took *ms" as path, ms | filter path = "/y" | display ms', [("44",)]),
    (r"parse @message /took (?<ms>\d+)ms/ | stats sum(ms) as total, avg(ms), pct(ms, 50), count(ms)",
     [("77", "38.5", "38.5", "2")]),
    ("stats count(*) as c, max(took) - min(took) by user.name | sort c desc, user.name | limit 3",
     [("3",), ("ann", "2", "5.5"), ("bob", "1", "0")]),
    ("stats count(*) by bin(2m)", [("2027-01-15 12:04:00.000", "2"), ("2027-01-15 12:02:00.000", "2"),
                                   ("2027-01-15 12:00:00.000", "2")]),
    ("stats count(*) as c by user.name | stats max(c) as most", [("3",)]),
    ("stats latest(status), earliest(took), count_distinct(user.name), sortsFirst(user.name)",
     [("404", "12.5", "2", "ann")]),
    ("filter ispresent(status) | dedup user.name | sort status | display status", [("404",), ("500",)]),
    ("filter status = 200 | fields jsonParse(@message) as j | unnest j.items into item | display item.price",
     [("1",), ("2",)]),
    ("filter ok = 1 | display concat(toupper(user.name), '!'), strlen(user.name), substr(user.name, 1, 1)",
     [("ANN!", "3", "n")]),
    ("filter @type = 'REPORT' | display @duration, @billedDuration + 1", [("3.5", "5")]),
    ("parse @message 'from *' as ip | filter isIpv4InSubnet(ip, '10.0.0.0/31') | display ip", [("10.0.0.1",)]),
    ("# why\nFIELDS datefloor(@timestamp, 1d) AS `the day` | LIMIT 1", [("2027-01-15 00:00:00.000",)]),
    ("filter @message like /^GET/ | pattern @message | display @pattern, @sampleCount",
     [("GET /x took <*> from <*>", "1"), ("GET /y took <*> from <*>", "1")]),
    ("fields coalesce(none, status, 'x') as v | sort @timestamp asc | display v | limit 4",
     [("200",), ("500",), ("404",), ("x",)]),
    ("filter status > 0 | fields took, status | sort took | addtotals fieldname=sum took, status",
     [("7", "404", "411"), ("12.5", "200", "212.5"), ("100", "500", "600")]),
    ("filter status > 0 | stats count(*) as n by user.name | sort n | addtotals row=false col=true n",
     [("bob", "1"), ("ann", "2"), ("3",)]),
    ("filter @message like /took/ | fields status, user.name | sort @timestamp asc | filldown status user*",
     [("200", "ann"), ("500", "bob"), ("404", "ann"), ("404", "ann"), ("404", "ann")]),
    ("filter status > 0 | fields took | sort took | accum took as total", [("7", "7"), ("12.5", "19.5"),
                                                                            ("100", "119.5")]),
    ("filter status > 0 | fields took | sort took | autoregress took p=1-2", [("7",), ("12.5", "7"),
                                                                             ("100", "12.5", "7")]),
    ("filter status > 0 | sort status | autoregress status as before | display before", [(), ("200",), ("404",)]),
    ("filter status > 0 | sort @timestamp asc | sessionize user.name maxspan 1m | display user.name, session_id",
     [("ann", "1"), ("bob", "3"), ("ann", "2")]),
    ("filter status > 0 | countFrequent user.name", [("ann", "2"), ("bob", "1")]),
    ("filter status != 500 | stats count(*) as c by bin(1m) as t | fillmissing with 0 for c | sort t asc | limit 3",
     [("2027-01-15 11:59:00.000", "0"), ("2027-01-15 12:00:00.000", "1"), ("2027-01-15 12:01:00.000", "0")]),
    ("filter status = 999 | stats count(*) as c by bin(2m) as t | fillmissing | display t",
     [("2027-01-15 12:02:00.000",), ("2027-01-15 12:00:00.000",), ("2027-01-15 11:58:00.000",)]),
    ("filter status = 200 | stats count(*) as c by bin(1mo) as t | fillmissing with 0 for c",
     [("2027-01-01 00:00:00.000", "1")]),
    ("filter status = 200 | stats count(*) as c by bin(1m) as t offset 1h | fillmissing with 0 for c | sort t asc "
     "| limit 2", [("2027-01-15 12:59:00.000", "0"), ("2027-01-15 13:00:00.000", "1")]),
    ("filter status > 0 | stats count(*) as c by bin(5m) offset 1d",
     [("2027-01-16 12:00:00.000", "3")]),
    ("filter status > 0 | stats histogram(took, 3) as h", [('{"7":2,"38":0,"69":1}',)]),
    ("stats histogram(user.name, 3) as h, count(*) as c", [("6",)]),
    ("filter status > 0 | stats histogram(took, 3) as h by user.name | sort user.name | display h",
     [('{"7":1,"8.83333333333333":0,"10.6666666666667":1}',), ('{"100":1}',)]),
    ("filter status > 0 | stats sum(took) as s by bin(1m) as t, user.name | fillmissing | sort t asc, user.name "
     "| display user.name, s",
     [("ann",), ("bob",), ("ann", "12.5"), ("bob",), ("ann",), ("bob", "100"), ("ann", "7"), ("bob",)]),
    ("filter status > 0 | stats rate(took, 1m) as r, sum_over_time(took), count_over_time(took)",
     [("-2.75", "119.5", "3")]),
    ("SOURCE logGroups(namePrefix: ['/a']) | limit 1 | display @logStream", [("one",)]),
    ("filter status / 1 / 2 = 100 | display floor(took), greatest(took, 13)", [("12", "13")]),
])  # fmt: skip
def test_rows(query, rows):
    assert run(query) == rows


def test_events_are_counted_before_they_are_grouped():
    assert insights.run("filter status > 0 | stats count(*)", Given(EVENTS, NOON)).matched == 3


def test_rows_point_at_their_events():
    rows = insights.run("filter status = 500", Given(EVENTS, NOON)).rows
    assert rows == [[("@timestamp", "2027-01-15 12:01:00.000"), ("@message", MESSAGES[1]), ("@ptr", "p1")]]


def test_the_caller_limits():
    assert len(run("fields @message", limit=2)) == 2


OTHERS = [Event(NOON, NOON, '{"status": "404", "who": {"is": "eve"}}', "two", "0:/other", "q0"),
          Event(NOON, NOON, '{"status": "500", "who": {"is": "kim"}, "fine": 1}', "two", "0:/other", "q1")]


@pytest.mark.parametrize(("query", "rows"), [
    ("filter ispresent(status) | join type=left left=a right=b where a.status = b.status (SOURCE '/other' | filter "
     "fine = 1) | fields a.user.name, b.who.is | sort a.took", [("ann",), ("ann",), ("bob", "kim")]),
    ("filter status > 0 | join left=a right=b where a.status=b.status and a.status=b.status (SOURCE `/other`) "
     "| stats count(*) as c, max(took) by who | limit 5", [("2", "100")]),
    ("filter status in (SOURCE '/other' | filter fine = 1 | fields status) | display user.name", [("bob",)]),
    ("filter ispresent(status) and status not in (SOURCE '/other' | display status) | display status", [("200",)]),
])  # fmt: skip
def test_queries_within(query, rows):
    assert insights.needs(query).nested in (("'/other'",), ("`/other`",))
    assert run(query, nested=[OTHERS]) == rows


def test_an_index_is_needed_of_the_groups_of_its_own_query():
    query = "filterIndex a = 1 and b.c > d | filter a in (SOURCE '/other' | filterIndex e = 1 | fields a)"
    assert insights.needs(query).indexed == {"a", "b.c", "d"}


def test_times_are_compared():
    earlier = [Event(NOON - 1000, NOON, text, "one", "0:/app", "e") for text in (
        "GET /x took 1ms from 10.0.0.1", "GET /x took 2ms from 10.0.0.1", "GET /z took 2ms from 10.0.0.1")]
    query = "filter @message like /^GET/ | pattern @message | diff previousDay"
    assert insights.needs(query).compared == "previousday"
    assert insights.needs("logcompare timeshift 7d").compared == "7d"
    assert run(query + " | display @pattern, @sampleCount, @differenceEventCount, @differenceDescription",
               earlier=earlier) == [
        ("GET /x took <*> from <*>", "1", "-1", "50% decrease"), ("GET /y took <*> from <*>", "1", "1", "New pattern"),
        ("GET /z took <*> from <*>", "0", "-1", "No longer present")]
    assert len(run("filter @message like /GET/ | diff", earlier=earlier)) == 3


def test_what_is_hidden_may_be_shown():
    events = [Event(NOON, NOON, '{"a": "***"}', "one", "0:/app", "p", '{"a": "bob"}')]
    found = insights.run("fields a, unmask(a) as plain, unmask(@message)", Given(events, NOON)).rows
    assert [value for _, value in found[0]] == ["***", "bob", '{"a": "bob"}', "p"]


@pytest.mark.parametrize("query", [
    "fields", "stats count(*", "filter a =", "fields foo(1)", "stats a", "limit x", "fields sum(a)", "bogus a",
    "parse @message 'a * b' as x, y", "parse @message /a(b)/",
    "fillmissing", "autoregress a p=0", "stats histogram(a, 0)", "stats histogram(a, b)", "stats histogram(a)",
    "stats count(*) by a offset 1h", "stats count(*) by bin(1h) offset 1mo",
    "join left=a right=a where a.x = a.y (SOURCE 'x')",
    "stats count(*) by bin(5)",
])  # fmt: skip
def test_what_is_refused(query):
    with pytest.raises(QueryError):
        insights.needs(query)


def test_what_is_not_there():
    with pytest.raises(Unsupported):
        insights.needs("pattern @message | anomaly")


def test_too_many_times_are_not_filled_in():
    with pytest.raises(QueryError, match="more than"):
        run("stats count(*) by bin(1ms) | fillmissing", span=(0, NOON))
