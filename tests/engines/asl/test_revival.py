"""Redrives: what succeeded stays, what failed or was aborted runs again, however deep it is.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

import pytest

from emulator.engines.asl.failures import Failure
from tests.engines.asl.driver import Driven, chain

TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
INNER = {"StartAt": "In", "States": {"In": TASK}}
SENT = {"StartAt": "Sent", "States": {"Sent": {**TASK, "Parameters": {"sent": True}}}}


def failing(*bad):
    def answer(effect):
        if effect.arguments in bad:
            raise Failure("Bad")
        return effect.arguments

    return answer


def test_states_before_the_failure_are_not_run_again():
    found = Driven(chain({**TASK, "Parameters": {"n": 1}}, {**TASK, "Parameters": {"n": 2}}), {}, failing({"n": 2}))
    assert found.error == ("Bad", None)
    assert found.redriven(failing()).output == {"n": 2}
    assert found.calls == [{"n": 2}]


@pytest.mark.parametrize(("state", "again", "output"), [
    ({"Type": "Map", "ItemsPath": "$", "ItemProcessor": INNER}, ["bad", "c"], ["a", "bad", "c"]),
    ({"Type": "Map", "ItemsPath": "$", "ItemProcessor": INNER, "MaxConcurrency": 1}, ["bad", "c"], ["a", "bad", "c"]),
    ({"Type": "Parallel", "Branches": [SENT, {"StartAt": "Each", "States": {
        "Each": {"Type": "Map", "ItemsPath": "$", "ItemProcessor": INNER, "End": True}}}]}, ["bad", "c"],
     [{"sent": True}, ["a", "bad", "c"]]),
], ids=("at once", "one by one", "inside a Parallel state"))  # fmt: skip
def test_only_what_failed_or_was_aborted_is_run_again(state, again, output):
    found = Driven(chain(state), ["a", "bad", "c"], failing("bad"))
    assert found.error == ("Bad", None)
    assert found.redriven(failing()).output == output
    assert found.calls == again
    assert not found.run.threads


def test_retries_count_anew():
    state = {**TASK, "Parameters": {"n": 1}, "Retry": [{"ErrorEquals": ["Bad"], "MaxAttempts": 2}]}
    found = Driven(chain(state), {}, failing({"n": 1}))
    assert len(found.calls) == 3
    assert found.redriven(failing({"n": 1})).error == ("Bad", None)
    assert len(found.calls) == 3


def test_variables_last():
    found = Driven(chain({"Type": "Pass", "Assign": {"v": 7}}, {**TASK, "Parameters": {"v.$": "$v"}}), {},
                   failing({"v": 7}))  # fmt: skip
    assert found.redriven(failing()).output == {"v": 7}
