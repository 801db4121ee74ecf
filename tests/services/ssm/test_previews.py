"""Previews of Automation: what the steps of a runbook would do."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def runbook(ssm):
    content = {
        "schemaVersion": "0.3", "parameters": {"Api": {"type": "String", "default": "CreateTags"}},
        "mainSteps": [
            {"name": "look", "action": "aws:executeAwsApi", "inputs": {"Service": "ec2", "Api": "DescribeTags"}},
            {"name": "do", "action": "aws:executeAwsApi", "inputs": {"Service": "ec2", "Api": "{{ Api }}"}},
            {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}},
            {"name": "run", "action": "aws:runCommand", "inputs": {"DocumentName": "AWS-RunShellScript"}},
        ],
    }  # fmt: skip
    ssm.create_document(Name="previewed", Content=json.dumps(content), DocumentType="Automation")
    return "previewed"


def steps(ssm, **given):
    made = ssm.start_execution_preview(**given)["ExecutionPreviewId"]
    found = ssm.get_execution_preview(ExecutionPreviewId=made)
    assert found["Status"] == "Success" and found["ExecutionPreview"]["Automation"]["Regions"] == ["us-east-1"]
    return found["ExecutionPreview"]["Automation"]["StepPreviews"]


def test_steps_are_told_apart_by_what_they_do(ssm, runbook):
    assert steps(ssm, DocumentName=runbook) == {"NonMutating": 2, "Mutating": 1, "Undetermined": 1}


def test_parameters_decide_what_a_step_calls(ssm, runbook):
    inputs = {"Automation": {"Parameters": {"Api": ["ListTags"]}}}
    assert steps(ssm, DocumentName=runbook, ExecutionInputs=inputs) == {"NonMutating": 3, "Undetermined": 1}


def test_nothing_is_run(ssm, runbook):
    steps(ssm, DocumentName=runbook)
    assert ssm.describe_automation_executions()["AutomationExecutionMetadataList"] == []


@pytest.mark.parametrize("given", [
    {"DocumentName": "nobody-made-this"}, {"DocumentName": "AWS-RunShellScript"},
    {"DocumentName": "previewed", "ExecutionInputs": {"Automation": {"Parameters": {"No": ["a"]}}}},
])  # fmt: skip
def test_what_could_not_run_has_no_preview(ssm, runbook, given):
    with pytest.raises(ClientError) as refused:
        ssm.start_execution_preview(**given)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_preview_that_nobody_asked_for_is_not_found(ssm):
    with pytest.raises(ClientError) as refused:
        ssm.get_execution_preview(ExecutionPreviewId="00000000-0000-4000-8000-000000000000")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
