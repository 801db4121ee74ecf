"""What IAM asks before a call: the caller's policies and those of streams."""

import json

import pytest
from botocore.exceptions import ClientError

from emulator.testing import InProcess

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"


@pytest.fixture
def enforced():
    running = InProcess(iam="enforce").start()
    yield running
    running.stop()


def test_policies_of_callers_and_streams_decide(enforced):
    import boto3

    def connect(service, **keys):
        keys = {"aws_access_key_id": "000000000000", "aws_secret_access_key": "test", **keys}
        return boto3.client(service, endpoint_url=enforced.url, region_name="us-east-1", **keys)

    owner, iam = connect("kinesis"), connect("iam")
    owner.create_stream(StreamName="clicks", ShardCount=1)
    owner.put_record(StreamName="clicks", Data=b"x", PartitionKey="k")
    iam.create_user(UserName="reader")
    statement = {"Effect": "Allow", "Action": ["kinesis:Get*"], "Resource": ARN}
    iam.put_user_policy(
        UserName="reader",
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    reader = connect("kinesis", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    iterator = reader.get_shard_iterator(
        StreamName="clicks", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert len(reader.get_records(ShardIterator=iterator)["Records"]) == 1
    with pytest.raises(ClientError) as caught:
        reader.put_record(StreamName="clicks", Data=b"x", PartitionKey="k")
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    stranger = connect("kinesis", aws_access_key_id="222222222222")
    with pytest.raises(ClientError):
        stranger.put_record(StreamARN=ARN, Data=b"x", PartitionKey="k")
    owner.put_resource_policy(
        ResourceARN=ARN,
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": "222222222222"},
                        "Action": "kinesis:PutRecord",
                        "Resource": ARN,
                    }
                ],
            }
        ),
    )
    assert stranger.put_record(StreamARN=ARN, Data=b"x", PartitionKey="k")["ShardId"]
