"""Automation documents that run: calls, waits, branches, approvals, scripts, failures and what they lead to."""

import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


def code(error) -> str:
    return error.value.response["Error"]["Code"]


@pytest.fixture
def start(ssm):
    """Make a document of these steps and start it."""
    made = []

    def begin(*steps, outputs=None, given=None, **more) -> str:
        name = f"run-{len(made)}"
        made.append(name)
        content = {"schemaVersion": "0.3", "mainSteps": list(steps), "outputs": outputs or [], **more}
        ssm.create_document(Name=name, DocumentType="Automation", Content=json.dumps(content))
        parameters = {"Parameters": given} if given else {}
        return ssm.start_automation_execution(DocumentName=name, **parameters)["AutomationExecutionId"]

    return begin


def step(name, action, inputs=None, **more):
    return {"name": name, "action": f"aws:{action}", "inputs": inputs or {}, **more}


def wait(ssm, execution, *statuses):
    for _ in range(200):
        found = ssm.get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
        if found["AutomationExecutionStatus"] in (statuses or ("Success", "Failed", "TimedOut", "Cancelled")):
            return found
        time.sleep(0.03)
    raise AssertionError(found)


def statuses(found) -> dict:
    return {each["StepName"]: each["StepStatus"] for each in found["StepExecutions"]}


def test_a_call_gives_its_answer_to_the_next(ssm, start, client):
    execution = start(
        step("make", "executeAwsApi", {"Service": "sqs", "Api": "CreateQueue", "QueueName": "{{ name }}"},
             outputs=[{"Name": "Url", "Selector": "$.QueueUrl", "Type": "String"}]),
        step("send", "executeAwsApi", {"Service": "sqs", "Api": "SendMessage", "QueueUrl": "{{ make.Url }}",
                                       "MessageBody": "from {{ automation:EXECUTION_ID }}"}),
        parameters={"name": {"type": "String"}}, outputs=["make.Url"], given={"name": ["q"]},
    )  # fmt: skip
    found = wait(ssm, execution)
    assert found["AutomationExecutionStatus"] == "Success", found
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
    assert found["Outputs"] == {"make.Url": [url]}
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == f"from {execution}"


def test_branches_and_variables(ssm, start):
    execution = start(
        step("set", "updateVariable", {"Name": "variable:size", "Value": "{{ n }}"}),
        step("choose", "branch", {"Choices": [
            {"NextStep": "big", "Variable": "{{ variable:size }}", "NumericGreater": 10},
            {"NextStep": "small", "And": [{"Variable": "{{ variable:size }}", "NumericLesserOrEquals": 10},
                                          {"Not": {"Variable": "{{ variable:size }}", "StringEquals": "x"}}]}]}),
        step("big", "sleep", {"Duration": "PT0S"}, isEnd=True), step("small", "sleep", {"Duration": "PT0S"}),
        parameters={"n": {"type": "Integer"}}, variables={"size": {"type": "Integer", "default": 0}},
        given={"n": ["3"]},
    )  # fmt: skip
    found = wait(ssm, execution)
    assert statuses(found) == {"set": "Success", "choose": "Success", "small": "Success", "big": "Pending"}


def test_a_sleep_is_on_the_clock(ssm, start, emulator):
    emulator.freeze(NOON)
    execution = start(step("nap", "sleep", {"Duration": "PT1H"}))
    emulator.advance(3500)
    assert wait(ssm, execution, "InProgress")
    emulator.advance(200)
    assert wait(ssm, execution)["AutomationExecutionStatus"] == "Success"


def test_approval_and_rejection(ssm, start):
    inputs = {"Approvers": ["arn:aws:iam::000000000000:root"], "MinRequiredApprovals": 1}
    approved, rejected = (start(step("ask", "approve", inputs)) for _ in range(2))
    wait(ssm, approved, "Waiting")
    ssm.send_automation_signal(AutomationExecutionId=approved, SignalType="Approve")
    assert wait(ssm, approved)["AutomationExecutionStatus"] == "Success"
    wait(ssm, rejected, "Waiting")
    ssm.send_automation_signal(AutomationExecutionId=rejected, SignalType="Reject")
    assert wait(ssm, rejected)["AutomationExecutionStatus"] == "Failed"
    with pytest.raises(ClientError) as error:
        ssm.send_automation_signal(AutomationExecutionId=rejected, SignalType="Approve")
    assert code(error) == "InvalidAutomationSignalException"


def test_a_failure_ends_continues_or_goes_elsewhere(ssm, start):
    wrong = {"Service": "sqs", "Api": "GetQueueUrl", "QueueName": "nobody"}
    nap = {"Duration": "PT0S"}
    ended = wait(ssm, start(step("bad", "executeAwsApi", wrong), step("after", "sleep", nap)))
    assert ended["AutomationExecutionStatus"] == "Failed" and "NonExistentQueue" in ended["FailureMessage"]
    assert statuses(ended) == {"bad": "Failed", "after": "Pending"}
    went_on = wait(ssm, start(step("bad", "executeAwsApi", wrong, onFailure="Continue", isCritical=False),
                              step("after", "sleep", nap)))  # fmt: skip
    assert went_on["AutomationExecutionStatus"] == "Success" and statuses(went_on)["after"] == "Success"
    elsewhere = wait(ssm, start(
        step("bad", "executeAwsApi", wrong, onFailure="step:mend", isCritical=False, maxAttempts=2),
        step("skipped", "sleep", nap), step("mend", "sleep", nap)))  # fmt: skip
    assert statuses(elsewhere)["skipped"] == "Pending" and statuses(elsewhere)["mend"] == "Success"
    tries = ssm.describe_automation_step_executions(
        AutomationExecutionId=elsewhere["AutomationExecutionId"],
        Filters=[{"Key": "StepName", "Values": ["bad"]}])["StepExecutions"]
    assert [each["StepStatus"] for each in tries] == ["Failed", "Failed"]


def test_a_script_runs_and_its_answer_is_selected(ssm, start):
    script = "def handler(events, context):\n    return {'sum': sum(events['numbers'])}\n"
    execution = start(
        step("add", "executeScript", {"Runtime": "python3.11", "Handler": "handler", "Script": script,
                                      "InputPayload": {"numbers": [1, 2, 3]}},
             outputs=[{"Name": "Sum", "Selector": "$.Payload.sum", "Type": "Integer"}]),
        outputs=["add.Sum"],
    )  # fmt: skip
    found = wait(ssm, execution)
    assert (found["AutomationExecutionStatus"], found["Outputs"]) == ("Success", {"add.Sum": ["6"]}), found
    broken = wait(ssm, start(step("bad", "executeScript", {
        "Runtime": "python3.11", "Handler": "handler", "Script": "def handler(e, c):\n    raise ValueError('no')\n"})))
    assert "ValueError: no" in broken["FailureMessage"]


def test_waiting_for_a_property_and_timing_out(ssm, start, client, emulator):
    emulator.freeze(NOON)
    ssm.put_parameter(Name="state", Value="pending", Type="String")
    given = {"Service": "ssm", "Api": "GetParameter", "Name": "state", "PropertySelector": "$.Parameter.Value",
             "DesiredValues": ["ready"]}  # fmt: skip
    patient = start(step("wait", "waitForAwsResourceProperty", given, timeoutSeconds=600))
    hasty = start(step("wait", "waitForAwsResourceProperty", given, timeoutSeconds=10))
    emulator.advance(30)
    assert wait(ssm, hasty)["AutomationExecutionStatus"] == "TimedOut"
    ssm.put_parameter(Name="state", Value="ready", Overwrite=True)
    emulator.advance(5)
    assert wait(ssm, patient)["AutomationExecutionStatus"] == "Success"
    asserted = wait(ssm, start(step("is", "assertAwsResourceProperty", {**given, "DesiredValues": ["gone"]})))
    assert asserted["AutomationExecutionStatus"] == "Failed"


def test_an_execution_begins_another(ssm, start, emulator):
    emulator.freeze(NOON)
    ssm.create_document(Name="child", DocumentType="Automation", Content=json.dumps({
        "schemaVersion": "0.3", "parameters": {"a": {"type": "String"}}, "outputs": ["a"],
        "mainSteps": [step("nap", "sleep", {"Duration": "PT0S"})]}))  # fmt: skip
    parent = start(step("child", "executeAutomation", {"DocumentName": "child", "RuntimeParameters": {"a": ["x"]}}))
    emulator.advance(10)
    assert wait(ssm, parent)["AutomationExecutionStatus"] == "Success"
    assert len(ssm.describe_automation_executions(Filters=[
        {"Key": "DocumentNamePrefix", "Values": ["child"]}])["AutomationExecutionMetadataList"]) == 1


def test_stopping_and_what_is_refused(ssm, start):
    execution = start(step("hold", "pause"))
    wait(ssm, execution, "Waiting")
    ssm.stop_automation_execution(AutomationExecutionId=execution)
    assert wait(ssm, execution)["AutomationExecutionStatus"] == "Cancelled"
    with pytest.raises(ClientError) as error:
        ssm.stop_automation_execution(AutomationExecutionId=execution)
    assert code(error) == "InvalidAutomationStatusUpdateException"
    with pytest.raises(ClientError) as error:
        ssm.start_automation_execution(DocumentName="nobody")
    assert code(error) == "AutomationDefinitionNotFoundException"
    with pytest.raises(ClientError) as error:
        ssm.start_automation_execution(DocumentName="run-0", Parameters={"x": ["1"]})
    assert code(error) == "InvalidAutomationExecutionParametersException"
    with pytest.raises(ClientError) as error:
        ssm.get_automation_execution(AutomationExecutionId="0" * 36)
    assert code(error) == "AutomationExecutionNotFoundException"


def test_a_step_waits_for_a_function(ssm, start, client):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return {'twice': event['n'] * 2}\n")
    client("lambda").create_function(
        FunctionName="double", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/f", Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )  # fmt: skip
    execution = start(step("call", "invokeLambdaFunction", {"FunctionName": "double", "InputPayload": {"n": 21}}))
    found = wait(ssm, execution)
    assert found["AutomationExecutionStatus"] == "Success", found
    assert found["StepExecutions"][0]["Outputs"]["Payload"] == ['{"twice": 42}']
