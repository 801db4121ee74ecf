"""Executions outlive the emulator: what waits for a time, for a token, inside a map."""

import json
import time

import boto3

from emulator.testing import InProcess
from tests.services.stepfunctions.conftest import NOON, ROLE

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


def test_executions_outlive_the_emulator(tmp_path):
    held = {}

    def run(work):
        running = InProcess(data_dir=tmp_path).start()
        try:
            with running.environment():
                client = {name: boto3.client(name, region_name="us-east-1", endpoint_url=running.url)
                          for name in ("stepfunctions", "sqs")}
                return work(running, client["stepfunctions"], client["sqs"])
        finally:
            running.stop()

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
        run(work)
    found, events = run(ends)
    assert found["status"] == "SUCCEEDED", found
    assert json.loads(found["output"]) == {"kept": "yes", "said": "heard", "items": [1, 2]}
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
