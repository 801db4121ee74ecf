"""Diagnostics of definitions, and that none of them lets a definition through that can't be run."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.engines.asl.validation import diagnose
from tests.engines.asl.driver import Driven, chain, one

PASS = {"Type": "Pass"}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}
INNER = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}


def told(definition: dict, kind: str = "STANDARD") -> list[tuple[str, str]]:
    return [(each.message, each.location) for each in diagnose(json.dumps(definition), kind)]


@pytest.mark.parametrize("state", [
    {**TASK, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL", "BackoffRate": 1.5}]},
    {**TASK, "Parameters": {"InputPath": "no path", "Variable": 1, "Result": {"x.$": "$.a"}}},
    {**TASK, "TimeoutSecondsPath": "$.t"},
    {"Type": "Pass", "Result": {"x.$": "as it stands", "Next": 5}},
    {"Type": "Map", "ItemProcessor": INNER, "MaxConcurrencyPath": "$.m", "ItemSelector": {"v.$": "$$.Map.Item.Value"}},
    {"Type": "Map", "ItemProcessor": {**INNER, "ProcessorConfig": {"Mode": "DISTRIBUTED"}}, "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "PARQUET", "MaxItemsPath": "$.n"}}},
    {"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% 1 + 1 %}"},
    {"Type": "Fail", "ErrorPath": "States.Format('{}', $.e)"},
])  # fmt: skip
def test_good_states(state):
    assert told(one(state)) == []


AT = "/States/Only"
EITHER = "a valid JSONPath or a valid intrinsic function call"


@pytest.mark.parametrize(("state", "message", "location"), [
    ({**PASS, "Comment": 5}, "Expected value of type String", f"{AT}/Comment"),
    ({**PASS, "End": "true"}, "Expected value of type Boolean", f"{AT}/End"),
    ({**TASK, "TimeoutSeconds": "5"}, "Expected value of type Integer", f"{AT}/TimeoutSeconds"),
    ({**TASK, "TimeoutSeconds": True}, "Expected value of type Integer", f"{AT}/TimeoutSeconds"),
    ({**TASK, "Retry": {}}, "Expected value of type Array", f"{AT}/Retry"),
    ({**TASK, "Retry": ["x"]}, "Expected value of type Object", f"{AT}/Retry[0]"),
    ({**TASK, "Retry": [{"ErrorEquals": [1]}]}, "Expected value of type String", f"{AT}/Retry[0]/ErrorEquals[0]"),
    ({**TASK, "Retry": [{"ErrorEquals": ["x"], "JitterStrategy": "HALF"}]},
     "The field 'JitterStrategy' should have one of these values: [FULL, NONE]", f"{AT}/Retry[0]/JitterStrategy"),
    ({**TASK, "Retry": [{"ErrorEquals": ["x"], "BackoffRate": 0.5}]},
     "The value for the field 'BackoffRate' must be greater than or equal to 1", f"{AT}/Retry[0]/BackoffRate"),
    ({**TASK, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["x"]}]},
     "'States.ALL' can only appear in the last element alone", f"{AT}/Retry[0]/ErrorEquals"),
    ({**TASK, "Credentials": {}}, "The field 'RoleArn' is required but was missing", f"{AT}/Credentials"),
    ({"Type": "Task"}, "These fields are required: [Resource]", AT),
    ({"Type": "Task", "Resource": "nothing"}, "Value is not a valid resource ARN", f"{AT}/Resource"),
    ({}, "These fields are required: [Type]", AT),
    ({"Type": "Nothing"}, "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice,"
     " Parallel, Map]", f"{AT}/Type"),
    ({"Type": "Parallel", "Branches": []}, "Value cannot be empty", f"{AT}/Branches"),
    ({**PASS, "Parameters": {"x.$": "States.Nothing()"}},
     f"The value for the field 'x.$' must be {EITHER}", f"{AT}/Parameters/x.$"),
    ({**PASS, "Parameters": {"x.$": [1]}},
     f"The value for the field 'x.$' must be {EITHER}", f"{AT}/Parameters/x.$"),
    ({**PASS, "InputPath": "a.b"}, "The value for the field 'InputPath' must be a valid JSONPath", f"{AT}/InputPath"),
    ({"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": "1", "Next": "Only"}]},
     "Expected value of type Number", f"{AT}/Choices[0]/NumericEquals"),
    ({"Type": "Choice", "Choices": [{"Variable": "$.a", "Next": "Only"}]},
     "A choice must have exactly one comparison operator", f"{AT}/Choices[0]"),
    ({"Type": "Wait", "Seconds": 1, "Timestamp": "2027-01-15T12:00:00Z"},
     "Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]", AT),
    ({**PASS, "Catch": []}, "Field is not supported", f"{AT}/Catch"),
    ({"Type": "Map", "ItemProcessor": INNER, "ItemReader": {"Resource": "x", "ReaderConfig": {"InputType": "XML"}}},
     "The field 'InputType' should have one of these values: [CSV, JSON, JSONL, PARQUET, MANIFEST]",
     f"{AT}/ItemReader/ReaderConfig/InputType"),
])  # fmt: skip
def test_faults_of_states(state, message, location):
    end = {} if state.get("Type") == "Choice" else {"End": True}
    definition = {"StartAt": "Only", "States": {"Only": {**end, **state}}}
    assert told(definition) == [(message, location)]


@pytest.mark.parametrize(("definition", "faults"), [
    ({}, [("These fields are required: [States, StartAt]", "/")]),
    ({"StartAt": [], "States": {}}, [("Expected value of type String", "/StartAt")]),
    ({"StartAt": "No", "States": {"A": {"Type": "Succeed"}}}, [("Missing 'StartAt' target: No", "/StartAt")]),
    ({"StartAt": "A", "States": {"A": {**PASS, "Next": "C"}, "B": {"Type": "Succeed"}}},
     [("Missing 'Next' target: C", "/States/A/Next"), ('State "B" is not reachable.', "/States/B")]),
    (one({"Type": "Parallel", "Branches": [INNER, INNER]}),
     [("Duplicate State name: In", "/States/Only/Branches[1]/States/In")]),
    (one({**PASS, "QueryLanguage": "JSONPath"}, QueryLanguage="JSONata"),
     [("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", "/States/Only")]),
])  # fmt: skip
def test_faults_of_machines(definition, faults):
    assert told(definition) == faults


@pytest.mark.parametrize(("resource", "known"), [
    ("sqs:sendMessage", True), ("sqs:receiveMessage", False), ("sqs:sendMessage.sync", False),
    ("aws-sdk:sqs:receiveMessage", True), ("aws-sdk:sqs:receiveNothing", False),
    ("aws-sdk:sqs:sendMessage.sync", False),
    ("aws-sdk:sfn:listActivities.waitForTaskToken", True), ("aws-sdk:polly:describeVoices", True),
    ("batch:submitJob.sync", True), ("dynamodb:query", False), ("dynamodb:getItem.waitForTaskToken", False),
])  # fmt: skip
def test_actions_are_recognized(resource, known):
    arn = f"arn:aws:states:::{resource}"
    message = (f"The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource"
               " is not available in this region.")  # fmt: skip
    wanted = [] if known else [(message, "/States/Only/Resource")]
    assert told(one({"Type": "Task", "Resource": arn})) == wanted


@pytest.mark.parametrize(("resource", "message"), [
    ("arn:aws:states:us-east-1:000000000000:activity:a", "Express state machine does not support Activity ARN"),
    ("arn:aws:states:::states:startExecution.sync:2",
     "Express state machine does not support '.sync:2' service integration"),
    ("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
     "Express state machine does not support '.waitForTaskToken' service integration "),
])  # fmt: skip
def test_what_express_machines_can_not_do(resource, message):
    definition = one({**TASK, "Resource": resource})
    assert told(definition) == []
    assert told(definition, "EXPRESS") == [(message, "/States/Only/Resource")]


def test_executions_of_a_map_run_are_of_a_type_of_their_own():
    task = {**TASK, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "In",
                 "States": {"In": task}}  # fmt: skip
    definition = one({"Type": "Map", "ItemProcessor": processor})
    inside = "/States/Only/ItemProcessor"
    refused = ("Express state machine does not support '.waitForTaskToken' service integration ",
               f"{inside}/States/In/Resource")  # fmt: skip
    assert told(definition) == [refused]
    assert told(definition, "EXPRESS") == [
        ("Express state machine does not support Distributed Map state", f"{inside}/ProcessorConfig/Mode"), refused]
    processor["ProcessorConfig"]["ExecutionType"] = "STANDARD"
    assert told(definition) == []


WHOLE = chain(
    {**PASS, "Parameters": {"v.$": "$.a"}, "Assign": {"x": 1}},
    {**TASK, "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}], "ResultPath": None, "Catch": [
        {"ErrorEquals": ["States.ALL"], "Next": "C"}]},
    {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": INNER, "MaxConcurrency": 2, "ResultPath": "$.list"},
    {"Type": "Wait", "SecondsPath": "$.n"},
    {"Type": "Parallel", "QueryLanguage": "JSONata", "Arguments": "{% $states.input %}", "Branches": [
        {"StartAt": "Q", "States": {"Q": {"Type": "Choice", "Default": "R", "Choices": [
            {"Variable": "$.n", "NumericEquals": 1, "Next": "R"}]}, "R": {"Type": "Succeed"}}}]},
)  # fmt: skip
JUNK = st.sampled_from([None, 1, -1, 1.5, True, "", "x", "$.x", "$[", "{% ( %}", [], ["x"], [{}], {}, {"a": 1}])


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from places(each, (*path, key))


@settings(max_examples=400)
@given(st.sampled_from([path for path in places(WHOLE) if path]), JUNK)
def test_no_definition_breaks_the_validator_and_valid_ones_run(path, junk):
    definition = copy.deepcopy(WHOLE)
    holder = definition
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    if not told(definition):
        Driven(definition, {"a": 1, "list": [1, 2], "n": 1}, lambda effect: {"done": True})
