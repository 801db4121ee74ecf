"""Automation over many targets."""

import json

import pytest
from botocore.exceptions import ClientError

NOON = 1_900_000_000.0
DOCUMENT = {
    "schemaVersion": "0.3",
    "parameters": {"name": {"type": "String"}, "seconds": {"type": "String", "default": "PT1S"}},
    "mainSteps": [
        {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "{{ seconds }}"}},
        {"name": "make", "action": "aws:executeAwsApi", "inputs": {
            "Service": "sqs", "Api": "CreateQueue", "QueueName": "{{ name }}"}, "isEnd": True}],
}  # fmt: skip


@pytest.fixture
def begin(ssm, emulator):
    emulator.freeze(NOON)
    ssm.create_document(Name="fleet", DocumentType="Automation", Content=json.dumps(DOCUMENT))

    def start(values, **more):
        return ssm.start_automation_execution(
            DocumentName="fleet", TargetParameterName="name", Targets=[{"Key": "ParameterValues", "Values": values}],
            **more)["AutomationExecutionId"]

    return start


def parent(ssm, name):
    return ssm.get_automation_execution(AutomationExecutionId=name)["AutomationExecution"]


def children(ssm, name):
    found = ssm.describe_automation_executions(Filters=[{"Key": "ParentExecutionId", "Values": [name]}])
    return found["AutomationExecutionMetadataList"]


def test_each_target_has_an_execution_so_many_at_a_time(ssm, begin, emulator, client):
    name = begin(["a", "b", "c"], MaxConcurrency="2")
    emulator.advance(0.5)
    assert [each["AutomationExecutionStatus"] for each in children(ssm, name)] == ["InProgress"] * 2
    emulator.advance(60)
    found = parent(ssm, name)
    assert (found["AutomationExecutionStatus"], len(children(ssm, name))) == ("Success", 3)
    assert found["ResolvedTargets"]["ParameterValues"] == ["a", "b", "c"]
    assert (found["ProgressCounters"]["TotalSteps"], found["ProgressCounters"]["SuccessSteps"]) == (3, 3)
    assert len(client("sqs").list_queues()["QueueUrls"]) == 3


def test_it_ends_when_too_many_have_failed(ssm, begin, emulator):
    name = begin(["bad name", "worse name", "c", "d"], MaxConcurrency="1", MaxErrors="1")
    emulator.advance(60)
    found = parent(ssm, name)
    assert (found["AutomationExecutionStatus"], found["ProgressCounters"]["FailedSteps"]) == ("Failed", 2)
    assert len(children(ssm, name)) == 2


def test_it_can_be_stopped_with_its_children(ssm, begin, emulator):
    name = begin(["a", "b"], Parameters={"seconds": ["PT1H"]})
    emulator.advance(1)
    ssm.stop_automation_execution(AutomationExecutionId=name)
    emulator.advance(1)
    assert parent(ssm, name)["AutomationExecutionStatus"] == "Cancelled"
    assert {each["AutomationExecutionStatus"] for each in children(ssm, name)} == {"Cancelled"}


def test_maps_give_several_parameters_and_nodes_are_targets(ssm, begin, emulator, node):
    maps = [{"name": ["x"], "seconds": ["PT0S"]}, {"name": ["y"], "seconds": ["PT0S"]}]
    name = ssm.start_automation_execution(DocumentName="fleet", TargetMaps=maps)["AutomationExecutionId"]
    emulator.advance(10)
    assert parent(ssm, name)["AutomationExecutionStatus"] == "Success"
    by_id = ssm.start_automation_execution(DocumentName="fleet", TargetParameterName="name", Targets=[
        {"Key": "InstanceIds", "Values": [node]}])["AutomationExecutionId"]
    assert parent(ssm, by_id)["ResolvedTargets"]["ParameterValues"] == [node]
    with pytest.raises(ClientError, match="TargetParameterName is required"):
        ssm.start_automation_execution(DocumentName="fleet", Targets=[{"Key": "ParameterValues", "Values": ["a"]}])
