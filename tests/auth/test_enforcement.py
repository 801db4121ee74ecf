"""Enforcement end to end: principals made through IAM, calling services with their own keys."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing.inprocess import InProcess

ACCOUNT = "000000000000"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"


def document(*statements) -> str:
    base = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    chosen = [{name: value for name, value in {**base, **each}.items() if value is not None} for each in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": chosen})


class World:
    """An emulator that enforces, its root, and users that a test makes."""

    def __init__(self, running: InProcess):
        self.running = running

    def client(self, service: str, keys: dict | None = None):
        keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service, endpoint_url=self.running.url, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"),
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )  # fmt: skip

    def user(self, name: str, *statements, boundary: str | None = None) -> dict:
        """A user with an inline policy; returns its access key."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        if boundary:
            arn = iam.create_policy(PolicyName=f"{name}-boundary", PolicyDocument=boundary)["Policy"]["Arn"]
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn)
        return iam.create_access_key(UserName=name)["AccessKey"]


@pytest.fixture(scope="module")
def running():
    started = InProcess(iam="enforce").start()
    yield started
    started.stop()


@pytest.fixture
def world(running):
    running.reset()
    return World(running)


def refused(call, **arguments) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_user_needs_a_statement(world):
    url = world.client("sqs").create_queue(QueueName="queue")["QueueUrl"]
    keys = world.user("ann")
    assert refused(world.client("sqs", keys).send_message, QueueUrl=url, MessageBody="x") == (
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: sqs:sendmessage on resource: {QUEUE} "
        "because no identity-based policy allows the sqs:sendmessage action",
    )
    world.client("iam").put_user_policy(
        UserName="ann", PolicyName="p", PolicyDocument=document({"Action": "sqs:SendMessage", "Resource": QUEUE})
    )
    assert world.client("sqs", keys).send_message(QueueUrl=url, MessageBody="x")["MessageId"]
    assert refused(world.client("sqs", keys).receive_message, QueueUrl=url)[0] == "AccessDenied"


def test_a_boundary_limits_and_a_deny_wins(world):
    world.client("s3").create_bucket(Bucket="bucket")
    bounded = world.client("s3", world.user("ann", {}, boundary=document({"Action": "s3:ListBucket"})))
    assert bounded.list_objects_v2(Bucket="bucket")["KeyCount"] == 0
    assert refused(bounded.put_object, Bucket="bucket", Key="key") == (
        "AccessDenied",
        f'User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: s3:PutObject on resource: '
        '"arn:aws:s3:::bucket/key" because no permissions boundary allows the s3:PutObject action',
    )
    denied = world.client("s3", world.user("bea", {}, {"Effect": "Deny", "Action": "s3:Put*"}))
    _, message = refused(denied.put_object, Bucket="bucket", Key="key")
    assert message.endswith('"arn:aws:s3:::bucket/key" with an explicit deny in an identity-based policy')


def test_groups_and_managed_policies_count(world):
    iam, keys = world.client("iam"), world.user("ann")
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert refused(world.client("s3", keys).list_buckets)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName="readers", UserName="ann")
    assert world.client("s3", keys).list_buckets()["Buckets"] == []


def test_conditions_and_variables(world):
    s3 = world.client("s3")
    s3.create_bucket(Bucket="bucket")
    keys = world.user(
        "ann",
        {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::bucket/home/${aws:username}/*"},
        {"Action": "s3:ListBucket", "Condition": {"StringLike": {"s3:prefix": "home/${aws:username}/*"}}},
    )
    own = world.client("s3", keys)
    own.put_object(Bucket="bucket", Key="home/ann/key")
    assert refused(own.put_object, Bucket="bucket", Key="home/bea/key")[0] == "AccessDenied"
    assert own.list_objects_v2(Bucket="bucket", Prefix="home/ann/")["KeyCount"] == 1
    assert refused(own.list_objects_v2, Bucket="bucket")[0] == "AccessDenied"


def test_a_batch_is_decided_key_by_key(world):
    s3 = world.client("s3")
    s3.create_bucket(Bucket="bucket")
    for key in ("own/a", "others/b"):
        s3.put_object(Bucket="bucket", Key=key)
    keys = world.user("ann", {"Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::bucket/own/*"})
    batch = {"Objects": [{"Key": "own/a"}, {"Key": "others/b"}]}
    answer = world.client("s3", keys).delete_objects(Bucket="bucket", Delete=batch)
    assert [each["Key"] for each in answer["Deleted"]] == ["own/a"]
    (refusal,) = answer["Errors"]
    assert (refusal["Key"], refusal["Code"]) == ("others/b", "AccessDenied")
    assert "is not authorized to perform: s3:DeleteObject on resource: " in refusal["Message"]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["others/b"]


def test_the_bypass_of_governance_is_an_action_of_its_own(world):
    s3 = world.client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2100-01-01T00:00:00Z"}
    place = {"Bucket": "locked", "Key": "k"}
    place["VersionId"] = s3.put_object(**place, **lock)["VersionId"]
    free = s3.put_object(Bucket="locked", Key="free")["VersionId"]
    without = world.client("s3", world.user("ann", {"Action": "s3:DeleteObjectVersion"}))
    assert refused(without.delete_object, **place, BypassGovernanceRetention=True)[0] == "AccessDenied"
    batch = {"Objects": [{"Key": "k", "VersionId": place["VersionId"]}, {"Key": "free", "VersionId": free}]}
    answer = without.delete_objects(Bucket="locked", Delete=batch, BypassGovernanceRetention=True)
    assert [each["Key"] for each in answer["Errors"]] == ["k"]
    assert [each["Key"] for each in answer["Deleted"]] == ["free"]
    may = world.client("s3", world.user(
        "bea", {"Action": ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"]}
    ))  # fmt: skip
    assert refused(may.delete_object, **place)[0] == "AccessDenied"
    may.delete_object(**place, BypassGovernanceRetention=True)


def test_a_queues_policy_lets_a_user_in(world):
    sqs = world.client("sqs")
    keys = world.user("ann")
    statement = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}, "Action": "sqs:SendMessage",
                 "Resource": QUEUE}  # fmt: skip
    url = sqs.create_queue(QueueName="queue", Attributes={"Policy": document(statement)})["QueueUrl"]
    assert world.client("sqs", keys).send_message(QueueUrl=url, MessageBody="x")["MessageId"]
    delegated = document({**statement, "Principal": {"AWS": ACCOUNT}})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": delegated})
    assert refused(world.client("sqs", keys).send_message, QueueUrl=url, MessageBody="x")[0] == "AccessDenied"


def test_another_account_needs_both_sides(world):
    stranger = world.client("sqs", {"AccessKeyId": "111111111111", "SecretAccessKey": "test"})
    sqs = world.client("sqs")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    _, message = refused(stranger.send_message, QueueUrl=url, MessageBody="x")
    assert message.endswith("because no resource-based policy allows the sqs:sendmessage action")
    let_in = {"Principal": {"AWS": "111111111111"}, "Action": "sqs:SendMessage", "Resource": QUEUE}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(let_in)})
    assert stranger.send_message(QueueUrl=url, MessageBody="x")["MessageId"]


def test_a_topic_reaches_a_queue_only_by_its_policy(world):
    sqs, sns = world.client("sqs"), world.client("sns")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    sns.publish(TopicArn=topic, Message="lost")
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    let_in = {"Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": QUEUE,
              "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}  # fmt: skip
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(let_in)})
    sns.publish(TopicArn=topic, Message="found")
    assert "found" in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"][0]["Body"]


def test_tags_decide(world):
    keys = world.user(
        "ann", {"Action": "sqs:*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}},
        {"Action": "sqs:CreateQueue", "Condition": {"StringEquals": {"aws:RequestTag/team": "red"}}},
    )  # fmt: skip
    own = world.client("sqs", keys)
    assert refused(own.create_queue, QueueName="blue", tags={"team": "blue"})[0] == "AccessDenied"
    url = own.create_queue(QueueName="red", tags={"team": "red"})["QueueUrl"]
    assert own.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    blue = world.client("sqs").create_queue(QueueName="blue")["QueueUrl"]
    assert refused(own.get_queue_attributes, QueueUrl=blue, AttributeNames=["QueueArn"])[0] == "AccessDenied"


def test_iam_itself_is_guarded(world):
    own = world.client("iam", world.user("ann", {"Action": "iam:*AccessKey*",
                                                 "Resource": f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"}))
    assert len(own.list_access_keys()["AccessKeyMetadata"]) == 1
    world.user("bea")
    code, message = refused(own.list_access_keys, UserName="bea")
    assert code == "AccessDenied"
    assert f"iam:ListAccessKeys on resource: arn:aws:iam::{ACCOUNT}:user/bea" in message


def test_the_log_tells_why(world):
    keys = world.user("ann", {"Sid": "NoPut", "Effect": "Deny", "Action": "s3:PutObject"}, {"Action": "s3:*"})
    s3 = world.client("s3", keys)
    s3.create_bucket(Bucket="bucket")
    refused(s3.put_object, Bucket="bucket", Key="key")
    row = world.running.requests(operation="PutObject")[0]
    assert row["authorization"] == [{
        "action": "s3:PutObject", "resource": "arn:aws:s3:::bucket/key", "decision": "explicitDeny",
        "reason": "with an explicit deny in an identity-based policy", "statements": ["own/NoPut"],
    }]  # fmt: skip
