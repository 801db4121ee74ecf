"""Redrives: what failed goes on, what succeeded stays."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.services.stepfunctions.conftest import NOON, map_run, one, until_running

DAY = 86_400


@pytest.fixture
def queue(client):
    """A queue whose URL is known before it is there: what sends to it fails until ``make`` is called."""
    sqs = client("sqs")
    address = sqs.create_queue(QueueName="other")["QueueUrl"].replace("/other", "/late")

    class Queue:
        url = address

        def make(self):
            sqs.create_queue(QueueName="late")

        def received(self) -> list[str]:
            found = sqs.receive_message(QueueUrl=address, MaxNumberOfMessages=10).get("Messages", [])
            return sorted(each["Body"] for each in found)

    return Queue()


def send(url: str, body: str) -> dict:
    return {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "ResultPath": None, "End": True,
            "Parameters": {"QueueUrl": url, "MessageBody.$": body}}  # fmt: skip


def sending_map(url: str, kind: str = "STANDARD", **more) -> dict:
    """A distributed Map state whose odd items want the queue, after a state of their own."""
    states = {
        "First": {"Type": "Pass", "Next": "Odd"},
        "Odd": {"Type": "Choice", "Default": "Send", "Choices": [
            {"Variable": "$", "StringMatches": "even*", "Next": "Even"}]},
        "Even": {"Type": "Pass", "End": True}, "Send": send(url, "$"),
    }  # fmt: skip
    return one({"Type": "Map", "Label": "L", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind}, "StartAt": "First", "States": states},
        "MaxConcurrency": 1, **more})  # fmt: skip


def counted(run: dict) -> dict:
    return {name: count for name, count in run["executionCounts"].items() if count}


def test_a_map_run_goes_on_with_what_failed_and_what_never_began(machines, states, queue):
    execution = machines.start(sending_map(queue.url), ["even 1", "odd 1", "odd 2", "even 2"])
    assert machines.over(execution)["error"] == "States.ExceedToleratedFailureThreshold"
    assert counted(map_run(states, execution)) == {"succeeded": 1, "failed": 1, "pending": 2, "total": 4}
    failed = children(states, execution, "FAILED")
    described = states.describe_execution(executionArn=failed[0])
    assert described["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"

    queue.make()
    states.redrive_execution(executionArn=execution)
    found = machines.over(execution)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", ["even 1", "odd 1", "odd 2", "even 2"])
    run = map_run(states, execution)
    assert (counted(run), run["redriveCount"]) == ({"succeeded": 4, "total": 4}, 1)
    assert (run["status"], run["redriveDate"].timestamp()) == ("SUCCEEDED", NOON)
    assert queue.received() == ["odd 1", "odd 2"]
    kinds = [each["type"] for each in machines.history(execution)]
    assert kinds[kinds.index("ExecutionRedriven") :] == [
        "ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited",
        "ExecutionSucceeded"]  # fmt: skip
    redriven = next(each for each in machines.history(execution) if each["type"] == "MapRunRedriven")
    assert redriven["mapRunRedrivenEventDetails"] == {"mapRunArn": run["mapRunArn"], "redriveCount": 1}
    child = machines.history(failed[0])
    assert [each["type"] for each in child].count("PassStateEntered") == 1  # it goes on where it failed
    assert states.describe_execution(executionArn=failed[0])["redriveCount"] == 1


def children(states, execution: str, status: str) -> list[str]:
    run = map_run(states, execution)["mapRunArn"]
    return [each["executionArn"] for each in states.list_executions(mapRunArn=run, statusFilter=status)["executions"]]


def test_express_executions_of_a_map_run_begin_anew(machines, states, queue):
    execution = machines.start(sending_map(queue.url, "EXPRESS"), ["odd"])
    assert machines.over(execution)["status"] == "FAILED"
    queue.make()
    states.redrive_execution(executionArn=execution)
    assert machines.over(execution)["status"] == "SUCCEEDED"
    assert counted(map_run(states, execution)) == {"succeeded": 1, "total": 1}


def test_what_waits_to_be_redriven_is_told(machines, states):
    inner = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Wait",
             "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}  # fmt: skip
    execution = machines.start(one({"Type": "Map", "ItemProcessor": inner}), [1, 2, 3])
    run = until_running(states, execution, 3)
    states.update_map_run(mapRunArn=run["mapRunArn"], maxConcurrency=1)
    states.stop_execution(executionArn=execution)
    run = map_run(states, execution)
    assert (run["status"], counted(run)) == ("ABORTED", {"aborted": 3, "total": 3})
    states.redrive_execution(executionArn=execution)
    assert counted(until_running(states, execution, 1)) == {"running": 1, "pendingRedrive": 2, "total": 3}
    assert len(children(states, execution, "PENDING_REDRIVE")) == 2
    states.stop_execution(executionArn=execution)
    assert counted(map_run(states, execution)) == {"aborted": 3, "total": 3}
    assert len(children(states, execution, "ABORTED")) == 3


def test_executions_that_can_not_be_redriven_stay_failed(machines, states, emulator):
    """A child that failed fifteen days ago counts as failed, though its parent ended just now."""
    inner = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "SecondsPath": "$", "Next": "Fail"}, "Fail": {"Type": "Fail", "Error": "Bad"}}}
    execution = machines.start(one({"Type": "Map", "ItemProcessor": inner, "ToleratedFailureCount": 1}), [1, 15 * DAY])
    until_running(states, execution, 2)
    emulator.advance(15 * DAY + 2)
    assert machines.over(execution)["status"] == "FAILED"
    run = map_run(states, execution)
    assert (counted(run)["failed"], counted(run)["failuresNotRedrivable"]) == (2, 1)
    states.redrive_execution(executionArn=execution)
    emulator.advance(1)
    assert machines.over(execution)["status"] == "FAILED"
    assert [states.describe_execution(executionArn=each)["redriveCount"] for each in children(
        states, execution, "FAILED")] == [1, 0]  # fmt: skip


def test_a_map_run_that_began_nothing_is_begun_anew(machines, states, client):
    client("s3").create_bucket(Bucket="data")
    inner = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "In",
             "States": {"In": {"Type": "Pass", "End": True}}}  # fmt: skip
    execution = machines.start(one({"Type": "Map", "ItemProcessor": inner, "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "data", "Key": "late"}}}))
    assert machines.over(execution)["error"] == "States.ItemReaderFailed"
    client("s3").put_object(Bucket="data", Key="late", Body=b"[1]")
    states.redrive_execution(executionArn=execution)
    assert json.loads(machines.over(execution)["output"]) == [1]
    runs = states.list_map_runs(executionArn=execution)["mapRuns"]
    described = [states.describe_map_run(mapRunArn=each["mapRunArn"]) for each in runs]
    assert [(each["status"], each["redriveCount"]) for each in described] == [("SUCCEEDED", 0), ("FAILED", 0)]


def test_only_the_branches_that_failed_run_again(machines, states, queue):
    branches = [{"StartAt": "Good", "States": {"Good": {"Type": "Pass", "Result": "good", "End": True}}},
                {"StartAt": "Bad", "States": {"Bad": send(queue.url, "$.body")}}]
    execution = machines.start(one({"Type": "Parallel", "Branches": branches}), {"body": "b"})
    assert machines.over(execution)["status"] == "FAILED"
    queue.make()
    states.redrive_execution(executionArn=execution)
    assert json.loads(machines.over(execution)["output"]) == ["good", {"body": "b"}]
    assert [each["type"] for each in machines.history(execution)].count("PassStateEntered") == 1


def test_only_the_iterations_that_failed_run_again(machines, states, queue):
    inner = {"StartAt": "First", "States": {
        "First": {"Type": "Choice", "Choices": [{"Variable": "$", "StringEquals": "good", "Next": "Good"}],
                  "Default": "Send"},
        "Good": {"Type": "Pass", "End": True}, "Send": send(queue.url, "$")}}  # fmt: skip
    state = {"Type": "Map", "ItemProcessor": inner, "MaxConcurrency": 1}
    execution = machines.start(one(state), ["good", "bad", "late"])
    assert machines.over(execution)["status"] == "FAILED"
    queue.make()
    states.redrive_execution(executionArn=execution)
    assert json.loads(machines.over(execution)["output"]) == ["good", "bad", "late"]
    assert [each["type"] for each in machines.history(execution)].count("PassStateEntered") == 1
    assert queue.received() == ["bad", "late"]


def test_the_time_of_a_redriven_execution_begins_anew(machines, states, emulator):
    execution = machines.start(one({"Type": "Wait", "Seconds": 20}, TimeoutSeconds=10))
    emulator.advance(10)
    assert machines.over(execution)["status"] == "TIMED_OUT"
    emulator.advance(100)
    states.redrive_execution(executionArn=execution)
    emulator.advance(9)
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    emulator.advance(1)
    assert machines.over(execution)["status"] == "TIMED_OUT"


def test_an_execution_is_redrivable_for_fourteen_days(machines, states, emulator):
    execution = machines.start(one({"Type": "Fail", "Error": "Bad"}))
    machines.over(execution)
    emulator.advance(14 * DAY + 1)
    found = states.describe_execution(executionArn=execution)
    assert (found["redriveStatus"], found["redriveStatusReason"]) == (
        "NOT_REDRIVABLE", "Execution redrivable period exceeded")
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        states.redrive_execution(executionArn=execution)


def test_the_context_object_tells_of_redrives(machines, states, emulator):
    definition = {"StartAt": "Ask", "States": {
        "Ask": {"Type": "Pass", "Parameters": {"count.$": "$$.Execution.RedriveCount"}, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 5, "Next": "Again"},
        "Again": {"Type": "Pass", "End": True, "Parameters": {
            "before.$": "$.count", "count.$": "$$.Execution.RedriveCount", "time.$": "$$.Execution.RedriveTime"}}}}
    execution = machines.start(definition)
    states.stop_execution(executionArn=execution)
    states.redrive_execution(executionArn=execution)
    emulator.advance(6)
    found = json.loads(machines.over(execution)["output"])
    assert found == {"before": 0, "count": 1, "time": "2027-01-15T12:00:00.000Z"}


def test_what_waits_to_be_redriven_can_be_stopped(machines, states, emulator):
    inner = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Wait",
             "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}  # fmt: skip
    execution = machines.start(one({"Type": "Map", "ItemProcessor": inner}), [1, 2])
    run = until_running(states, execution, 2)
    states.update_map_run(mapRunArn=run["mapRunArn"], maxConcurrency=1)
    states.stop_execution(executionArn=execution)
    states.redrive_execution(executionArn=execution)
    until_running(states, execution, 1)
    (waits,) = children(states, execution, "PENDING_REDRIVE")
    states.stop_execution(executionArn=waits)
    assert counted(map_run(states, execution)) == {"running": 1, "aborted": 1, "total": 2}
    emulator.advance(60)
    assert json.loads(machines.over(execution)["output"]) == [1]
