"""Queries over several log groups and times, and queries in other languages than that of Logs Insights."""

import json
import time

from conformance.probes import probe
from conformance.probes.logs.events import GUIDE, group, now, put
from conformance.probes.logs.queries import LINES, SYNTAX, ended, rows
from conformance.services.logs.hints import protection

PPL, SQL = GUIDE + "CWL_AnalyzeLogData_PPL.html", GUIDE + "CWL_AnalyzeLogData_SQL.html"


def told(answer):
    """The rows of a query without their pointers."""
    assert answer["status"] == "Complete", answer
    return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]


def until(trial, count, **given):
    """The rows of a query, once it has gone over so many events."""
    answer = trial.world.wait(lambda: ended(trial, **given),
                              lambda found: found["statistics"]["recordsScanned"] >= count)
    return told(answer)


def services(trial):
    """Two log groups whose events have ids in common."""
    first, second = group(trial), group(trial)
    put(trial, first, '{"id": "1", "path": "/x"}', '{"id": "2", "path": "/y"}', '{"id": "3", "path": "/z"}')
    put(trial, second, '{"id": "1", "took": 10}', '{"id": "2", "took": 20}')
    return first, second


@probe("logs", "StartQuery", "Events of several log groups are joined by a field", SYNTAX + "-Join.html")
def log_groups_are_joined(trial):
    first, second = services(trial)
    query = (f"join type=inner left=a right=b where a.id = b.id (SOURCE '{second}' | filter took > 10) "
             "| fields a.path, b.took")
    assert until(trial, 3, logGroupName=first, queryString=query) == [{"a.path": "/y", "b.took": "20"}]


@probe("logs", "StartQuery", "A left join keeps the events that nothing fits", SYNTAX + "-Join.html")
def left_joins_keep(trial):
    first, second = services(trial)
    query = (f"join type=left left=a right=b where a.id = b.id (SOURCE '{second}') | filter a.id = 3 "
             "| fields a.path, b.took")
    assert until(trial, 3, logGroupName=first, queryString=query) == [{"a.path": "/z"}]


@probe("logs", "StartQuery", "A filter takes the values that another query finds", SYNTAX + "-Subqueries.html")
def queries_lie_within(trial):
    first, second = services(trial)
    query = f"filter id in (SOURCE '{second}' | filter took < 15 | fields id) | display path"
    assert until(trial, 3, logGroupName=first, queryString=query) == [{"path": "/x"}]


@probe("logs", "StartQuery", "A query chooses its log groups by the beginning of their names", SYNTAX + "-Source.html")
def queries_choose_their_groups(trial):
    name = group(trial)
    put(trial, name, *LINES)
    query = f"SOURCE logGroups(namePrefix: ['{name}']) | stats count(*) as c"
    assert until(trial, len(LINES), queryString=query) == [{"c": str(len(LINES))}]


@probe("logs", "StartQuery", "The patterns of now are compared with those of the time before", SYNTAX + "-Diff.html")
def times_are_compared(trial):
    name, at = group(trial), now()
    put(trial, name, (at - 3_600_000, "took 1ms"), (at - 3_599_000, "took 2ms"))
    put(trial, name, (at - 2000, "took 3ms"), (at - 1000, "failed 4 times"))
    second = at // 1000
    given = {"logGroupName": name, "queryString": "pattern @message | diff", "startTime": second - 1800,
             "endTime": second}
    started = trial.ask("StartQuery", **given)["queryId"]
    answer = trial.world.wait(lambda: trial.ask("GetQueryResults", queryId=started),
                              lambda found: found["status"] == "Complete")
    assert {row["@pattern"] for row in told(answer)} == {"took <*>", "failed <*> times"}, answer


@probe("logs", "StartQuery", "Who may, sees what data protection hides from queries", SYNTAX + "-Unmask.html")
def masked_data_are_unmasked(trial):
    name = group(trial)
    trial.ask("PutDataProtectionPolicy", logGroupIdentifier=name, policyDocument=protection("p"))
    put(trial, name, "mail to ann@example.com")
    found = until(trial, 1, logGroupName=name, queryString="fields @message, unmask(@message) as plain")
    assert [(row["@message"], row["plain"]) for row in found] == [
        ("mail to " + "*" * 15, "mail to ann@example.com")], found


@probe("logs", "StartQuery", "Numbers of a row are summed, and those of a column below it", SYNTAX + "-Addtotals.html")
def totals_are_added(trial):
    query = ("filter ispresent(took) | stats sum(took) as a, count(*) as b by user.name | sort a "
             "| addtotals col=true a, b")
    assert rows(trial, query)[-1].items() >= {"a": "120", "b": "3"}.items()


@probe("logs", "StartQuery", "What a row lacks is filled from the row before", SYNTAX + "-Filldown.html")
def gaps_are_filled(trial):
    found = rows(trial, "fields status | sort @timestamp asc | filldown status")
    assert [row["status"] for row in found] == ["200", "500", "404", "404", "404"], found


@probe("logs", "StartQuery", "Unusual patterns are found in the events of a query", SYNTAX + "-Anomaly.html")
def queries_find_anomalies(trial):
    trial.ask("StartQuery", logGroupName=group(trial), startTime=int(time.time()) - 60, endTime=int(time.time()),
              queryString="pattern @message | anomaly")


@probe("logs", "StartQuery", "Numbers are counted in ranges of equal width", SYNTAX + "-timeseries-functions.html")
def numbers_are_distributed(trial):
    [found] = rows(trial, "stats histogram(took, 2) as h")
    assert list(json.loads(found["h"]).values()) == [2, 1], found


@probe("logs", "StartQuery", "Bins of time are shifted", SYNTAX + "-timeseries-functions.html")
def bins_are_shifted(trial):
    name, noon = group(trial), now() // 86_400_000 * 86_400_000 - 43_200_000
    put(trial, name, (noon, "a"), (noon + 60_000, "b"))
    given = {"logGroupName": name, "startTime": noon // 1000, "endTime": noon // 1000 + 3600}
    answers = []
    for text in ("stats count(*) as c by bin(5m) as t", "stats count(*) as c by bin(5m) as t offset 1h"):
        started = trial.ask("StartQuery", **given, queryString=text)["queryId"]
        answers += told(trial.world.wait(lambda id=started: trial.ask("GetQueryResults", queryId=id),
                                         lambda found: found["status"] == "Complete"))
    assert [(row["t"][11:], row["c"]) for row in answers] == [("12:00:00.000", "2"), ("13:00:00.000", "2")], answers


@probe("logs", "StartQuery", "Sums, sessions and values of rows before go on from row to row", SYNTAX + ".html")
def rows_follow_each_other(trial):
    found = rows(trial, "filter ispresent(took) | sort took | accum took as total | autoregress took as before "
                        "| display total, before")
    assert found == [{"total": "8"}, {"total": "20", "before": "8"}, {"total": "120", "before": "12"}], found
    found = rows(trial, "filter ispresent(took) | sessionize user.name maxspan 1h | stats count(*) as c by session_id")
    assert sorted(row["c"] for row in found) == ["1", "2"], found


@probe("logs", "StartQuery", "Times of which there is no row are filled in", SYNTAX + "-Fillmissing.html")
def missing_times_are_filled(trial):
    name, at = group(trial), now() // 60_000 * 60_000 - 600_000
    put(trial, name, (at, "a"), (at + 120_000, "b"))
    query = "stats count(*) as c by bin(1m) as t | fillmissing with 0 for c | sort t asc"
    found = [row["c"] for row in until(trial, 2, logGroupName=name, queryString=query)]
    first = found.index("1")
    assert found[first : first + 3] == ["1", "0", "1"] and set(found) == {"0", "1"}, found


@probe("logs", "StartQuery", "A query may be written in OpenSearch PPL", PPL)
def queries_in_ppl(trial):
    name = group(trial)
    put(trial, name, *LINES)
    query = "where isnotnull(status) | stats count() as c, avg(took) as m by user.name | sort - c"
    assert until(trial, len(LINES), logGroupName=name, queryLanguage="PPL", queryString=query) == [
        {"user.name": "ann", "c": "2", "m": "10"}, {"user.name": "bob", "c": "1", "m": "100"}]


@probe("logs", "StartQuery", "PPL makes fields, renames them and tells the most frequent values", PPL)
def ppl_makes_fields(trial):
    name = group(trial)
    put(trial, name, *LINES)
    given = {"logGroupName": name, "queryLanguage": "PPL"}
    found = until(trial, len(LINES), **given, queryString=(
        "where status = 500 | eval slow = case(took > 50, 'yes' else 'no') | rename user.name as who "
        "| fields who, slow"))
    assert found == [{"who": "bob", "slow": "yes"}], found
    assert told(ended(trial, **given, queryString="where status > 0 | top 1 user.name"))[0]["user.name"] == "ann"


@probe("logs", "StartQuery", "PPL flattens nested fields and reads texts by grok patterns", PPL)
def ppl_flattens(trial):
    name = group(trial)
    put(trial, name, *LINES)
    given = {"logGroupName": name, "queryLanguage": "PPL"}
    found = until(trial, len(LINES), **given, queryString="flatten user | where name = 'bob' | fields status")
    assert found == [{"status": "500"}], found
    query = "grok `@message` '%{WORD:verb} %{NOTSPACE:path} took %{INT:ms}' | where ms > 40 | fields path, ms"
    assert told(ended(trial, **given, queryString=query)) == [{"path": "/y", "ms": "44"}]


@probe("logs", "StartQuery", "PPL summarizes the fields of events", PPL)
def ppl_summarizes(trial):
    name = group(trial)
    put(trial, name, *LINES)
    [found] = until(trial, len(LINES), logGroupName=name, queryLanguage="PPL",
                    queryString="where status > 0 | fieldsummary includefields=status nulls=true")
    assert {"3", "200", "500", "368"} <= set(found.values()), found


@probe("logs", "StartQuery", "PPL looks values up",
       "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-ppl.html")
def ppl_looks_up(trial):
    trial.ask("StartQuery", logGroupName=group(trial), startTime=int(time.time()) - 60, endTime=int(time.time()),
              queryLanguage="PPL", queryString="lookup users id as user REPLACE team")


@probe("logs", "StartQuery", "A query may be written in OpenSearch SQL", SQL)
def queries_in_sql(trial):
    name = group(trial)
    put(trial, name, *LINES)
    query = (f"SELECT `user.name` AS who, COUNT(*) AS c FROM `{name}` WHERE status > 0 GROUP BY `user.name` "
             "ORDER BY c DESC")
    assert until(trial, len(LINES), queryLanguage="SQL", queryString=query) == [
        {"who": "ann", "c": "2"}, {"who": "bob", "c": "1"}]
