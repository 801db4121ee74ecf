"""Buses, rules, patterns, archives, connections: what AWS takes and refuses."""

import json
from datetime import UTC, datetime, timedelta

from conformance.probes import probe
from conformance.probes.events.places import API, GUIDE, Queue, put, rule


@probe("events", "PutEvents", "Entries with a source of AWS's are refused one by one", API + "API_PutEvents.html")
def sources_of_aws(trial):
    entry = {"DetailType": "t", "Detail": "{}"}
    answer = trial.ask("PutEvents", Entries=[{**entry, "Source": "aws.ec2"}, {**entry, "Source": "mine"}])
    assert answer["FailedEntryCount"] == 1 and "EventId" in answer["Entries"][1], answer
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSource", answer


@probe("events", "PutEvents", "An entry whose detail is no JSON object is malformed",
       API + "API_PutEventsRequestEntry.html")
def details_are_objects(trial):
    answer = trial.ask("PutEvents", Entries=[{"Source": "mine", "DetailType": "t", "Detail": "[]"}])
    assert answer["Entries"] == [{"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}], answer


@probe("events", "DeleteRule", "A rule with targets can't be deleted", API + "API_DeleteRule.html")
def rules_with_targets_stay(trial):
    made = trial.fixture("rule")
    trial.refused("DeleteRule", "ValidationException", 400, "Rule can't be deleted since it has targets.",
                  Name=made["Name"], EventBusName=made["EventBusName"])


@probe("events", "DeleteEventBus", "The default bus can't be deleted", API + "API_DeleteEventBus.html")
def the_default_bus_stays(trial):
    trial.refused("DeleteEventBus", "ValidationException", 400, "Cannot delete event bus default.", Name="default")


@probe("events", "PutTargets", "A rule has five targets at most", GUIDE + "eb-quota.html")
def five_targets(trial):
    made = trial.fixture("bare")
    targets = [{"Id": str(number), "Arn": made["TargetArn"]} for number in range(6)]
    trial.refused("PutTargets", "LimitExceededException", 400,
                  "The requested resource exceeds the maximum number allowed.", Rule=made["Name"],
                  EventBusName=made["EventBusName"], Targets=targets)


@probe("events", "PutRule", "Schedules stand on the default bus alone", GUIDE + "eb-create-rule-schedule.html")
def schedules_on_the_default_bus(trial):
    trial.refused("PutRule", "ValidationException", 400,
                  "ScheduleExpression is supported only on the default event bus.", Name=trial.unique("rule"),
                  EventBusName=trial.fixture("bus")["Name"], ScheduleExpression="rate(1 minute)")


@probe("events", "PutRule", "A rate of several minutes is written in the plural, of one in the singular",
       GUIDE + "eb-rate-expressions.html")
def rates_agree_in_number(trial):
    for expression in ("rate(1 minutes)", "rate(5 minute)"):
        trial.refused("PutRule", "ValidationException", 400, "Parameter ScheduleExpression is not valid.",
                      Name=trial.unique("rule"), ScheduleExpression=expression)


@probe("events", "PutRule", "Putting a rule again replaces what it was, without its description",
       API + "API_PutRule.html")
def rules_are_replaced(trial):
    name = rule(trial, Description="first", State="DISABLED")
    trial.ask("PutRule", Name=name, EventPattern='{"source":["other"]}')
    found = trial.ask("DescribeRule", Name=name)
    assert "Description" not in found and found["State"] == "ENABLED", found


@probe("events", "TestEventPattern", "Wildcards, suffixes, CIDR blocks and $or hold as documented",
       GUIDE + "eb-create-pattern-operators.html")
def operators_hold(trial):
    event = {"id": "1", "detail-type": "t", "source": "s", "account": "111122223333", "region": "us-east-1",
             "time": "2030-01-01T00:00:00Z", "detail": {"path": "dir/a/file.png", "ip": "10.1.2.3", "n": 5}}
    for pattern, wanted in (
        ({"path": [{"wildcard": "dir/*/file.*"}]}, True), ({"path": [{"suffix": ".jpg"}]}, False),
        ({"ip": [{"cidr": "10.1.0.0/16"}]}, True), ({"ip": [{"cidr": "10.2.0.0/16"}]}, False),
        ({"$or": [{"n": [6]}, {"path": [{"prefix": "dir"}]}]}, True),
        ({"path": [{"anything-but": {"suffix": "g"}}]}, False),
        ({"none": [{"exists": False}]}, True), ({"n": [{"numeric": [">", 0, "<=", 5]}]}, True),
    ):
        found = trial.ask("TestEventPattern", Event=json.dumps(event), EventPattern=json.dumps({"detail": pattern}))
        assert found["Result"] is wanted, pattern


@probe("events", "TestEventPattern", "A pattern whose values are not in an array is refused with its place",
       API + "API_TestEventPattern.html")
def patterns_are_checked(trial):
    pattern = '{"source": "mine"}'
    message = ('Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"'
               f'{pattern}"; line: 1, column: 13]')
    trial.refused("PutRule", "InvalidEventPatternException", 400, message, Name=trial.unique("rule"),
                  EventPattern=pattern)


@probe("events", "PutPermission", "A statement put under the same id takes the place of the old one",
       API + "API_PutPermission.html")
def statements_are_replaced(trial):
    made = trial.fixture("permitted")
    trial.ask("PutPermission", EventBusName=made["Name"], Action="events:PutEvents", Principal="111122223333",
              StatementId=made["StatementId"])
    policy = json.loads(trial.ask("DescribeEventBus", Name=made["Name"])["Policy"])
    assert [each["Principal"] for each in policy["Statement"]] == [{"AWS": "arn:aws:iam::111122223333:root"}], policy


@probe("events", "CreateArchive", "An archive keeps the events of its bus and a replay sends them to the rules again",
       GUIDE + "eb-archive.html")
def archives_replay(trial):
    queue, bus, archive = Queue(trial), trial.fixture("bus"), trial.fixture("archive")
    id = put(trial, {"n": 1}, EventBusName=bus["Name"])
    rule(trial, target={"Arn": queue.arn}, bus=bus["Name"])
    now, name = datetime.now(UTC), trial.unique("replay")
    trial.ask("StartReplay", ReplayName=name, EventSourceArn=archive["ArchiveArn"],
              EventStartTime=now - timedelta(hours=1), EventEndTime=now + timedelta(hours=1),
              Destination={"Arn": bus["Arn"]})
    found = json.loads(queue.bodies()[0])
    assert (found["id"], found["replay-name"]) == (id, name), found


@probe("events", "DescribeConnection", "A connection never shows its secrets", API + "API_DescribeConnection.html")
def connections_hide_secrets(trial):
    found = trial.ask("DescribeConnection", Name=trial.fixture("connection")["Name"])
    assert found["AuthParameters"]["BasicAuthParameters"] == {"Username": "u"}, found
    assert ":secret:events!connection/" in found["SecretArn"], found


@probe("events", "ListArchives", "Archives are listed by one filter at a time", API + "API_ListArchives.html")
def one_filter_at_a_time(trial):
    trial.refused("ListArchives", "ValidationException", 400, NamePrefix="a", State="ENABLED")
