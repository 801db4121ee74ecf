"""TestState: what it shows of a state by itself, with mocks and without."""

import json

import pytest

from tests.services.stepfunctions.conftest import ROLE

EACH = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "In",
        "States": {"In": {"Type": "Pass", "End": True}}}  # fmt: skip
READER = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "Next",
        "Parameters": {"QueueUrl.$": "$.url", "MessageBody": "x"}}  # fmt: skip


@pytest.fixture
def tried(states):
    def run(state: dict, given: object = None, **more) -> dict:
        return states.test_state(
            definition=json.dumps(state), roleArn=ROLE, input=json.dumps({} if given is None else given), **more)

    return run


@pytest.mark.parametrize(("config", "data", "shown"), [
    ({"InputType": "JSON", "ItemsPointer": "/a"}, '{"a": [1, 2, 3]}', {
        "afterItemsPointer": [1, 2, 3], "afterItemSelector": [{"v": 1}, {"v": 2}, {"v": 3}],
        "afterItemBatcher": [{"Items": [{"v": 1}, {"v": 2}]}, {"Items": [{"v": 3}]}]}),
    ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "h\n1\n", {
        "afterItemSelector": [{"v": {"h": "1"}}], "afterItemBatcher": [{"Items": [{"v": {"h": "1"}}]}]}),
])  # fmt: skip
def test_a_maps_items_are_shown(tried, config, data, shown):
    state = {"Type": "Map", "ItemProcessor": EACH, "ItemReader": {**READER, "ReaderConfig": config}, "End": True,
             "ItemSelector": {"v.$": "$$.Map.Item.Value"}, "ItemBatcher": {"MaxItemsPerBatch": 2}}  # fmt: skip
    found = tried(state, inspectionLevel="TRACE", mock={"result": "[]"}, stateConfiguration={"mapItemReaderData": data})
    inspected = found["inspectionData"]
    assert {name: json.loads(inspected[name]) for name in inspected if name.startswith("afterItem")} == shown


def test_data_that_can_not_be_read_fails_the_state(tried):
    state = {"Type": "Map", "ItemProcessor": EACH, "ItemReader": READER, "End": True}
    found = tried(state, mock={"result": "[]"}, stateConfiguration={"mapItemReaderData": "5"})
    assert (found["status"], found["error"]) == ("FAILED", "States.ItemReaderFailed")


@pytest.mark.parametrize(("state", "mock", "configuration", "wanted"), [
    (TASK, {"result": '{"MessageId": "m"}'}, {}, {"status": "SUCCEEDED", "nextState": "Next"}),
    (TASK, {"errorOutput": {"error": "Bad", "cause": "so"}}, {}, {"status": "FAILED", "error": "Bad", "cause": "so"}),
    ({**TASK, "Catch": [{"ErrorEquals": ["Bad"], "Next": "Caught"}]}, {"errorOutput": {"error": "Bad"}}, {},
     {"status": "CAUGHT_ERROR", "nextState": "Caught", "error": "Bad"}),
    ({**TASK, "Retry": [{"ErrorEquals": ["Bad"], "MaxAttempts": 2}]}, {"errorOutput": {"error": "Bad"}}, {},
     {"status": "RETRIABLE", "error": "Bad"}),
    ({**TASK, "Retry": [{"ErrorEquals": ["Bad"], "MaxAttempts": 2}]}, {"errorOutput": {"error": "Bad"}},
     {"retrierRetryCount": 2}, {"status": "FAILED", "error": "Bad"}),
])  # fmt: skip
def test_mocks_stand_in_for_calls(tried, state, mock, configuration, wanted):
    found = tried(state, {"url": "u"}, mock=mock, stateConfiguration=configuration)
    assert {name: found[name] for name in ("status", "nextState", "error", "cause") if name in found} == wanted


def test_levels_show_more_and_more(tried):
    shown = [tried(TASK, {"url": "u"}, mock={"result": '{"MessageId": "m"}'}, inspectionLevel=level).get(
        "inspectionData", {}) for level in ("INFO", "DEBUG")]  # fmt: skip
    assert shown[0] == {}
    assert json.loads(shown[1]["afterParameters"]) == {"QueueUrl": "u", "MessageBody": "x"}
    assert json.loads(shown[1]["result"]) == {"MessageId": "m"}


def test_a_state_is_found_inside_a_machine(tried):
    machine = {"StartAt": "Outer", "States": {"Outer": {
        "Type": "Map", "ItemProcessor": {"StartAt": "Inner", "States": {"Inner": {
            "Type": "Pass", "Parameters": {"v.$": "$v"}, "End": True}}}, "End": True}}}  # fmt: skip
    found = tried(machine, stateName="Inner", variables='{"v": 7}')
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"v": 7})


def test_a_call_is_made_where_nothing_stands_in(tried, client):
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    found = tried(TASK, {"url": url})
    assert found["status"] == "SUCCEEDED"
    (message,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert message["MessageId"] == json.loads(found["output"])["MessageId"]
