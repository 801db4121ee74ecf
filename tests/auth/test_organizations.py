"""Control policies of an organization: every level must allow, any deny denies, the management account is free."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.auth import organizations
from emulator.testing.inprocess import InProcess

MANAGEMENT, MEMBER, OTHER, OUTSIDE = "111111111111", "222222222222", "333333333333", "444444444444"


def policy(number, *statements, kind=organizations.SERVICE_CONTROL):
    base = {"Effect": "Allow", "Resource": "*"}
    content = {"Version": "2012-10-17", "Statement": [{**base, **each} for each in statements]}
    return {"Id": f"p-policy00{number}", "Name": f"policy{number}", "Type": kind, "Content": content}


DESCRIBED = {
    "Id": "o-exampleorg1", "MasterAccountId": MANAGEMENT,
    "Root": {"Id": "r-root", "OrganizationalUnits": [{
        "Id": "ou-root-workloads", "Policies": ["p-FullAWSAccess", "p-policy001", "p-policy003"],
        "Accounts": [{"Id": MEMBER, "Policies": ["p-policy002"]}, {"Id": OTHER}],
    }]},
    "Policies": [
        policy(1, {"Effect": "Deny", "Action": "sqs:DeleteQueue"}),
        policy(2, {"Action": ["sqs:*", "iam:*"]}),
        policy(3, {"Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue", "Condition": {
            "StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg2"}}}, kind=organizations.RESOURCE_CONTROL),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    file = tmp_path_factory.mktemp("organization") / "organization.json"
    file.write_text(json.dumps(DESCRIBED))
    started = InProcess(iam="enforce", settings={"organization": str(file)}).start()
    yield started
    started.stop()


def client(running, service, account):
    return boto3.client(
        service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=account,
        aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Message"]


def test_a_deny_of_a_unit_denies_even_the_root_of_an_account(running):
    sqs = client(running, "sqs", MEMBER)
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    assert refusal(sqs.delete_queue, QueueUrl=url).endswith("with an explicit deny in a service control policy")


def test_every_level_must_allow(running):
    message = refusal(client(running, "kms", MEMBER).list_keys)
    assert message.endswith("because no service control policy allows the kms:ListKeys action")
    assert client(running, "kms", OTHER).list_keys()["Keys"] == []


def test_the_management_account_and_those_outside_are_not_restricted(running):
    for account in (MANAGEMENT, OUTSIDE):
        sqs = client(running, "sqs", account)
        sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName="gone")["QueueUrl"])


def test_resource_control_policies_know_the_organization(running):
    sqs = client(running, "sqs", MEMBER)
    url = sqs.create_queue(QueueName="kept")["QueueUrl"]
    assert refusal(sqs.purge_queue, QueueUrl=url).endswith("with an explicit deny in a resource control policy")


def test_simulation_asks_the_organization_too(running):
    iam = client(running, "iam", MEMBER)
    iam.create_user(UserName="ann")
    allow = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=allow)
    asked = {"PolicySourceArn": f"arn:aws:iam::{MEMBER}:user/ann", "ActionNames": ["sqs:SendMessage", "kms:Encrypt"]}
    results = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    assert [each["OrganizationsDecisionDetail"]["AllowedByOrganizations"] for each in results] == [True, False]


def test_a_role_is_out_of_reach_of_who_must_not_assume(running):
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": MEMBER}, "Action": "sts:AssumeRole"}]})
    arn = client(running, "iam", OTHER).create_role(RoleName="shared", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    message = refusal(client(running, "sts", MEMBER).assume_role, RoleArn=arn, RoleSessionName="session")
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {arn}")


@pytest.mark.parametrize("change", [{"Root": None}, {"Policies": []}, {"MasterAccountId": 7, "Root": {}}])
def test_a_file_that_describes_none_is_refused(tmp_path, change):
    file = tmp_path / "organization.json"
    file.write_text(json.dumps({**DESCRIBED, **change}))
    with pytest.raises(ValueError, match=r"organization\.json"):
        organizations.read(str(file))
