"""Events in CloudWatch Logs: as what a rule's target gets, and as what a bus tells of its work."""

import json

import pytest
from botocore.config import Config

ROUTE = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/all"


@pytest.fixture
def logs(client):
    made = client("logs", config=Config(inject_host_prefix=False))
    made.create_log_group(logGroupName="/aws/events/all")
    made.put_resource_policy(policyName="events", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
         "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}]}))
    return made


def told(logs):
    return [json.loads(each["message"]) for each in logs.filter_log_events(logGroupName="/aws/events/all")["events"]]


def put(events, bus="default"):
    events.put_events(Entries=[{"Source": "mine", "DetailType": "t", "Detail": '{"a": 1}', "EventBusName": bus}])


def test_a_log_group_is_a_target(client, logs, emulator):
    emulator.freeze(1_800_014_400.0)
    events = client("events")
    events.put_rule(Name="all", EventPattern='{"source": ["mine"]}')
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": ROUTE}])
    put(events)
    assert [(each["source"], each["detail"]) for each in told(logs)] == [("mine", {"a": 1})]


def test_a_bus_logs_its_steps(client, logs, emulator):
    emulator.freeze(1_800_014_400.0)
    events = client("events")
    bus = events.create_event_bus(Name="b", LogConfig={"Level": "INFO", "IncludeDetail": "FULL"})["EventBusArn"]
    destination = logs.put_delivery_destination(name="to", deliveryDestinationConfiguration={
        "destinationResourceArn": ROUTE})["deliveryDestination"]["arn"]  # fmt: skip
    for level in ("INFO", "ERROR"):
        logs.put_delivery_source(name=level, resourceArn=bus, logType=f"{level}_LOGS")
        logs.create_delivery(deliverySourceName=level, deliveryDestinationArn=destination)
    events.put_rule(Name="all", EventBusName="b", EventPattern='{"source": ["mine"]}')
    events.put_targets(Rule="all", EventBusName="b", Targets=[
        {"Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:none", "RetryPolicy": {"MaximumRetryAttempts": 0}}])
    put(events, "b")
    found = told(logs)
    assert [(each["message_type"], each["log_level"]) for each in found] == [
        ("EVENT_RECEIPT", "INFO"), ("RULE_MATCH", "INFO"), ("INVOCATION_FAILURE", "ERROR")]
    assert {each["resource_arn"] for each in found} == {bus}
    assert found[0]["details"]["event_detail"] == '{"a":1}'
    assert found[2]["error"]["error_message"]
    events.update_event_bus(Name="b", LogConfig={"Level": "OFF"})
    put(events, "b")
    assert len(told(logs)) == 3
