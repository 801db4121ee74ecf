"""Executions outlive the emulator: what waits for a time, for a token, inside a map."""

import json
import time

import boto3
import pytest

from emulator.testing import InProcess
from tests.services.stepfunctions.conftest import NOON, ROLE, map_run, until_running

EACH = {"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 60, "End": True}}}
MACHINE = {
    "StartAt": "Keep",
    "States": {
        "Keep": {"Type": "Pass", "Assign": {"kept": "yes"}, "Next": "Pause"},
        "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "ResultPath": "$.said",
                "Parameters": {"QueueUrl.$": "$.queue", "MessageBody.$": "$$.Task.Token"}, "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": EACH, "ResultPath": "$.items", "Next": "Tell"},
        "Tell": {"Type": "Pass", "End": True,
                 "Parameters": {"kept.$": "$kept", "said.$": "$.said", "items.$": "$.items"}},
    },
}  # fmt: skip


RESTING = {"StartAt": "Each", "States": {"Each": {
    "Type": "Map", "MaxConcurrency": 1, "End": True, "ItemProcessor": {
        **EACH, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}}}}  # fmt: skip


@pytest.fixture
def session(tmp_path):
    """``session(work)``: an emulator on the same data as the one before it, for as long as ``work`` takes."""

    def run(work):
        running = InProcess(data_dir=tmp_path).start()
        try:
            with running.environment():
                client = {name: boto3.client(name, region_name="us-east-1", endpoint_url=running.url)
                          for name in ("stepfunctions", "sqs")}
                return work(running, client["stepfunctions"], client["sqs"])
        finally:
            running.stop()

    return run


def test_executions_outlive_the_emulator(session):
    held = {}

    def starts(running, states, sqs):
        running.freeze(NOON)
        held["queue"] = sqs.create_queue(QueueName="asked")["QueueUrl"]
        machine = states.create_state_machine(name="m", definition=json.dumps(MACHINE), roleArn=ROLE)
        given = json.dumps({"queue": held["queue"], "items": [1, 2]})
        held["execution"] = states.start_execution(stateMachineArn=machine["stateMachineArn"],
                                                   input=given)["executionArn"]

    def asks(running, states, sqs):
        running.advance(60)
        held["token"] = sqs.receive_message(QueueUrl=held["queue"], WaitTimeSeconds=1)["Messages"][0]["Body"]

    def hears(running, states, sqs):
        states.send_task_success(taskToken=held["token"], output='"heard"')

    def ends(running, states, sqs):
        running.advance(60)
        for _ in range(200):
            found = states.describe_execution(executionArn=held["execution"])
            if found["status"] != "RUNNING":
                break
            time.sleep(0.02)
        return found, states.get_execution_history(executionArn=held["execution"])["events"]

    for work in (starts, asks, hears):
        session(work)
    found, events = session(ends)
    assert found["status"] == "SUCCEEDED", found
    assert json.loads(found["output"]) == {"kept": "yes", "said": "heard", "items": [1, 2]}
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))


def test_map_runs_and_their_redrives_outlive_the_emulator(session):
    held = {}

    def starts(running, states, sqs):
        running.freeze(NOON)
        machine = states.create_state_machine(name="m", definition=json.dumps(RESTING), roleArn=ROLE)
        held["execution"] = states.start_execution(stateMachineArn=machine["stateMachineArn"],
                                                   input='["a", "b", "c"]')["executionArn"]
        until_running(states, held["execution"], 1)

    def stops(running, states, sqs):
        running.advance(61)
        states.stop_execution(executionArn=held["execution"])
        return counts(states)

    def redrives(running, states, sqs):
        states.redrive_execution(executionArn=held["execution"])
        until_running(states, held["execution"], 1)

    def ends(running, states, sqs):
        running.advance(120)
        return states.describe_execution(executionArn=held["execution"]), counts(states)

    def counts(states):
        found = map_run(states, held["execution"])["executionCounts"]
        return {name: count for name, count in found.items() if count}

    session(starts)
    assert session(stops) == {"succeeded": 1, "aborted": 1, "pending": 1, "total": 3}
    session(redrives)
    found, executions = session(ends)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", ["a", "b", "c"])
    assert executions == {"succeeded": 3, "total": 3}
