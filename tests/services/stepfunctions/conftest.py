"""State machines on a clock that stands still until the test moves it."""

import json
import time

import pytest
from botocore.config import Config

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
ROLE = "arn:aws:iam::000000000000:role/workflow"


@pytest.fixture
def states(emulator, client):
    emulator.freeze(NOON)
    return client("stepfunctions", config=Config(inject_host_prefix=False))


class Machines:
    """Makes machines and runs them."""

    def __init__(self, states, emulator):
        self.states = states
        self.emulator = emulator
        self.made = 0

    def make(self, definition: dict, **members) -> str:
        self.made += 1
        return self.states.create_state_machine(
            name=f"machine-{self.made}", definition=json.dumps(definition), roleArn=ROLE, **members)["stateMachineArn"]

    def start(self, definition: dict, given=None) -> str:
        arn = self.make(definition)
        text = json.dumps({} if given is None else given)
        return self.states.start_execution(stateMachineArn=arn, input=text)["executionArn"]

    def run(self, definition: dict, given=None, seconds: float = 0) -> dict:
        """The execution when it is over, after a time on its clock."""
        execution = self.start(definition, given)
        if seconds:
            self.emulator.advance(seconds)
        return self.over(execution)

    def over(self, execution: str) -> dict:
        """The execution when it is over; what runs for real takes real time."""
        for _ in range(500):
            found = self.states.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.02)
        raise AssertionError("the execution does not end")

    def told(self, execution: str, kind: str, times: int) -> int:
        """How often an event was written; what takes real time is given some."""
        for _ in range(500):
            found = sum(each["type"] == kind for each in self.history(execution))
            if found >= times:
                break
            time.sleep(0.02)
        return found

    def output(self, definition: dict, given=None):
        found = self.run(definition, given)
        assert found["status"] == "SUCCEEDED", found
        return json.loads(found["output"])

    def history(self, execution: str) -> list[dict]:
        return self.states.get_execution_history(executionArn=execution)["events"]


@pytest.fixture
def machines(states, emulator):
    return Machines(states, emulator)


def one(state: dict, **more) -> dict:
    """A machine of one state."""
    end = {} if state["Type"] in ("Succeed", "Fail", "Choice") else {"End": True}
    return {"StartAt": "Only", "States": {"Only": {**state, **end}}, **more}


def map_run(states, execution: str) -> dict:
    """The one map run of an execution."""
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    return states.describe_map_run(mapRunArn=run["mapRunArn"])


def until_running(states, execution: str, count: int) -> dict:
    """The map run when so many executions are under way: its items are read beside the requests."""
    for _ in range(500):
        if states.list_map_runs(executionArn=execution)["mapRuns"]:
            found = map_run(states, execution)
            if found["executionCounts"]["running"] == count:
                return found
        time.sleep(0.02)
    raise AssertionError(f"{count} executions are not under way")
