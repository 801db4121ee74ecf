"""Events on their way to targets."""

import json

from conformance.probes import probe
from conformance.probes.events.places import API, GUIDE, Queue, put, rule


@probe("events", "PutEvents", "An event that a rule matches reaches the rule's target whole",
       GUIDE + "eb-events-structure.html")
def events_arrive(trial):
    queue = Queue(trial)
    rule(trial, target={"Arn": queue.arn})
    id = put(trial, {"a": [1, None]}, Resources=["one"])
    found = json.loads(queue.bodies()[0])
    assert (found["id"], found["detail"], found["resources"]) == (id, {"a": [1, None]}, ["one"]), found
    assert (found["version"], found["source"], found["detail-type"]) == ("0", "probe", "kind"), found


@probe("events", "PutEvents", "One event goes to the targets of every rule that it matches", GUIDE + "eb-rules.html")
def every_rule_sends(trial):
    queue = Queue(trial)
    rule(trial, target={"Arn": queue.arn})
    rule(trial, {"detail": {"n": [{"numeric": [">", 1]}]}}, {"Arn": queue.arn})
    rule(trial, {"detail": {"n": [{"numeric": ["<", 1]}]}}, {"Arn": queue.arn})
    put(trial, {"n": 2})
    queue.messages(2)


@probe("events", "DisableRule", "A disabled rule matches nothing", API + "API_DisableRule.html")
def disabled_rules_rest(trial):
    queue = Queue(trial)
    name = rule(trial, target={"Arn": queue.arn})
    trial.ask("DisableRule", Name=name)
    put(trial, {"n": 1})
    trial.ask("EnableRule", Name=name)
    put(trial, {"n": 2})
    assert json.loads(queue.bodies()[0])["detail"] == {"n": 2}


@probe("events", "PutTargets", "InputPath gives the target a part of the event as JSON", API + "API_Target.html")
def input_paths(trial):
    queue = Queue(trial)
    rule(trial, target={"Arn": queue.arn, "InputPath": "$.detail.who"})
    put(trial, {"who": "Ada"})
    assert queue.bodies() == ['"Ada"']


@probe("events", "PutTargets", "An input transformer writes text in quotes bare and values outside of quotes as JSON",
       GUIDE + "eb-transform-target-input.html")
def input_transformers(trial):
    queue = Queue(trial)
    rule(trial, target={"Arn": queue.arn, "InputTransformer": {
        "InputPathsMap": {"who": "$.detail.who", "list": "$.detail.list"},
        "InputTemplate": '{"text": "Hello <who>", "who": <who>, "list": <list>}'}})
    put(trial, {"who": "Ada", "list": [1, 2]})
    assert json.loads(queue.bodies()[0]) == {"text": "Hello Ada", "who": "Ada", "list": [1, 2]}


@probe("events", "PutTargets", "A template of text drops the quotes of JSON values in it",
       GUIDE + "eb-transform-target-input.html")
def text_templates(trial):
    queue = Queue(trial)
    rule(trial, target={"Arn": queue.arn, "InputTransformer": {
        "InputPathsMap": {"list": "$.detail.list"}, "InputTemplate": '"It is <list>"'}})
    put(trial, {"list": ["a", "b"]})
    assert queue.bodies() == ['"It is [a,b]"']


@probe("events", "PutTargets", "The reserved variables name the rule and hold the event",
       GUIDE + "eb-transform-target-input.html#eb-transform-input-predefined")
def reserved_variables(trial):
    queue = Queue(trial)
    name = rule(trial, target={"Arn": queue.arn, "InputTransformer": {
        "InputTemplate": '{"rule": "<aws.events.rule-name>", "event": <aws.events.event.json>}'}})
    id = put(trial, {"a": 1})
    found = json.loads(queue.bodies()[0])
    assert (found["rule"], found["event"]["id"], found["event"]["detail"]) == (name, id, {"a": 1}), found


@probe("events", "PutTargets", "An event for a queue that is gone goes to the dead-letter queue with the reason",
       GUIDE + "eb-rule-dlq.html")
def dead_letters(trial):
    dead = Queue(trial)
    gone = dead.arn + "-gone"
    rule(trial, target={"Arn": gone, "DeadLetterConfig": {"Arn": dead.arn}})
    id = put(trial)
    letter = dead.messages()[0]
    told = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
    assert json.loads(letter["Body"])["id"] == id and told["TARGET_ARN"] == gone and told["ERROR_CODE"], letter


@probe("events", "PutTargets", "A FIFO queue gets messages in the group that the target names",
       API + "API_SqsParameters.html")
def fifo_groups(trial):
    queue = Queue(trial, ".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    rule(trial, target={"Arn": queue.arn, "SqsParameters": {"MessageGroupId": "g"}})
    put(trial)
    assert queue.messages()[0]["Attributes"]["MessageGroupId"] == "g"


@probe("events", "PutTargets", "An event sent on to another bus keeps its id", GUIDE + "eb-bus-to-bus.html")
def from_bus_to_bus(trial):
    queue, bus = Queue(trial), trial.fixture("bus")
    rule(trial, target={"Arn": queue.arn}, bus=bus["Name"])
    rule(trial, target={"Arn": bus["Arn"]})
    id = put(trial)
    assert json.loads(queue.bodies()[0])["id"] == id
