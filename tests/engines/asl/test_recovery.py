"""Retry and Catch. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.engines.asl import recovery
from emulator.engines.asl.failures import Failure
from tests.engines.asl.driver import Driven, chain

TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}


def failing(*errors: str | None):
    """Answers that fail in turn, the last for ever; None succeeds."""
    left = list(errors)

    def answer(effect):
        error = left.pop(0) if len(left) > 1 else left[0]
        if error is not None:
            raise Failure(error, "so")
        return "done"

    return answer


def driven(state: dict, *errors: str | None) -> Driven:
    definition = chain({**TASK, **state}, {"Type": "Pass"}, {"Type": "Pass", "Result": "caught"})
    return Driven(definition, None, failing(*errors))


@pytest.mark.parametrize(("retrier", "pauses"), [
    ({}, [1, 2, 4]),
    ({"IntervalSeconds": 3, "BackoffRate": 1, "MaxAttempts": 2}, [3, 3]),
    ({"IntervalSeconds": 2, "BackoffRate": 1.5, "MaxAttempts": 4, "MaxDelaySeconds": 4}, [2, 3, 4, 4]),
    ({"IntervalSeconds": 2, "MaxAttempts": 2, "JitterStrategy": "FULL"}, [1, 2]),
    ({"IntervalSeconds": 2, "MaxAttempts": 2, "JitterStrategy": "NONE"}, [2, 4]),
    ({"MaxAttempts": 0}, []),
])  # fmt: skip
def test_retries_wait_by_their_rules(retrier, pauses):
    found = driven({"Retry": [{"ErrorEquals": ["Bad"], **retrier}]}, "Bad")
    assert found.error == ("Bad", "so")
    assert found.pauses == pauses
    assert len(found.calls) == len(pauses) + 1


@given(st.integers(1, 100), st.floats(1, 5), st.integers(0, 8), st.integers(101, 1000))
def test_no_pause_is_longer_than_the_longest(interval, rate, used, most):
    retrier = {"IntervalSeconds": interval, "BackoffRate": rate, "MaxDelaySeconds": most}
    assert interval <= recovery.interval(retrier, used) <= most
    assert recovery.interval(retrier, used) <= recovery.interval(retrier, used + 1)


def test_retriers_count_for_themselves():
    retry = [{"ErrorEquals": ["A"], "IntervalSeconds": 1, "MaxAttempts": 1},
             {"ErrorEquals": ["B", "C"], "IntervalSeconds": 10, "MaxAttempts": 2},
             {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "MaxAttempts": 1}]  # fmt: skip
    found = driven({"Retry": retry}, "A", "B", "D", "C", None)
    assert found.pauses == [1, 10, 100, 20]
    assert found.output == "caught"


@pytest.mark.parametrize(("names", "error", "also", "wanted"), [
    (["A", "B"], "B", "", True), (["A"], "B", "", False),
    (["States.ALL"], "Anything", "", True), (["States.ALL"], "States.Timeout", "", True),
    (["States.ALL"], "States.Runtime", "", False), (["States.ALL"], "States.DataLimitExceeded", "", False),
    (["States.DataLimitExceeded"], "States.DataLimitExceeded", "", True),
    (["States.TaskFailed"], "Anything", "", True), (["States.TaskFailed"], "States.Timeout", "", False),
    (["States.HeartbeatTimeout"], "States.Timeout", "States.HeartbeatTimeout", True),
    (["States.HeartbeatTimeout"], "States.Timeout", "", False),
    (["States.ALL"], None, "", True),
])  # fmt: skip
def test_names_of_errors(names, error, also, wanted):
    assert recovery.matches(names, error, also) is wanted


@pytest.mark.parametrize(("catcher", "wanted"), [
    ({}, {"Error": "Bad", "Cause": "so"}),
    ({"ResultPath": "$.error"}, {"k": 1, "error": {"Error": "Bad", "Cause": "so"}}),
    ({"ResultPath": None}, {"k": 1}),
])  # fmt: skip
def test_what_a_catcher_hands_on(catcher, wanted):
    definition = chain({**TASK, "Catch": [{"ErrorEquals": ["Other"], "Next": "B"},
                                          {"ErrorEquals": ["Bad"], "Next": "C", **catcher}]},
                       {"Type": "Fail"}, {"Type": "Pass"})  # fmt: skip
    definition["States"]["B"].pop("Next")
    assert Driven(definition, {"k": 1}, failing("Bad")).output == wanted


def test_a_catcher_of_jsonata_sees_the_error():
    catch = {"ErrorEquals": ["States.ALL"], "Next": "B", "Output": {"why": "{% $states.errorOutput.Error %}"},
             "Assign": {"cause": "{% $states.errorOutput.Cause %}"}}  # fmt: skip
    definition = chain({**TASK, "Catch": [catch]}, {"Type": "Pass", "Output": {
        "in": "{% $states.input %}", "cause": "{% $cause %}"}}, QueryLanguage="JSONata")  # fmt: skip
    assert Driven(definition, {}, failing("Bad")).output == {"in": {"why": "Bad"}, "cause": "so"}


def test_a_catcher_of_jsonpath_assigns_from_the_error():
    catch = {"ErrorEquals": ["States.ALL"], "Next": "B", "Assign": {"why.$": "$.Error"}, "ResultPath": None}
    definition = chain({**TASK, "Catch": [catch]}, {"Type": "Pass", "Parameters": {"why.$": "$why"}})
    assert Driven(definition, {}, failing("Bad")).output == {"why": "Bad"}


def test_retries_come_before_catches():
    state = {"Retry": [{"ErrorEquals": ["Bad"], "MaxAttempts": 1}], "Catch": [
        {"ErrorEquals": ["Bad"], "Next": "C"}]}  # fmt: skip
    found = driven(state, "Bad")
    assert (len(found.calls), found.output) == (2, "caught")


INNER = {"StartAt": "In", "States": {"In": {**TASK, "End": True}}}


@pytest.mark.parametrize(("state", "aborted"), [
    ({"Type": "Parallel", "Branches": [INNER, {"StartAt": "Rest", "States": {"Rest": {
        "Type": "Wait", "Seconds": 9, "End": True}}}]}, "WaitStateAborted"),
    ({"Type": "Map", "ItemsPath": "$", "ItemProcessor": INNER}, "MapIterationAborted"),
], ids=("Parallel", "Map"))  # fmt: skip
def test_what_runs_inside_is_aborted_and_tried_again(state, aborted):
    retry = [{"ErrorEquals": ["Bad"], "MaxAttempts": 1}]
    found = Driven(chain({**state, "Retry": retry}), [1, 2], failing("Bad", None))
    assert found.run.outcome.status == "SUCCEEDED"
    assert aborted in found.types
    assert not found.run.threads


def test_a_failure_rises_to_the_first_state_that_catches_it():
    middle = {"StartAt": "Middle", "States": {"Middle": {"Type": "Parallel", "Branches": [INNER], "End": True}}}
    outer = {"Type": "Parallel", "Branches": [middle], "Catch": [{"ErrorEquals": ["Bad"], "Next": "B"}]}
    found = Driven(chain(outer, {"Type": "Pass", "Result": "caught"}), {}, failing("Bad"))
    assert found.output == "caught"
    assert found.types.count("ParallelStateFailed") == 2
