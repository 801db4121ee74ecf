"""Executions: what they answer, how they end, what their histories say."""

import json

import pytest
from botocore.exceptions import ClientError

PASS = {"Type": "Pass", "End": True}


def one(state: dict) -> dict:
    end = {} if state["Type"] in ("Succeed", "Fail", "Choice") else {"End": True}
    return {"StartAt": "Only", "States": {"Only": {**state, **end}}}


def test_a_pass_state_hands_on_its_result(machines):
    assert machines.output(one({"Type": "Pass", "Result": {"a": 1}, "ResultPath": "$.b"}), {"c": 2}) == {
        "c": 2, "b": {"a": 1}}


def test_the_history_tells_every_step(machines, states):
    execution = machines.start(one({"Type": "Pass"}), {"x": 1})
    events = machines.history(execution)
    assert [(each["id"], each["previousEventId"], each["type"]) for each in events] == [
        (1, 0, "ExecutionStarted"), (2, 0, "PassStateEntered"), (3, 2, "PassStateExited"), (4, 3, "ExecutionSucceeded")]
    assert json.loads(events[3]["executionSucceededEventDetails"]["output"]) == {"x": 1}
    backwards = states.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=2)
    assert [each["id"] for each in backwards["events"]] == [4, 3]
    rest = states.get_execution_history(
        executionArn=execution, reverseOrder=True, maxResults=2, nextToken=backwards["nextToken"])
    assert [each["id"] for each in rest["events"]] == [2, 1]


def test_a_wait_takes_its_time(machines, states, emulator):
    execution = machines.start(one({"Type": "Wait", "Seconds": 60}))
    emulator.advance(59)
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    emulator.advance(1)
    found = states.describe_execution(executionArn=execution)
    assert found["status"] == "SUCCEEDED"
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 60


def test_a_moment_that_has_passed_is_not_waited_for(machines):
    found = machines.run(one({"Type": "Wait", "Timestamp": "2016-03-14T01:59:00Z"}))
    assert found["status"] == "SUCCEEDED"
    assert found["stopDate"] == found["startDate"]


def test_a_failure_tells_error_and_cause(machines):
    found = machines.run(one({"Type": "Fail", "Error": "Broken", "Cause": "It broke"}))
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Broken", "It broke")


def test_a_machine_times_out(machines):
    definition = {**one({"Type": "Wait", "Seconds": 100}), "TimeoutSeconds": 10}
    found = machines.run(definition, seconds=11)
    assert (found["status"], found["error"]) == ("TIMED_OUT", "States.Timeout")


def test_the_same_start_is_answered_alike_while_it_runs(machines, states):
    arn = machines.make(one({"Type": "Wait", "Seconds": 5}))
    first = states.start_execution(stateMachineArn=arn, name="n", input="{}")
    assert states.start_execution(stateMachineArn=arn, name="n", input="{}")["executionArn"] == first["executionArn"]
    with pytest.raises(ClientError) as caught:
        states.start_execution(stateMachineArn=arn, name="n", input='{"other": 1}')
    assert caught.value.response["Error"]["Code"] == "ExecutionAlreadyExists"


def test_stopping_aborts(machines, states):
    execution = machines.start(one({"Type": "Wait", "Seconds": 5}))
    states.stop_execution(executionArn=execution, error="Enough", cause="Said so")
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "Said so")
    assert machines.history(execution)[-1]["type"] == "ExecutionAborted"


def test_an_express_execution_is_waited_for(machines, states):
    arn = machines.make(one({"Type": "Pass", "Result": [1]}), type="EXPRESS")
    found = states.start_sync_execution(stateMachineArn=arn, input="{}")
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", [1])
    assert found["billingDetails"] == {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100}


def test_parallel_branches_join_in_order(machines):
    branches = [{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1, "End": True}}},
                {"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": 2, "End": True}}}]
    assert machines.output(one({"Type": "Parallel", "Branches": branches})) == [1, 2]


def test_a_map_runs_over_items(machines):
    processor = {"StartAt": "A", "States": {"A": {
        "Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($.n, 1)"}, "End": True}}}
    definition = one({"Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"n.$": "$$.Map.Item.Value"},
                      "ItemProcessor": processor})
    assert machines.output(definition, {"items": [1, 2, 3]}) == [{"sum": 2}, {"sum": 3}, {"sum": 4}]


def test_a_distributed_map_makes_executions(machines, states):
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A",
                 "States": {"A": PASS}}
    execution = machines.start(one({"Type": "Map", "ItemProcessor": processor, "Label": "L"}), ["a", "b"])
    assert json.loads(machines.over(execution)["output"]) == ["a", "b"]
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    described = states.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (described["status"], described["itemCounts"]["succeeded"]) == ("SUCCEEDED", 2)
    children = states.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert len(children) == 2 and all(each["stateMachineArn"].endswith("/L") for each in children)


def test_jsonata_assigns_and_reads_variables(machines):
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"n": "{% $states.input.x * 2 %}"}, "Next": "B"},
        "B": {"Type": "Pass", "Output": {"twice": "{% $n %}"}, "End": True}}}
    assert machines.output(definition, {"x": 21}) == {"twice": 42}


def test_executions_are_forgotten_after_ninety_days(machines, states, emulator):
    arn = machines.make(one({"Type": "Pass"}))
    execution = states.start_execution(stateMachineArn=arn, name="n")["executionArn"]
    machines.over(execution)
    emulator.advance(90 * 86_400 - 1)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        states.start_execution(stateMachineArn=arn, name="n")
    emulator.advance(2)
    for gone in (states.describe_execution, states.get_execution_history):
        with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
            gone(executionArn=execution)
    states.start_execution(stateMachineArn=arn, name="n")
    assert len(machines.history(execution)) <= 4


def test_distributed_maps_may_hold_others(machines):
    leaf = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Leaf", "States": {
        "Leaf": {"Type": "Pass", "Parameters": {"v.$": "$"}, "End": True}}}
    middle = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Middle", "States": {
        "Middle": {"Type": "Map", "ItemProcessor": leaf, "End": True}}}
    branch = {"StartAt": "Outer", "States": {"Outer": {"Type": "Map", "ItemProcessor": middle, "End": True}}}
    assert machines.output(one({"Type": "Parallel", "Branches": [branch]}), [[1, 2], [3]]) == [
        [[{"v": 1}, {"v": 2}], [{"v": 3}]]]
