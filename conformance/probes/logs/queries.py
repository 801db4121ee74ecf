"""Queries in the Logs Insights language, over events that the probe puts."""

import time

from conformance.probes import probe
from conformance.probes.logs.events import API, group, put

SYNTAX = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax"
LINES = ('{"status": 200, "took": 12, "user": {"name": "ann"}, "items": [{"price": 1}, {"price": 2}]}',
         '{"status": 500, "took": 100, "user": {"name": "bob"}}', '{"status": 404, "took": 8, "user": {"name": "ann"}}',
         "GET /x took 33ms", "GET /y took 44ms")  # fmt: skip


def ended(trial, **given):
    at = int(time.time())
    id = trial.ask("StartQuery", startTime=at - 3600, endTime=at + 3600, **given)["queryId"]
    return trial.world.wait(lambda: trial.ask("GetQueryResults", queryId=id) | {"queryId": id},
                            lambda found: found["status"] not in ("Scheduled", "Running", "Unknown"))


def rows(trial, query):
    """The rows of a query over the lines, without their pointers."""
    name = group(trial)
    put(trial, name, *LINES)
    answer = trial.world.wait(lambda: ended(trial, logGroupName=name, queryString=query),
                              lambda found: found["statistics"]["recordsScanned"] == len(LINES))
    assert answer["status"] == "Complete", answer
    return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]


@probe("logs", "StartQuery", "Fields in JSON are discovered, compared as numbers, and sorted", SYNTAX + "-Filter.html")
def fields_are_discovered(trial):
    found = rows(trial, "filter status >= 400 | fields status, user.name as who | sort took desc")
    assert found == [{"status": "500", "who": "bob"}, {"status": "404", "who": "ann"}], found


@probe("logs", "StartQuery", "Events are counted, summed and averaged by a field", SYNTAX + "-Stats.html")
def events_are_grouped(trial):
    found = rows(trial, "filter ispresent(status) | stats count(*) as c, sum(took), avg(took) by user.name "
                        "| sort c desc")
    assert found == [{"user.name": "ann", "c": "2", "sum(took)": "20", "avg(took)": "10"},
                     {"user.name": "bob", "c": "1", "sum(took)": "100", "avg(took)": "100"}], found  # fmt: skip


@probe("logs", "StartQuery", "Events are put into bins of time", SYNTAX + "-Stats.html")
def times_are_binned(trial):
    found = rows(trial, "stats count(*) as c by bin(1d)")
    assert sum(int(row["c"]) for row in found) == len(LINES), found
    assert all(row["bin(1d)"].endswith(" 00:00:00.000") for row in found), found


@probe("logs", "StartQuery", "A glob takes fields out of a message", SYNTAX + "-Parse.html")
def globs_are_parsed(trial):
    found = rows(trial, 'parse @message "GET * took *ms" as path, ms | filter ms > 40 | display path, ms')
    assert found == [{"path": "/y", "ms": "44"}], found


@probe("logs", "StartQuery", "A regular expression's named groups become fields", SYNTAX + "-Parse.html")
def expressions_are_parsed(trial):
    found = rows(trial, r"parse @message /took (?<ms>\d+)ms/ | stats max(ms) as most")
    assert found == [{"most": "44"}], found


@probe("logs", "StartQuery", "The elements of a list become rows of their own", SYNTAX + "-Unnest.html")
def lists_are_unnested(trial):
    found = rows(trial, "filter status = 200 | fields jsonParse(@message) as j | unnest j.items into item "
                        "| display item.price")
    assert [row["item.price"] for row in found] == ["1", "2"], found


@probe("logs", "StartQuery", "Of events with the same values, the first in the order asked for stays",
       SYNTAX + "-Dedup.html")
def the_first_stays(trial):
    found = rows(trial, "filter ispresent(status) | sort took desc | dedup user.name | display took")
    assert sorted(int(row["took"]) for row in found) == [12, 100], found


@probe("logs", "StartQuery", "Without a command that says what is shown, it is the time and the message",
       SYNTAX + "-Display.html")
def time_and_message_are_shown(trial):
    found = rows(trial, "filter status = 500")
    assert [set(row) for row in found] == [{"@timestamp", "@message"}], found


@probe("logs", "StartQuery", "A query that is not well-formed is refused", API + "API_StartQuery.html")
def broken_queries_are_refused(trial):
    at = int(time.time())
    trial.refused("StartQuery", "MalformedQueryException", 400, logGroupName=group(trial), startTime=at - 60,
                  endTime=at, queryString="stats count(* by")


@probe("logs", "StopQuery", "A query that has ended can not be stopped", API + "API_StopQuery.html")
def ended_queries_can_not_be_stopped(trial):
    id = ended(trial, logGroupName=group(trial), queryString="limit 1")["queryId"]
    trial.refused("StopQuery", "InvalidParameterException", 400, queryId=id)


@probe("logs", "GetLogRecord", "The pointer of a row leads to all fields of its event", API + "API_GetLogRecord.html")
def pointers_lead_to_records(trial):
    name = group(trial)
    put(trial, name, LINES[0])
    answer = trial.world.wait(lambda: ended(trial, logGroupName=name, queryString="fields @message"),
                              lambda found: found["results"])
    pointer = next(cell["value"] for cell in answer["results"][0] if cell["field"] == "@ptr")
    record = trial.ask("GetLogRecord", logRecordPointer=pointer)["logRecord"]
    assert (record["@message"], record["user.name"], record["@logStream"]) == (LINES[0], "ann", "s"), record


@probe("logs", "CreateLookupTable", "The rows of a query become a lookup table", API + "API_CreateLookupTable.html")
def rows_become_a_table(trial):
    name = group(trial)
    put(trial, name, *LINES)
    query = "filter ispresent(status) | stats count(*) as c by user.name | sort c desc"
    answer = trial.world.wait(lambda: ended(trial, logGroupName=name, queryString=query),
                              lambda found: len(found["results"]) == 2)
    made = trial.ask("CreateLookupTable", lookupTableName=trial.unique("t_"), queryId=answer["queryId"])
    arn = made["lookupTableArn"]
    trial.later(lambda: trial.ask("DeleteLookupTable", lookupTableArn=arn))
    assert trial.ask("GetLookupTable", lookupTableArn=arn)["tableBody"].split() == ["user.name,c", "ann,2", "bob,1"]


@probe("logs", "StartQuery", "A lookup table tells more of the events that its rows fit", SYNTAX + "-Lookup.html")
def tables_are_looked_up(trial):
    table = trial.unique("users_")
    arn = trial.ask("CreateLookupTable", lookupTableName=table, tableBody="name,team\nann,red\n")["lookupTableArn"]
    trial.later(lambda: trial.ask("DeleteLookupTable", lookupTableArn=arn))
    found = rows(trial, f"lookup {table} name as user.name OUTPUT team | filter team = 'red' | stats count(*) as c")
    assert found == [{"c": "2"}], found
