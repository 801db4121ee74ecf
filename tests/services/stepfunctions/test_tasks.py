"""Tasks: functions, services, callbacks, activities; how they fail, and what then catches them."""

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

from emulator.gateway import registry
from emulator.model import load
from emulator.services.stepfunctions import performing

ROLE = "arn:aws:iam::000000000000:role/workflow"
PASS = {"Type": "Pass", "End": True}
ACCOUNT = "000000000000"


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


def one(state: dict) -> dict:
    return {"StartAt": "Only", "States": {"Only": {**state, "End": True}}}


def task(resource: str, **more) -> dict:
    return {"Type": "Task", "Resource": resource, **more}


def test_a_function_runs_for_each_item_of_a_distributed_map(machines, states, function):
    arn = function("echo", "def handler(event, context):\n    return event\n")
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Call",
                 "States": {"Call": {**task(arn), "End": True}}}
    execution = machines.start(one({"Type": "Map", "ItemsPath": "$.v", "ItemProcessor": processor}), {"v": ["a", "b"]})
    assert json.loads(machines.over(execution)["output"]) == ["a", "b"]


def test_a_function_that_raises_is_caught_by_the_first_catcher_that_fits(machines, states, function):
    arn = function("raises", "def handler(event, context):\n    raise ValueError('no')\n")
    catch = [{"ErrorEquals": ["Lambda.Unknown"], "Next": "Unknown"},
             {"ErrorEquals": ["States.TaskFailed"], "Next": "Failed"}, {"ErrorEquals": ["States.ALL"], "Next": "All"}]
    execution = machines.start({"StartAt": "Call", "States": {
        "Call": {**task(arn), "Catch": catch, "End": True}, "Unknown": PASS, "Failed": PASS, "All": PASS}})
    assert json.loads(machines.over(execution)["output"])["Error"] == "ValueError"
    entered = [each["stateEnteredEventDetails"]["name"] for each in machines.history(execution)
               if "stateEnteredEventDetails" in each]
    assert entered == ["Call", "Failed"]


def test_a_service_is_called_and_answers_with_metadata(machines, client):
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    found = machines.output(one(task("arn:aws:states:::sqs:sendMessage", Parameters={
        "QueueUrl": url, "MessageBody": {"a.$": "$.a"}})), {"a": 1})
    assert found["SdkHttpMetadata"]["HttpStatusCode"] == 200 and "MessageId" in found
    (message,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"]) == {"a": 1}


def test_an_sdk_integration_answers_in_pascal_case_and_fails_in_the_sdks_words(machines):
    definition = one(task("arn:aws:states:::aws-sdk:dynamodb:getItem", Parameters={
        "TableName": "none", "Key": {"id": {"S": "1"}}}))
    found = machines.run(definition)
    assert found["error"] == "DynamoDb.ResourceNotFoundException"
    assert found["cause"].startswith("Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: ")
    listed = machines.output(one(task("arn:aws:states:::aws-sdk:sfn:listActivities", Parameters={})))
    assert listed == {"Activities": []}


def test_retries_wait_ever_longer(machines, states, emulator):
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "BackoffRate": 2, "MaxAttempts": 2}]
    execution = machines.start(one(task("arn:aws:states:::sqs:sendMessage", Retry=retry, Parameters={
        "QueueUrl": "http://localhost/000000000000/none", "MessageBody": "x"})))
    for seconds, times in ((0, 1), (9, 1), (1, 2), (19, 2), (1, 3)):
        emulator.advance(seconds)
        assert machines.told(execution, "TaskFailed", times) == times
    assert machines.over(execution)["status"] == "FAILED"


def test_a_token_brings_the_answer(machines, states, client):
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    execution = machines.start(one(task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters={
        "QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}})))
    (message,) = client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]
    token = json.loads(message["Body"])["token"]
    states.send_task_success(taskToken=token, output='{"done": true}')
    assert json.loads(states.describe_execution(executionArn=execution)["output"]) == {"done": True}
    with pytest.raises(ClientError, match="TaskTimedOut"):
        states.send_task_success(taskToken=token, output="{}")


def test_a_task_without_heartbeats_times_out(machines, states, client, emulator):
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    execution = machines.start(one(task(
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken", HeartbeatSeconds=10, Parameters={
            "QueueUrl": url, "MessageBody.$": "$$.Task.Token"})))
    token = client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"]
    emulator.advance(9)
    states.send_task_heartbeat(taskToken=token)
    emulator.advance(9)
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    emulator.advance(1)
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], found["error"]) == ("FAILED", "States.Timeout")


def test_a_worker_does_an_activitys_task(machines, states):
    arn = states.create_activity(name="work")["activityArn"]
    execution = machines.start(one(task(arn)), {"n": 1})
    taken = states.get_activity_task(activityArn=arn, workerName="me")
    assert json.loads(taken["input"]) == {"n": 1}
    states.send_task_failure(taskToken=taken["taskToken"], error="Tired", cause="Too much")
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Tired", "Too much")
    started = machines.history(execution)[3]
    assert started["activityStartedEventDetails"] == {"workerName": "me"}


def test_another_execution_is_waited_for(machines, states, emulator):
    inner = machines.make({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "P"}, "P": {
        "Type": "Pass", "Result": [1], "End": True}}})
    execution = machines.start(one(task("arn:aws:states:::states:startExecution.sync:2", Parameters={
        "StateMachineArn": inner, "Input": {"a": 1}}, OutputPath="$.Output")))
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    emulator.advance(5)
    assert json.loads(machines.over(execution)["output"]) == [1]


def test_an_event_tells_every_change_of_status(machines, client):
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    events = client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.states"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"}])
    machines.run(one({"Type": "Pass"}))
    found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    details = [json.loads(each["Body"])["detail"] for each in found]
    assert sorted(each["status"] for each in details) == ["RUNNING", "SUCCEEDED"]


def test_events_that_a_task_puts_tell_who_sent_them(machines, client):
    url = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    events = client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["mine"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"}])
    execution = machines.start(one(task("arn:aws:states:::events:putEvents", Parameters={"Entries": [{
        "Source": "mine", "DetailType": "t", "Detail": {"n.$": "$.n"}, "EventBusName": "default",
        "Resources": ["first"]}]})), {"n": 1})  # fmt: skip
    found = machines.over(execution)
    (message,) = client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]
    event = json.loads(message["Body"])
    assert event["detail"] == {"n": 1}
    assert event["resources"] == ["first", execution, found["stateMachineArn"]]


def test_a_schedule_starts_an_execution(machines, states, client, emulator):
    arn = machines.make(one({"Type": "Pass"}))
    client("scheduler").create_schedule(
        Name="s", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": ROLE, "Input": '{"by": "schedule"}'})
    emulator.advance(1)
    (found,) = states.list_executions(stateMachineArn=arn)["executions"]
    described = states.describe_execution(executionArn=found["executionArn"])
    assert json.loads(described["output"]) == {"by": "schedule"}


def test_a_failed_execution_is_redriven_from_where_it_failed(machines, states, client):
    sqs = client("sqs")
    definition = {"StartAt": "First", "States": {
        "First": {"Type": "Pass", "Result": {"k": 1}, "ResultPath": "$.first", "Next": "Send"},
        "Send": {**task("arn:aws:states:::sqs:sendMessage", Parameters={
            "QueueUrl.$": "$.url", "MessageBody": "x"}, ResultPath=None), "End": True}}}
    url = sqs.create_queue(QueueName="other")["QueueUrl"].replace("/other", "/q")
    execution = machines.start(definition, {"url": url})
    assert machines.over(execution)["redriveStatus"] == "REDRIVABLE"
    sqs.create_queue(QueueName="q")
    states.redrive_execution(executionArn=execution)
    found = machines.over(execution)
    assert (found["status"], found["redriveCount"]) == ("SUCCEEDED", 1)
    types = [each["type"] for each in machines.history(execution)]
    assert types.count("PassStateEntered") == 1 and "ExecutionRedriven" in types


def test_an_execution_that_is_waited_for_is_stopped_with_the_one_that_waits(machines, states):
    inner = machines.make(one({"Type": "Wait", "Seconds": 600}))
    execution = machines.start(one(task("arn:aws:states:::states:startExecution.sync", Parameters={
        "StateMachineArn": inner, "Input": {}})))
    assert machines.told(execution, "TaskSubmitted", 1) == 1
    (found,) = states.list_executions(stateMachineArn=inner)["executions"]
    assert found["status"] == "RUNNING"
    states.stop_execution(executionArn=execution)
    assert states.describe_execution(executionArn=found["executionArn"])["status"] == "ABORTED"


@pytest.mark.parametrize(("resource", "service", "operation", "given", "error"), [
    ("sqs:listQueues", "sqs", "ListQueues", {}, "Sqs.SqsException"),
    ("lambda:invoke", "lambda", "Invoke", {"FunctionName": "f"}, "Lambda.LambdaException"),
])  # fmt: skip
@pytest.mark.parametrize("waits", [False, True])
def test_a_defect_of_a_called_service_fails_the_task(
    machines, monkeypatch, resource, service, operation, given, error, waits
):
    async def later():
        raise ZeroDivisionError

    def broken(context, given):
        if waits:
            return later()
        raise ZeroDivisionError

    monkeypatch.setattr(registry.entry(load(service).operations[operation]), "run", broken)
    found = machines.run(one(task(f"arn:aws:states:::aws-sdk:{resource}", Parameters=given)))
    assert (found["status"], found["error"]) == ("FAILED", error)
    assert "Status Code: 500" in found["cause"]


def test_a_defect_of_the_task_itself_fails_it(machines, monkeypatch, caplog):
    async def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(performing, "result", broken)
    found = machines.run(one(task("arn:aws:states:::aws-sdk:sqs:listQueues", Parameters={})))
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "ZeroDivisionError" in caplog.text
