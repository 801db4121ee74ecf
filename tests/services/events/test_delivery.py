"""Events reach their targets, once each; what fails is tried again and ends in a dead-letter queue."""

import json

import pytest

ROLE = "arn:aws:iam::000000000000:role/events"
LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"
GONE = "arn:aws:sqs:us-east-1:000000000000:gone"


def test_an_event_arrives_whole(rule, put, queue):
    q = queue()
    rule("r", q.arn)
    id = put({"b": 1, "a": [1.5, None]}, Resources=["x"])
    assert q.bodies() == [
        f'{{"version":"0","id":"{id}","detail-type":"kind","source":"app","account":"000000000000",'
        '"time":"2027-01-15T12:00:00Z","region":"us-east-1","resources":["x"],"detail":{"b":1,"a":[1.5,null]}}'
    ]


def test_rules_that_do_not_fit_or_are_disabled_stay_silent(rule, put, queue, events):
    q = queue()
    rule("other", q.arn, {"source": ["other"]})
    rule("off", q.arn)
    events.disable_rule(Name="off")
    put()
    assert q.bodies() == []
    events.enable_rule(Name="off")
    put()
    assert len(q.bodies()) == 1


@pytest.mark.parametrize(("target", "body"), [
    ({"Input": '{"x":1}'}, '{"x":1}'),
    ({"InputPath": "$.detail.who"}, '"Ada \\"A\\" L"'),
    ({"InputPath": "$.detail.list[1]"}, "2"),
    ({"InputTransformer": {"InputPathsMap": {"w": "$.detail.who"}, "InputTemplate": '"Hello <w>!"'}},
     '"Hello Ada \\"A\\" L!"'),
    ({"InputTransformer": {"InputPathsMap": {"l": "$.detail.list"}, "InputTemplate": '{"l": <l>, "t": "<l>"}'}},
     '{"l": [1,2], "t": "[1,2]"}'),
    ({"InputTransformer": {"InputTemplate": '"<aws.events.rule-name> at <aws.events.event.ingestion-time>"'}},
     '"r at 2027-01-15T12:00:00.000Z"'),
])  # fmt: skip
def test_inputs(rule, put, queue, target, body):
    q = queue()
    rule("r", q.arn, **target)
    put({"who": 'Ada "A" L', "list": [1, 2]})
    assert q.bodies() == [body]


def test_the_reserved_event_variables(rule, put, queue):
    q = queue()
    template = '{"rule": "<aws.events.rule-arn>", "whole": <aws.events.event.json>, "head": <aws.events.event>}'
    rule("r", q.arn, InputTransformer={"InputTemplate": template})
    put({"a": 1})
    found = q.documents()[0]
    assert found["rule"] == "arn:aws:events:us-east-1:000000000000:rule/r"
    assert found["whole"]["detail"] == {"a": 1} and "detail" not in found["head"]


def test_fifo_queues_get_their_group(rule, put, queue):
    q = queue("q.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    rule("r", q.arn, SqsParameters={"MessageGroupId": "g"})
    put()
    assert [each["Attributes"]["MessageGroupId"] for each in q.messages()] == ["g"]


def test_the_trace_header_goes_along(rule, put, queue):
    q, trace = queue(), "Root=1-5759e988-bd862e3fe1be46a994272793"
    rule("r", q.arn)
    put(TraceHeader=trace)
    assert q.messages()[0]["Attributes"]["AWSTraceHeader"] == trace


def test_a_missing_target_is_buried_at_once(rule, put, queue):
    dead = queue("dead")
    rule("r", GONE, DeadLetterConfig={"Arn": dead.arn}, Input='"constant"')
    id = put({"a": 1})
    letter = dead.messages()[0]
    assert json.loads(letter["Body"])["id"] == id
    told = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert told.pop("ERROR_MESSAGE")
    assert told == {
        "ERROR_CODE": "NO_RESOURCE", "RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/r", "TARGET_ARN": GONE,
    }  # fmt: skip


def test_retries_follow_the_policy(rule, put, queue, emulator):
    """A target that doesn't stand fails again and again."""
    dead = queue("dead")
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
    rule("r", "arn:aws:inspector:us-east-1:000000000000:target/0-1", DeadLetterConfig={"Arn": dead.arn},
         RetryPolicy=policy)  # fmt: skip
    put()
    emulator.advance(2.5)
    assert dead.messages() == []
    emulator.advance(1)
    told = {name: value["StringValue"] for name, value in dead.messages()[0]["MessageAttributes"].items()}
    assert (told["EXHAUSTED_RETRY_CONDITION"], told["RETRY_ATTEMPTS"]) == ("MaximumRetryAttempts", "2")


def test_retries_end_with_the_events_age(rule, put, queue, emulator):
    dead = queue("dead")
    rule("r", "arn:aws:inspector:us-east-1:000000000000:target/0-1", DeadLetterConfig={"Arn": dead.arn},
         RetryPolicy={"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 60})  # fmt: skip
    put()
    emulator.advance(3600)
    told = {name: value["StringValue"] for name, value in dead.messages()[0]["MessageAttributes"].items()}
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_a_template_that_gives_no_json_is_buried(rule, put, queue):
    q, dead = queue(), queue("dead")
    transformer = {"InputPathsMap": {"p": "$.detail"}, "InputTemplate": '{"p": "<p>"}'}
    rule("r", q.arn, InputTransformer=transformer, DeadLetterConfig={"Arn": dead.arn})
    put({"a": "b"})
    assert q.messages() == []
    assert dead.messages()[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "INVALID_JSON"


def test_topics(rule, put, queue, client):
    q, sns = queue(), client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=q.arn)
    rule("r", topic)
    id = put({"a": 1})
    assert json.loads(q.documents()[0]["Message"])["id"] == id


def test_five_targets_and_no_more(rule, events, put, queue):
    q = queue()
    rule("r", q.arn)
    more = [{"Id": str(number), "Arn": q.arn} for number in range(4)]
    events.put_targets(Rule="r", Targets=more)
    put()
    assert len(q.messages()) == 5
    with pytest.raises(events.exceptions.LimitExceededException):
        events.put_targets(Rule="r", Targets=[{"Id": "6", "Arn": q.arn}])
