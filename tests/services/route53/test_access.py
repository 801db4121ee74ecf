"""IAM's policies over zones and certificates: what a call acts on is what AWS says it acts on."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing import InProcess


@pytest.fixture(scope="module")
def enforcing():
    emulator = InProcess(iam="enforce").start()
    yield emulator
    emulator.stop()


@pytest.fixture
def client(enforcing):
    enforcing.reset()

    def make(service, keys=None):
        keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service, endpoint_url=enforcing.url, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"], config=Config(retries={"total_max_attempts": 1}))

    return make


@pytest.fixture
def user(client):
    """``user("route53:*", arn)``: the keys of a user who may do that, and nothing else."""

    def make(action, resource):
        iam = client("iam")
        iam.create_user(UserName="user")
        iam.put_user_policy(UserName="user", PolicyName="policy", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}))
        return iam.create_access_key(UserName="user")["AccessKey"]

    return make


def code(operation, **given):
    try:
        operation(**given)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_a_zone_is_named_by_its_arn(client, user):
    root = client("route53")
    mine, other = (root.create_hosted_zone(Name=f"{name}.com", CallerReference=name)["HostedZone"]["Id"]
                   for name in ("mine", "other"))
    keys = user("route53:*", f"arn:aws:route53:::{mine.removeprefix('/')}")
    route53 = client("route53", keys)
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": {
        "Name": "www.mine.com", "Type": "A", "TTL": 1, "ResourceRecords": [{"Value": "192.0.2.1"}]}}]}
    assert code(route53.change_resource_record_sets, HostedZoneId=mine, ChangeBatch=batch) is None
    for call in (route53.get_hosted_zone, route53.update_hosted_zone_comment):
        assert code(call, Id=mine) is None and code(call, Id=other) == "AccessDenied"
    tags = {"ResourceType": "hostedzone", "AddTags": [{"Key": "k", "Value": "v"}]}
    assert code(route53.change_tags_for_resource, ResourceId=mine, **tags) is None
    assert code(route53.change_tags_for_resource, ResourceId=other, **tags) == "AccessDenied"
    assert code(route53.list_hosted_zones) == "AccessDenied"


def test_a_certificate_is_named_by_its_arn(client, user):
    mine, other = (client("acm").request_certificate(DomainName=f"{name}.example.com")["CertificateArn"]
                   for name in ("mine", "other"))
    acm = client("acm", user(["acm:*"], mine))
    for call in (acm.describe_certificate, acm.list_tags_for_certificate, acm.list_certificate_domain_validations):
        assert code(call, CertificateArn=mine) is None
        assert code(call, CertificateArn=other) == "AccessDeniedException"
