"""What the command line tells of access: why, what if, and the least policy of an audit run."""

import json

import boto3
import pytest

from emulator.cli import main
from emulator.testing.inprocess import InProcess

ANN = "arn:aws:iam::000000000000:user/ann"


@pytest.fixture(scope="module")
def running():
    started = InProcess(iam="audit").start()
    yield started
    started.stop()


@pytest.fixture
def audited(running):
    """An audited emulator in which ann, who may list buckets only from one address, has made a bucket and an object."""
    running.reset()

    def client(service, key="test"):
        return boto3.client(service, endpoint_url=running.url, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key="test")  # fmt: skip

    iam = client("iam")
    iam.create_user(UserName="ann")
    statement = {"Sid": "Home", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
                 "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}  # fmt: skip
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document)
    s3 = client("s3", iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"])
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"x")
    s3.list_buckets()
    return running


def told(capsys, running, *arguments) -> str:
    assert main(["iam", *arguments, "--endpoint", running.url]) == 0
    return capsys.readouterr().out


def test_a_call_is_explained(audited, capsys):
    row = audited.requests(operation="ListBuckets")[0]
    assert (row["status"], row["authorization"][0]["decision"]) == (200, "implicitDeny")  # audited, not refused
    text = told(capsys, audited, "explain", row["request_id"])
    assert text.splitlines() == [
        f"{ANN} may not s3:ListAllMyBuckets on *, because no identity-based policy allows the s3:ListAllMyBuckets "
        "action",
        "identity-based policy: says nothing",
        "  Allow by own (user-inline) statement Home: does not apply, IpAddress of aws:SourceIp wants ['10.0.0.0/8'] "
        "and the request has ['127.0.0.1']",
    ]


def test_a_question_is_answered(audited, capsys):
    asked = ("explain", "--principal", ANN, "--iam-action", "s3:ListAllMyBuckets", "--json")
    (denied,) = json.loads(told(capsys, audited, *asked))
    assert denied["decision"] == "implicitDeny"
    (allowed,) = json.loads(told(capsys, audited, *asked, "--context", "aws:SourceIp=10.1.2.3"))
    assert allowed["decision"] == "allowed"


def test_the_least_policy_of_a_run(audited, capsys):
    policy = json.loads(told(capsys, audited, "policy", "--principal", ANN))
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "arn:aws:s3:::bucket"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::bucket/key"},
    ]


def test_what_cannot_be_explained_is_said(audited, capsys):
    assert main(["iam", "explain", "no-such-call", "--endpoint", audited.url]) == 1
    assert "no call no-such-call is remembered" in capsys.readouterr().err
    assert main(["iam", "explain", "--endpoint", audited.url]) == 1
