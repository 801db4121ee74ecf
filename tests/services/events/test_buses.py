"""Buses, their policies, tags, and the ways between them."""

import json

import pytest


def test_a_bus_from_beginning_to_end(events, refused):
    arn = "arn:aws:events:us-east-1:000000000000:event-bus/b"
    made = events.create_event_bus(Name="b", Description="d", Tags=[{"Key": "k", "Value": "v"}])
    assert (made["EventBusArn"], made["Description"]) == (arn, "d")
    assert refused(events.create_event_bus, Name="b") == (
        "ResourceAlreadyExistsException", "Event bus b already exists."
    )
    events.update_event_bus(Name="b", Description="e", DeadLetterConfig={"Arn": "arn:aws:sqs:us-east-1:0:q"})
    found = events.describe_event_bus(Name=arn)
    assert found["Description"] == "e" and found["DeadLetterConfig"] == {"Arn": "arn:aws:sqs:us-east-1:0:q"}
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["b", "default"]
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    events.delete_event_bus(Name="b")
    events.delete_event_bus(Name="b")
    assert refused(events.describe_event_bus, Name="b") == (
        "ResourceNotFoundException", "Event bus b does not exist."
    )


def test_the_default_bus_stays(events, refused):
    assert refused(events.delete_event_bus, Name="default") == (
        "ValidationException", "Cannot delete event bus default."
    )


def test_statements_are_put_and_removed(events, refused):
    events.put_permission(Action="events:PutEvents", Principal="111111111111", StatementId="a")
    events.put_permission(Action="events:PutEvents", Principal="*", StatementId="b", Condition={
        "Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"})  # fmt: skip
    policy = json.loads(events.describe_event_bus()["Policy"])
    assert [each["Sid"] for each in policy["Statement"]] == ["a", "b"]
    assert policy["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}
    assert policy["Statement"][1]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    events.remove_permission(StatementId="a")
    assert refused(events.remove_permission, StatementId="a")[0] == "ResourceNotFoundException"
    events.remove_permission(RemoveAllPermissions=True)
    assert "Policy" not in events.describe_event_bus()


def test_an_event_keeps_its_id_from_account_to_account(events, client, rule, put, queue):
    other = client("events", "111111111111")
    other.create_event_bus(Name="theirs")
    here, there = queue("here"), queue("there", "111111111111")
    rule("mine", here.arn)
    rule("on", "arn:aws:events:us-east-1:111111111111:event-bus/theirs")
    rule("theirs", there.arn, bus="theirs", on=other)
    id = put({"a": 1})
    assert here.documents()[0]["id"] == id
    arrived = there.documents()[0]
    assert (arrived["id"], arrived["account"]) == (id, "000000000000")


def test_an_event_gets_a_new_id_in_another_region(events, client, rule, put, queue):
    away = client("events", region="eu-west-1")
    there = queue(region="eu-west-1")
    rule("on", "arn:aws:events:eu-west-1:000000000000:event-bus/default",
         RoleArn="arn:aws:iam::000000000000:role/r")  # fmt: skip
    rule("r", there.arn, on=away)
    id = put()
    arrived = there.documents()[0]
    assert arrived["id"] != id and arrived["region"] == "us-east-1"


def test_no_third_account(events, client, rule, put, queue):
    second, third, dead = client("events", "111111111111"), queue("q", "222222222222"), queue("dead")
    client("events", "222222222222")
    rule("on", "arn:aws:events:us-east-1:111111111111:event-bus/default")
    rule("on", "arn:aws:events:us-east-1:222222222222:event-bus/default", on=second,
         DeadLetterConfig={"Arn": dead.arn})  # fmt: skip
    put()
    assert third.messages() == []
    assert dead.messages()[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "THIRD_ACCOUNT_HOP_DETECTED"


def test_a_ring_of_buses_does_not_hang(events, rule, put, queue, emulator):
    q = queue()
    rule("ring", "arn:aws:events:us-east-1:000000000000:event-bus/default")
    rule("q", q.arn)
    put()
    before = len(q.messages())
    emulator.advance(2)
    assert before == 6 and len(q.messages()) == 2


def test_an_event_sent_to_a_bus_by_arn(events, client, put, queue, rule):
    other = client("events", "111111111111")
    there = queue("there", "111111111111")
    rule("r", there.arn, on=other)
    put(EventBusName="arn:aws:events:us-east-1:111111111111:event-bus/default")
    assert there.documents()[0]["account"] == "000000000000"


def test_partner_sources(events, client, queue, rule):
    name = "aws.partner/example.com/1/2"
    partner = client("events", "111111111111")
    partner.create_partner_event_source(Name=name, Account="000000000000")
    assert events.describe_event_source(Name=name)["State"] == "PENDING"
    events.create_event_bus(Name=name, EventSourceName=name)
    found = events.list_event_sources()["EventSources"][0]
    assert (found["State"], found["CreatedBy"]) == ("ACTIVE", "aws.partner/example.com")
    q = queue()
    rule("r", q.arn, {"source": [name]}, bus=name)
    entry = {"Source": name, "DetailType": "k", "Detail": '{"a":1}'}
    assert partner.put_partner_events(Entries=[entry])["FailedEntryCount"] == 0
    assert q.documents()[0]["account"] == "000000000000"
    accounts = partner.list_partner_event_source_accounts(EventSourceName=name)["PartnerEventSourceAccounts"]
    assert [each["Account"] for each in accounts] == ["000000000000"]
    partner.delete_partner_event_source(Name=name, Account="000000000000")
    assert events.describe_event_source(Name=name)["State"] == "DELETED"
    with pytest.raises(events.exceptions.InvalidStateException):
        events.activate_event_source(Name=name)


def test_a_source_without_a_bus_expires(events, client, emulator, refused):
    name = "aws.partner/example.com/1/2"
    client("events", "111111111111").create_partner_event_source(Name=name, Account="000000000000")
    emulator.advance(14 * 86400 + 1)
    assert refused(events.describe_event_source, Name=name)[0] == "ResourceNotFoundException"
