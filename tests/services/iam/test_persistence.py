"""What IAM keeps is there after a restart, and decides as before."""

import json

import boto3

from emulator.testing.inprocess import InProcess

DOCUMENT = json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}],
})  # fmt: skip


def client(running, service, key="test"):
    return boto3.client(service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=key,
                        aws_secret_access_key="test")  # fmt: skip


def test_a_restart_changes_nothing(tmp_path):
    first = InProcess(data_dir=tmp_path, iam="enforce").start()
    iam = client(first, "iam")
    arn = iam.create_policy(PolicyName="lister", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=DOCUMENT)
    made = iam.create_user(UserName="ann", Tags=[{"Key": "a", "Value": "b"}])["User"]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    key = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    first.stop()
    second = InProcess(data_dir=tmp_path, iam="enforce").start()
    try:
        iam = client(second, "iam")
        assert iam.get_user(UserName="ann")["User"] == made
        assert len(iam.list_policy_versions(PolicyArn=arn)["Versions"]) == 2
        assert client(second, "sqs", key).list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    finally:
        second.stop()
