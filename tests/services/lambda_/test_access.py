"""What IAM allows of functions, their layers and their addresses, where it is asked."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.testing.inprocess import InProcess

from .conftest import zipped

ACCOUNT = "111111111111"
SOURCE = "import boto3\ndef handler(event, context):\n    return boto3.client('sts').get_caller_identity()['Arn']\n"


@pytest.fixture(scope="module")
def enforcing():
    started = InProcess(iam="enforce").start()
    yield started
    started.stop()


def client(enforcing, service, key=ACCOUNT, secret="test"):
    return boto3.client(service, endpoint_url=enforcing.url, region_name="us-east-1", aws_access_key_id=key,
                        aws_secret_access_key=secret)  # fmt: skip


def test_a_user_may_what_a_policy_says_and_a_function_is_its_role(enforcing):
    iam, lambda_ = client(enforcing, "iam"), client(enforcing, "lambda")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for name in ("mine", "other"):
        lambda_.create_function(FunctionName=name, Role=role, Runtime="python3.11", Handler="index.handler", Timeout=30,
                                Code={"ZipFile": zipped({"index.py": SOURCE})})  # fmt: skip
        lambda_.publish_layer_version(LayerName=name, Content={"ZipFile": zipped({})})
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    base = f"arn:aws:lambda:us-east-1:{ACCOUNT}"
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{base}:function:mine"},
        {"Effect": "Allow", "Action": "lambda:GetLayerVersion", "Resource": f"{base}:layer:mine:*"}]}  # fmt: skip
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(policy))
    user = client(enforcing, "lambda", key["AccessKeyId"], key["SecretAccessKey"])
    answer = user.invoke(FunctionName="mine")
    assert json.loads(answer["Payload"].read()) == f"arn:aws:sts::{ACCOUNT}:assumed-role/function/mine"
    assert user.get_layer_version(LayerName="mine", VersionNumber=1)["Version"] == 1
    for refused in (lambda: user.invoke(FunctionName="other"),
                    lambda: user.get_layer_version(LayerName="other", VersionNumber=1)):  # fmt: skip
        with pytest.raises(ClientError) as refusal:
            refused()
        assert refusal.value.response["Error"]["Code"] == "AccessDeniedException"
    lambda_.add_permission(FunctionName="other", StatementId="s", Action="lambda:InvokeFunction",
                           Principal=f"arn:aws:iam::{ACCOUNT}:user/u")  # fmt: skip
    assert user.invoke(FunctionName="other")["StatusCode"] == 200
