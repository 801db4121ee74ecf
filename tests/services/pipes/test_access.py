"""A pipe may do what its role may."""

import json
import time

import boto3
import pytest

from emulator.testing.inprocess import InProcess

ACCOUNT = "111111111111"


@pytest.fixture(scope="module")
def enforcing():
    started = InProcess(iam="enforce").start()
    yield started
    started.stop()


def state(pipes, name):
    end = time.monotonic() + 10
    while (found := pipes.describe_pipe(Name=name))["CurrentState"] == "CREATING" and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_role_that_may_not_read_fails_the_pipe(enforcing):
    def client(service):
        return boto3.client(service, endpoint_url=enforcing.url, region_name="us-east-1", aws_access_key_id=ACCOUNT,
                            aws_secret_access_key="test")  # fmt: skip

    iam, sqs, pipes = client("iam"), client("sqs"), client("pipes")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "pipes.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
    role = iam.create_role(RoleName="pipe", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("in", "out")}
    ends = {"Source": f"arn:aws:sqs:us-east-1:{ACCOUNT}:in", "Target": f"arn:aws:sqs:us-east-1:{ACCOUNT}:out"}
    pipes.create_pipe(Name="first", RoleArn=role, **ends)
    found = state(pipes, "first")
    assert found["CurrentState"] == "CREATE_FAILED" and "not authorized" in found["StateReason"], found
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="pipe", PolicyName="p", PolicyDocument=json.dumps(policy))
    pipes.create_pipe(Name="second", RoleArn=role, **ends)
    assert state(pipes, "second")["CurrentState"] == "RUNNING"
    sqs.send_message(QueueUrl=urls["in"], MessageBody="x")
    assert len(sqs.receive_message(QueueUrl=urls["out"], WaitTimeSeconds=5)["Messages"]) == 1
