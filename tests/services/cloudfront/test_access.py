"""What IAM asks: of callers for each distribution, and of CloudFront itself at a bucket."""

import json

import boto3
import pytest
import urllib3
from botocore.exceptions import ClientError
from distribution_configs import config, origin

from emulator.testing import InProcess


@pytest.fixture(scope="module")
def enforced():
    running = InProcess(iam="enforce").start()
    yield running
    running.stop()


@pytest.fixture
def connect(enforced):
    """``connect("cloudfront", key)``: a client of the account's owner, or of a user's access key."""
    enforced.reset()

    def make(service, key=None):
        found = key or {"AccessKeyId": "000000000000", "SecretAccessKey": "test"}
        return boto3.client(service, endpoint_url=enforced.url, region_name="us-east-1",
                            aws_access_key_id=found["AccessKeyId"], aws_secret_access_key=found["SecretAccessKey"])

    return make


def test_a_policy_names_distributions(connect):
    owner, iam = connect("cloudfront"), connect("iam")
    mine, other = (owner.create_distribution(DistributionConfig=config(each))["Distribution"] for each in "ab")
    iam.create_user(UserName="u")
    statement = {"Effect": "Allow", "Action": "cloudfront:GetDistribution", "Resource": mine["ARN"]}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [statement]}))  # fmt: skip
    user = connect("cloudfront", iam.create_access_key(UserName="u")["AccessKey"])
    assert user.get_distribution(Id=mine["Id"])["Distribution"]["Id"] == mine["Id"]
    for call in (lambda: user.get_distribution(Id=other["Id"]), lambda: user.get_distribution_config(Id=mine["Id"])):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_bucket_must_let_cloudfront_in(enforced, connect):
    s3, cloudfront = connect("s3"), connect("cloudfront")
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="a", Body=b"content")
    control = cloudfront.create_origin_access_control(OriginAccessControlConfig={
        "Name": "c", "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3"})["OriginAccessControl"]["Id"]  # fmt: skip
    identity = cloudfront.create_cloud_front_origin_access_identity(CloudFrontOriginAccessIdentityConfig={
        "CallerReference": "r", "Comment": ""})["CloudFrontOriginAccessIdentity"]  # fmt: skip
    s3_origin, domain = {"OriginAccessIdentity": ""}, "files.s3.us-east-1.amazonaws.com"
    old = {"OriginAccessIdentity": f"origin-access-identity/cloudfront/{identity['Id']}"}
    made = [cloudfront.create_distribution(DistributionConfig=config(str(at), origins=[each]))["Distribution"]
            for at, each in enumerate((
                origin(domain=domain, S3OriginConfig=s3_origin, OriginAccessControlId=control),
                origin(domain=domain, S3OriginConfig=old), origin(domain=domain, S3OriginConfig=s3_origin)))]

    def statuses(path):
        pool = urllib3.PoolManager()
        return [pool.request("GET", enforced.url + path, headers={"Host": each["DomainName"]}).status for each in made]

    assert statuses("/a") == [403, 403, 403]
    principals = [{"Service": "cloudfront.amazonaws.com"}, {"CanonicalUser": identity["S3CanonicalUserId"]}]
    conditions = [{"Condition": {"StringEquals": {"AWS:SourceArn": made[0]["ARN"]}}}, {}]
    s3.put_bucket_policy(Bucket="files", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*", "Principal": who, **more}
        for who, more in zip(principals, conditions)]}))  # fmt: skip
    assert statuses("/a?again=1") == [200, 200, 403]
