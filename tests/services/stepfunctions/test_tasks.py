"""Tasks: functions, services, callbacks, activities; how they fail, and what then catches them."""

import io
import json
import zipfile

import pytest

ROLE = "arn:aws:iam::000000000000:role/workflow"
FAILING = "def handler(event, context):\n    raise ValueError('no')\n"
CATCH = [{"ErrorEquals": ["Lambda.Unknown"], "Next": "Unknown"}, {"ErrorEquals": ["States.TaskFailed"], "Next": "Task"},
         {"ErrorEquals": ["States.ALL"], "Next": "All"}]
PASS = {"Type": "Pass", "End": True}


@pytest.fixture
def function(client):
    def make(name: str, code: str) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as written:
            written.writestr("index.py", code)
        return client("lambda").create_function(
            FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="index.handler",
            Code={"ZipFile": archive.getvalue()})["FunctionArn"]

    return make


def wait_until_over(states, execution: str) -> dict:
    for _ in range(200):
        found = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
    raise AssertionError("the execution does not end")


def test_a_function_that_raises_is_caught_by_the_first_catcher_that_fits(machines, states, function, emulator):
    arn = function("f", FAILING)
    execution = machines.start({"StartAt": "Call", "States": {
        "Call": {"Type": "Task", "Resource": arn, "Catch": CATCH, "End": True},
        "Unknown": PASS, "Task": PASS, "All": PASS}})
    import time
    for _ in range(50):
        found = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            break
        time.sleep(0.1)
    for e in machines.history(execution): print(e)
    assert found["status"] == "SUCCEEDED"
    assert "Task" in [each.get("stateEnteredEventDetails", {}).get("name") for each in machines.history(execution)]
