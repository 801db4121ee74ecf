"""Durable executions: checkpoints, waits on the clock, callbacks, chained invocations, control."""

import json
import threading

import pytest
from botocore.exceptions import ClientError

# A durable function as its SDK would drive it: a step, then a wait or a callback or another function, as it is told.
SOURCE = """
import boto3, json
client = boto3.client("lambda")
def handler(event, context):
    arn, token = event["DurableExecutionArn"], event["CheckpointToken"]
    known = {each["Id"]: each for each in event["InitialExecutionState"]["Operations"]}
    given = json.loads(next(iter(known.values()))["ExecutionDetails"]["InputPayload"])
    def save(**update):
        nonlocal token
        answer = client.checkpoint_durable_execution(DurableExecutionArn=arn, CheckpointToken=token, Updates=[update])
        token = answer["CheckpointToken"]
    if "step" not in known:
        save(Id="step", Type="STEP", Action="START", Name="first")
        save(Id="step", Type="STEP", Action="SUCCEED", Payload='"stepped"')
    if given.get("fail"):
        raise ValueError("no")
    for kind, options in (("WAIT", {"WaitOptions": {"WaitSeconds": 3600}}), ("CALLBACK", {"CallbackOptions": {
            "TimeoutSeconds": 60}}), ("CHAINED_INVOKE", {"ChainedInvokeOptions": {"FunctionName": "other"},
            "Payload": '{"n": 1}'})):
        if given.get("then") == kind:
            if kind not in known:
                save(Id=kind, Type=kind, Action="START", **options)
                return {"Status": "PENDING"}
            if known[kind]["Status"] == "STARTED":
                return {"Status": "PENDING"}
            details = {name: value for name, value in known[kind].items() if name.endswith("Details")}
            return {"Status": "SUCCEEDED", "Result": json.dumps([known[kind]["Status"], details])}
    return {"Status": "SUCCEEDED", "Result": '"done"'}
"""


@pytest.fixture
def durable(functions):
    functions.make(SOURCE, DurableConfig={"ExecutionTimeout": 86400, "RetentionPeriodInDays": 7}, Timeout=30)
    return functions


def begin(functions, name: str, **event) -> str:
    answer = functions.client.invoke(FunctionName="f", Qualifier="$LATEST", InvocationType="Event",
                                     DurableExecutionName=name, Payload=json.dumps(event))  # fmt: skip
    return answer["DurableExecutionArn"]


def until(functions, arn: str, *statuses: str, operation: str = "") -> dict:
    """The execution, once it has one of these states and its function rests."""
    for _ in range(200):
        found = functions.client.get_durable_execution(DurableExecutionArn=arn)
        if found["Status"] in statuses and (not operation or operation in kinds(functions, arn)):
            return found
        functions.pause()
    raise AssertionError(found)


def kinds(functions, arn: str) -> list[str]:
    found = functions.client.get_durable_execution_history(DurableExecutionArn=arn, IncludeExecutionData=True)
    return [each["EventType"] for each in found["Events"]]


def test_an_execution_that_is_waited_for(durable):
    payload, answer = durable.call({})
    assert payload == "done" and "/durable-execution/" in answer["DurableExecutionArn"]
    arn = answer["DurableExecutionArn"]
    found = durable.client.get_durable_execution(DurableExecutionArn=arn)
    assert found["Status"] == "SUCCEEDED" and found["Result"] == '"done"' and found["InputPayload"] == "{}"
    assert kinds(durable, arn) == [
        "ExecutionStarted", "StepStarted", "StepSucceeded", "InvocationCompleted", "ExecutionSucceeded"]  # fmt: skip
    payload, answer = durable.call({"fail": True})
    assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == "ValueError"
    listed = durable.client.list_durable_executions_by_function(FunctionName="f", Statuses=["FAILED"])
    assert [each["Status"] for each in listed["DurableExecutions"]] == ["FAILED"]
    durable.client.delete_durable_execution(DurableExecutionArn=arn)
    with pytest.raises(durable.client.exceptions.ResourceNotFoundException):
        durable.client.get_durable_execution(DurableExecutionArn=arn)


def test_a_wait_passes_on_the_clock(durable, emulator):
    arn = begin(durable, "waits", then="WAIT")
    until(durable, arn, "RUNNING", operation="InvocationCompleted")
    emulator.advance(3601)
    found = until(durable, arn, "SUCCEEDED")
    assert json.loads(found["Result"])[0] == "SUCCEEDED"
    assert begin(durable, "waits", then="WAIT") == arn
    with pytest.raises(ClientError) as refused:
        begin(durable, "waits", then="CALLBACK")
    assert refused.value.response["Error"]["Code"] == "DurableExecutionAlreadyStartedException"


def test_callbacks(durable, emulator):
    lambda_ = durable.client
    arns = [begin(durable, name, then="CALLBACK") for name in ("good", "late")]
    callbacks = []
    for arn in arns:
        until(durable, arn, "RUNNING", operation="InvocationCompleted")
        events = lambda_.get_durable_execution_history(DurableExecutionArn=arn, IncludeExecutionData=True)["Events"]
        callbacks.append(next(each["CallbackStartedDetails"]["CallbackId"] for each in events
                              if each["EventType"] == "CallbackStarted"))  # fmt: skip
    lambda_.send_durable_execution_callback_heartbeat(CallbackId=callbacks[0])
    lambda_.send_durable_execution_callback_success(CallbackId=callbacks[0], Result=b'"yes"')
    status, details = json.loads(until(durable, arns[0], "SUCCEEDED")["Result"])
    assert status == "SUCCEEDED" and details["CallbackDetails"]["Result"] == '"yes"'
    emulator.advance(61)
    assert json.loads(until(durable, arns[1], "SUCCEEDED")["Result"])[0] == "TIMED_OUT"
    with pytest.raises(lambda_.exceptions.CallbackTimeoutException):
        lambda_.send_durable_execution_callback_failure(CallbackId=callbacks[1])


def test_another_function_is_invoked(durable):
    durable.make("def handler(event, context):\n    return {'twice': event['n'] * 2}\n", name="other")
    arn = begin(durable, "chained", then="CHAINED_INVOKE")
    status, details = json.loads(until(durable, arn, "SUCCEEDED")["Result"])
    assert status == "SUCCEEDED" and json.loads(details["ChainedInvokeDetails"]["Result"]) == {"twice": 2}


def test_control(durable, emulator):
    lambda_ = durable.client
    arn = begin(durable, "stopped", then="WAIT")
    until(durable, arn, "RUNNING", operation="InvocationCompleted")
    lambda_.pause_durable_execution(DurableExecutionArn=arn, Reason="so")
    found = until(durable, arn, "PAUSED")
    assert found["PauseDetails"]["Reason"] == "so"
    emulator.advance(3601)
    assert until(durable, arn, "PAUSED")
    lambda_.resume_durable_execution(DurableExecutionArn=arn)
    until(durable, arn, "SUCCEEDED")
    other = begin(durable, "other", then="CALLBACK")
    until(durable, other, "RUNNING", operation="InvocationCompleted")
    with pytest.raises(lambda_.exceptions.ResourceConflictException):
        lambda_.delete_durable_execution(DurableExecutionArn=other)
    assert lambda_.stop_durable_execution(DurableExecutionArn=other, Error={"ErrorMessage": "enough"})["StopTimestamp"]
    assert until(durable, other, "STOPPED")["Error"] == {"ErrorMessage": "enough"}
    with pytest.raises(ClientError) as refused:
        lambda_.checkpoint_durable_execution(DurableExecutionArn=other, CheckpointToken="AAAA")
    assert "Invalid checkpoint token" in str(refused.value)


def test_an_execution_times_out_while_its_caller_waits(durable, emulator):
    durable.client.update_function_configuration(FunctionName="f", DurableConfig={"ExecutionTimeout": 30})
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(durable.call({"then": "WAIT"})))
    waiting.start()
    for _ in range(100):
        if durable.client.list_durable_executions_by_function(FunctionName="f")["DurableExecutions"]:
            break
        durable.pause()
    emulator.advance(31)
    waiting.join(10)
    ((payload, answer),) = answers
    assert answer["FunctionError"] == "Unhandled" and "timed out" in payload["errorMessage"]
