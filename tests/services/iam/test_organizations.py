"""Central root access, reports on an organization, roles from templates, and delegation up to its credentials."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing.inprocess import InProcess

MANAGEMENT, MEMBER, ALONE = "111111111111", "222222222222", "444444444444"
ROOT = "o-exampleorg1/r-root"
ORGANIZATION = {
    "Id": "o-exampleorg1", "MasterAccountId": MANAGEMENT,
    "Root": {"Id": "r-root", "Accounts": [{"Id": MEMBER, "Policies": ["p-queues001"]}]},
    "Policies": [{"Id": "p-queues001", "Name": "Queues", "Content": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sqs:*", "sns:*"], "Resource": "*"}]}}],
}  # fmt: skip
TEMPLATE = "arn:aws:iam::aws:role-template/Reader"
ROLE_TEMPLATES = [{
    "TemplateArn": TEMPLATE, "TemplateName": "Reader", "DefaultMinorVersion": 1, "MinorVersion": 1, "Enabled": True,
    "RoleNamePattern": "Reader-@{team}", "RolePathPattern": "/teams/", "RoleDescriptionPattern": "For @{team}",
    "AssumeRolePolicyDocumentTemplate": json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}),
    "InlinePolicyTemplates": [{"PolicyName": "read", "PolicyDocument": json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["@{buckets}"]}]})}],
    "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSDenyAll"], "RoleTagsTemplate": [
        {"Key": "team", "Value": "@{team}"}],
    "ParametersDefinition": [{"Name": "team", "Type": "String", "IsRequired": True},
                             {"Name": "buckets", "Type": "ArnList", "DefaultValue": "arn:aws:s3:::amzn-s3-demo/*"}],
}, {"TemplateArn": TEMPLATE, "MinorVersion": 2, "Enabled": False, "DefaultMinorVersion": 1}]  # fmt: skip
PARTNER = "arn:aws:iam::aws:delegation-template/queues"
DELEGATIONS = {PARTNER: {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sqs:CreateQueue", "Resource": "arn:aws:sqs:*:*:@{queue}"}]}}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    files = {"organization": ORGANIZATION, "iam.role-templates": ROLE_TEMPLATES,
             "iam.delegation-templates": DELEGATIONS}
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    started = InProcess(iam="enforce", settings={name: str(folder / name) for name in files}).start()
    yield started
    started.stop()


def client(running, service, account, keys=None):
    keys = keys or {"AccessKeyId": account, "SecretAccessKey": "test"}
    return boto3.client(
        service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_central_root_access_is_the_management_accounts(running):
    iam = client(running, "iam", MANAGEMENT)
    assert iam.list_organizations_features()["EnabledFeatures"] == []
    iam.enable_organizations_root_sessions()
    found = iam.enable_organizations_root_credentials_management()
    assert found["EnabledFeatures"] == ["RootCredentialsManagement", "RootSessions"]
    assert iam.disable_organizations_root_sessions()["EnabledFeatures"] == ["RootCredentialsManagement"]
    assert refused(client(running, "iam", ALONE).list_organizations_features) == "OrganizationNotFoundException"


def test_a_report_tells_what_control_policies_allow_and_what_was_used(running):
    client(running, "sqs", MEMBER).list_queues()
    iam = client(running, "iam", MANAGEMENT)
    job = iam.generate_organizations_access_report(EntityPath=f"{ROOT}/{MEMBER}")["JobId"]
    found = iam.get_organizations_access_report(JobId=job)
    assert found["JobStatus"] == "COMPLETED"
    assert [each["ServiceNamespace"] for each in found["AccessDetails"]] == ["sns", "sqs"]
    assert (found["NumberOfServicesAccessible"], found["NumberOfServicesNotAccessed"]) == (2, 1)
    used = found["AccessDetails"][1]
    assert (used["EntityPath"], used["TotalAuthenticatedEntities"]) == (f"{ROOT}/{MEMBER}", 1)
    falling = iam.get_organizations_access_report(JobId=job, SortKey="LAST_AUTHENTICATED_TIME_DESCENDING", MaxItems=1)
    assert falling["AccessDetails"][0]["ServiceNamespace"] == "sqs" and falling["IsTruncated"]
    whole = iam.generate_organizations_access_report(EntityPath=f"{ROOT}/{MANAGEMENT}")["JobId"]
    assert iam.get_organizations_access_report(JobId=whole)["NumberOfServicesAccessible"] > 10
    assert refused(iam.generate_organizations_access_report, EntityPath="o-exampleorg1/r-none") == "ValidationError"


def test_a_role_is_acquired_from_a_template(running):
    iam = client(running, "iam", ALONE)
    shown = iam.get_role_template_version(TemplateArn=TEMPLATE)["RoleTemplateVersion"]
    assert shown["RoleNamePattern"] == "Reader-@{team}"
    made = iam.acquire_role(TemplateArn=TEMPLATE, ReplacementValues={
        "team": {"Values": ["blue"]}, "buckets": {"Values": ["arn:aws:s3:::one/*", "arn:aws:s3:::two/*"]}})["Role"]
    assert (made["RoleName"], made["Path"]) == ("Reader-blue", "/teams/")
    found = iam.get_role(RoleName="Reader-blue")["Role"]
    assert found["SourceRoleTemplate"] == {"TemplateArn": TEMPLATE, "TemplateMinorVersion": 1}
    assert (found["Description"], found["Tags"]) == ("For blue", [{"Key": "team", "Value": "blue"}])
    policy = iam.get_role_policy(RoleName="Reader-blue", PolicyName="read")["PolicyDocument"]
    assert policy["Statement"][0]["Resource"] == ["arn:aws:s3:::one/*", "arn:aws:s3:::two/*"]
    attached = iam.list_attached_role_policies(RoleName="Reader-blue")["AttachedPolicies"]
    assert attached[0]["PolicyName"] == "AWSDenyAll"
    assert refused(iam.acquire_role, TemplateArn=TEMPLATE) == "InvalidInput"
    again = {"TemplateArn": TEMPLATE, "ReplacementValues": {"team": {"Values": ["blue"]}}}
    assert refused(iam.acquire_role, **again) == "EntityAlreadyExists"
    assert refused(iam.acquire_role, TemplateArn=TEMPLATE, TemplateMinorVersion=2) == "RoleTemplateDisabled"
    assert refused(iam.get_role_template_version, TemplateArn=f"{TEMPLATE}s") == "NoSuchEntity"


def delegated(running, partner, owner, workflow, template=PARTNER):
    """A request that was accepted and whose token was sent: its id and the token, as the partner's topic told it."""
    sns, sqs = client(running, "sns", partner), client(running, "sqs", partner)
    allow = {"Effect": "Allow", "Resource": "*"}
    topic = sns.create_topic(Name="channel", Attributes={"Policy": json.dumps({"Statement": [
        {**allow, "Principal": {"Service": "iam.amazonaws.com"}, "Action": "sns:Publish"}]})})["TopicArn"]
    url = sqs.create_queue(QueueName="inbox", Attributes={"Policy": json.dumps({"Statement": [
        {**allow, "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}]})})["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{partner}:inbox",
                  Attributes={"RawMessageDelivery": "true"})
    permissions = {"PolicyTemplateArn": template, "Parameters": [
        {"Name": "queue", "Values": ["mine"], "Type": "string"}]}
    given = {"Description": "Make a queue.", "RequestorWorkflowId": workflow, "NotificationChannel": topic,
             "SessionDuration": 3600, "OwnerAccountId": owner, "Permissions": permissions}
    name = client(running, "iam", partner).create_delegation_request(**given)["DelegationRequestId"]
    assert refused(client(running, "iam", partner).create_delegation_request, **given) == "EntityAlreadyExists"
    iam = client(running, "iam", owner)
    iam.associate_delegation_request(DelegationRequestId=name)
    iam.accept_delegation_request(DelegationRequestId=name)
    iam.send_delegation_token(DelegationRequestId=name)
    told = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert (told["DelegationRequestId"], told["State"]) == (name, "FINALIZED")
    return name, told["TradeInToken"]


def test_a_delegation_gives_the_partner_what_was_approved_and_no_more(running):
    partner, owner = "555555555555", "666666666666"
    name, token = delegated(running, partner, owner, "workflow-1")
    shown = client(running, "iam", owner).get_delegation_request(
        DelegationRequestId=name, DelegationPermissionCheck=True)
    assert json.loads(shown["DelegationRequest"]["PermissionPolicy"])["Statement"][0]["Resource"].endswith(":mine")
    assert (shown["PermissionCheckStatus"], shown["PermissionCheckResult"]) == ("COMPLETE", "ALLOWED")
    summary = client(running, "iam", owner).get_human_readable_summary(
        EntityArn=f"arn:aws:iam::{owner}:delegation-request/{name}", Locale="en")
    assert "Make a queue." in summary["SummaryContent"] and "sqs:createqueue" in summary["SummaryContent"].lower()
    assert refused(client(running, "sts", owner).get_delegated_access_token, TradeInToken=token) == "ValidationError"
    sts = client(running, "sts", partner)
    answer = sts.get_delegated_access_token(TradeInToken=token)
    assert answer["AssumedPrincipal"] == f"arn:aws:iam::{owner}:root"
    sqs = client(running, "sqs", owner, answer["Credentials"])
    assert sqs.create_queue(QueueName="mine")["QueueUrl"].endswith(f"/{owner}/mine")
    assert refused(sqs.create_queue, QueueName="other") in ("AccessDenied", "AccessDeniedException")
    assert sts.get_delegated_access_token(TradeInToken=token)["Credentials"] != answer["Credentials"]
    running.advance(3601)
    assert refused(sts.get_delegated_access_token, TradeInToken=token) == "ExpiredTradeInTokenException"


def test_a_delegation_by_an_unknown_template_allows_nothing(running):
    partner, owner = "777777777777", "888888888888"
    _, token = delegated(running, partner, owner, "workflow-2", "arn:aws:iam::aws:delegation-template/unknown")
    answer = client(running, "sts", partner).get_delegated_access_token(TradeInToken=token)
    refusal = refused(client(running, "sqs", owner, answer["Credentials"]).create_queue, QueueName="mine")
    assert refusal in ("AccessDenied", "AccessDeniedException")
