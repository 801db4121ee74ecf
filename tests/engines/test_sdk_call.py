"""Calls named as SDKs name them."""

import pytest

from emulator.engines.sdk_call import find_operation, parameters


@pytest.mark.parametrize(("service", "action", "expected"), [
    ("sqs", "sendMessage", ("sqs", "SendMessage")), ("sfn", "startExecution", ("stepfunctions", "StartExecution")),
    ("cloudwatchlogs", "putLogEvents", ("logs", "PutLogEvents")), ("rds", "stopDBInstance", ("rds", "StopDBInstance")),
    ("cognitoidentityprovider", "adminDisableUser", ("cognito-idp", "AdminDisableUser")),
])  # fmt: skip
def test_operations_by_sdk_names(service, action, expected):
    found = find_operation(service, action)
    assert (found.service.name, found.name) == expected


def test_what_nobody_has():
    assert find_operation("sqs", "fly") is None
    assert find_operation("nothing", "sendMessage") is None


def test_parameters_take_the_models_names_and_types():
    run_task = find_operation("ecs", "runTask").input
    given = {"TaskDefinition": "t", "Overrides": {"ContainerOverrides": [{"Name": "c"}]}, "X": 1}
    assert parameters(run_task, given) == {
        "taskDefinition": "t", "overrides": {"containerOverrides": [{"name": "c"}]},
    }  # fmt: skip
    assert parameters(find_operation("lambda", "invoke").input, {"FunctionName": "f", "Payload": '{"a": 1}'}) == {
        "FunctionName": "f", "Payload": b'{"a": 1}',
    }  # fmt: skip
    assert parameters(find_operation("scheduler", "createSchedule").input, {"StartDate": "2027-01-01T00:00:00Z"}) == {
        "StartDate": 1798761600
    }
