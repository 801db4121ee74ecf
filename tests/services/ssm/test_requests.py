"""Access to nodes and changes by approval; the role that manages hosts; what OpsData and connectors tell."""

import json
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

RUNBOOK = {"schemaVersion": "0.3", "mainSteps": [
    {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT0S"}, "isEnd": True}]}  # fmt: skip
TEMPLATE = {
    "schemaVersion": "0.3", "autoApprovable": True, "executableRunBooks": [{"name": "runbook", "version": "$DEFAULT"}],
    "mainSteps": [{"name": "approval", "action": "aws:approve", "timeoutSeconds": 3600, "inputs": {
        "Message": "May it?", "EnhancedApprovals": {"Approvers": [
            {"approver": "arn:aws:iam::000000000000:root", "type": "IamUser", "minRequiredApprovals": 1}]}}}],
}  # fmt: skip


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_access_is_given_when_it_was_approved(ssm, node, endpoint):
    asked = ssm.start_access_request(Reason="to look", Targets=[{"Key": "InstanceIds", "Values": [node]}])
    name = asked["AccessRequestId"]
    assert ssm.get_access_token(AccessRequestId=name)["AccessRequestStatus"] == "Pending"
    assert "Credentials" not in ssm.get_access_token(AccessRequestId=name)
    ssm.update_ops_item(OpsItemId=name, Status="Approved")
    found = ssm.get_access_token(AccessRequestId=name)
    assert found["AccessRequestStatus"] == "Approved"
    keys = found["Credentials"]
    session = boto3.client(
        "ssm", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"],
    )  # fmt: skip
    assert session.start_session(Target=node)["SessionId"]
    ssm.update_ops_item(OpsItemId=name, Status="Revoked")
    found = ssm.get_access_token(AccessRequestId=name)
    assert found["AccessRequestStatus"] == "Revoked" and "Credentials" not in found
    assert refused(ssm.get_access_token, AccessRequestId="oi-000000000000") == "ResourceNotFoundException"


@pytest.fixture
def template(ssm):
    ssm.create_document(Name="runbook", Content=json.dumps(RUNBOOK), DocumentType="Automation")
    ssm.create_document(Name="template", Content=json.dumps(TEMPLATE), DocumentType="Automation.ChangeTemplate")
    return {"DocumentName": "template", "Runbooks": [{"DocumentName": "runbook"}], "ChangeRequestName": "change"}


def execution(ssm, name):
    return ssm.get_automation_execution(AutomationExecutionId=name)["AutomationExecution"]


def test_a_change_runs_when_it_was_approved_and_due(ssm, template, emulator):
    emulator.freeze(1_900_000_000)
    due = 1_900_000_000 + timedelta(hours=1).total_seconds()
    name = ssm.start_change_request_execution(**template, ScheduledTime=due)["AutomationExecutionId"]
    found = execution(ssm, name)
    assert (found["AutomationSubtype"], found["AutomationExecutionStatus"]) == ("ChangeRequest", "PendingApproval")
    assert ssm.get_ops_item(OpsItemId=found["OpsItemId"])["OpsItem"]["Title"] == "change"
    ssm.send_automation_signal(AutomationExecutionId=name, SignalType="Approve")
    emulator.advance(1)
    assert execution(ssm, name)["AutomationExecutionStatus"] == "Scheduled"
    emulator.advance(3700)
    assert execution(ssm, name)["AutomationExecutionStatus"] == "CompletedWithSuccess"


def test_a_change_can_be_rejected_or_approved_unseen(ssm, template, emulator):
    emulator.freeze(1_900_000_000)
    name = ssm.start_change_request_execution(**template)["AutomationExecutionId"]
    emulator.advance(1)
    ssm.send_automation_signal(AutomationExecutionId=name, SignalType="Reject")
    emulator.advance(1)
    assert execution(ssm, name)["AutomationExecutionStatus"] == "Rejected"
    name = ssm.start_change_request_execution(**template, AutoApprove=True)["AutomationExecutionId"]
    emulator.advance(60)
    assert execution(ssm, name)["AutomationExecutionStatus"] == "CompletedWithSuccess"
    assert refused(ssm.start_change_request_execution, DocumentName="runbook", Runbooks=template["Runbooks"]) == (
        "AutomationDefinitionNotFoundException")
    other = [{"DocumentName": "AWS-RunShellScript"}]
    assert refused(ssm.start_change_request_execution, DocumentName="template", Runbooks=other) == (
        "AutomationDefinitionNotFoundException")


def test_the_role_that_manages_hosts(ssm, client):
    setting = "/ssm/managed-instance/default-ec2-instance-management-role"
    register = ssm.register_default_host_management_configuration
    role = register(PermissionModel="SERVICE_MANAGED")["RoleArn"]
    assert client("iam").get_role(RoleName=role.rpartition("/")[2])["Role"]["Arn"] == role
    assert role.endswith(ssm.get_service_setting(SettingId=setting)["ServiceSetting"]["SettingValue"])
    assert refused(register, PermissionModel="SERVICE_MANAGED") == "ValidationException"
    assert refused(register, PermissionModel="SELF_MANAGED", Overwrite=True) == "ValidationException"
    ssm.deregister_default_host_management_configuration()
    assert ssm.get_service_setting(SettingId=setting)["ServiceSetting"]["SettingValue"] == "$None"
    assert refused(client("iam").get_role, RoleName=role.rpartition("/")[2]) == "NoSuchEntity"


def test_work_items_are_counted_by_their_attributes(ssm):
    for title, severity in (("one", "1"), ("two", "1"), ("three", "2")):
        ssm.create_ops_item(Title=title, Source="test", Description="d", Severity=severity)
    count = {"AggregatorType": "count", "TypeName": "AWS:OpsItem", "AttributeName": "Status", "Aggregators": [
        {"AggregatorType": "count", "AttributeName": "Severity"}]}
    found = ssm.get_ops_summary(Aggregators=[count])["Entities"][0]["Data"]["AWS:OpsItem"]["Content"]
    assert [(each["Status"], each["Severity"], each["Count"]) for each in found] == [
        ("Open", "1", "2"), ("Open", "2", "1")]
    only = ssm.get_ops_summary(Filters=[{"Key": "AWS:OpsItem.Title", "Values": ["t"], "Type": "BeginWith"}])
    assert len(only["Entities"]) == 2
    assert refused(ssm.get_ops_summary, ResultAttributes=[{"TypeName": "AWS:None"}]) == "InvalidTypeNameException"


def test_a_connector_tells_what_stands_in_its_way(ssm, client):
    tenant = "00000000-0000-4000-8000-000000000000"
    made = ssm.create_cloud_connector(DisplayName="c", RoleArn="arn:aws:iam::000000000000:role/none", Configuration={
        "AzureConfiguration": {"TenantId": tenant, "ApplicationId": tenant}})["CloudConnectorId"]
    found = ssm.validate_cloud_connector(CloudConnectorId=made)["ValidationFindings"]
    assert [each["Code"] for each in found] == [
        "AwsRoleAssumptionFailed", "OutboundWebIdentityFederationDisabled", "TargetInaccessible"]
