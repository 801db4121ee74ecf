"""Histories: every type of event that the model knows is written by something, or it is said why it can't come."""

import pytest

from emulator.engines.asl import interpreter, revival
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.run import Run
from emulator.model import load
from tests.engines.asl.driver import Driven, begun, chain, one

TASKS = {
    "LambdaFunction": "arn:aws:lambda:us-east-1:000000000000:function:f",
    "Activity": "arn:aws:states:us-east-1:000000000000:activity:a", "Task": "arn:aws:states:::sqs:sendMessage",
}  # fmt: skip
# What AWS writes only where its own machinery breaks, or no recording of AWS has in the cases for which it is named.
NEVER = {
    "ActivityScheduleFailed": "an activity that is not there ends the execution with States.Runtime",
    "LambdaFunctionScheduleFailed": "a function that is not there or may not be called is told as LambdaFunctionFailed",
    "LambdaFunctionStartFailed": "functions start, or fail",
    "TaskStartFailed": "a role that may not be assumed is told as TaskFailed",
    "TaskSubmitFailed": "a job or callback that is refused is told as TaskFailed",
}
WAIT = {"Type": "Wait", "Seconds": 5}


def inside(state: dict) -> dict:
    return {"StartAt": "In", "States": {"In": {"End": True, **state}}}


def raises(error: type | Exception):
    def answer(effect):
        raise error

    return answer


BAD = {"Type": "Task", "Resource": TASKS["Task"]}
EACH = {**inside({"Type": "Pass"}), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


SCENARIOS = [
    *((one({"Type": "Task", "Resource": arn}), answer) for arn in TASKS.values()
      for answer in (lambda effect: 1, raises(Failure("Bad", "so")), raises(TimeoutError))),
    (one({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}), lambda effect: 1),
    (chain({"Type": "Choice", "Default": "B", "Choices": [{"Variable": "$", "IsNull": True, "Next": "B"}]},
           WAIT, {"Type": "Parallel", "Branches": [inside({"Type": "Pass"})]},
           {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}), None),
    (one({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $no %}"}), None),
    (one({"Type": "Fail"}), None),
    (one({"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": inside(BAD)}), raises(Failure("Bad"))),
    (one({"Type": "Parallel", "Branches": [
        {"StartAt": f"S{index}", "States": {f"S{index}": {"End": True, **state}}} for index, state in enumerate([
            BAD, {"Type": "Parallel", "Branches": [{"StartAt": "W", "States": {"W": {**WAIT, "End": True}}}]},
            {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": {"StartAt": "V", "States": {
                "V": {**WAIT, "End": True}}}},
            {"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": EACH}])]}), raises(Failure("Bad"))),
    (one({"Type": "Map", "ItemProcessor": EACH}), lambda effect: []),
    (one({"Type": "Map", "ItemProcessor": EACH}), raises(Failure("Bad"))),
]  # fmt: skip


def failed_map_run() -> Run:
    return Driven(one({"Type": "Map", "ItemProcessor": EACH}), [1], raises(Failure("Bad"))).run


def ended(how) -> Run:
    run = begun(one(WAIT), {})
    how(run)
    return run


@pytest.fixture(scope="module")
def written() -> set[str]:
    runs = [Driven(definition, {"list": [1, 2]} if "list" in str(definition) else [1], answer).run
            for definition, answer in SCENARIOS]  # fmt: skip
    runs += [ended(lambda run: interpreter.abort(run, None, None)), ended(interpreter.time_out)]
    redriven = failed_map_run()
    redriven.outcome = None
    revival.revive(redriven, 1, lambda arn: 1)
    return {event.type for run in (*runs, redriven) for event in run.events}


def test_every_type_of_event_comes_or_has_a_reason_not_to(written):
    known = set(load("stepfunctions").operations["GetExecutionHistory"].output.members["events"].member.members[
        "type"].enum)  # fmt: skip
    assert known - written == set(NEVER)
    assert written <= known
