"""IAM on the way of events: buses of other accounts, targets that must be allowed."""

import json

import boto3
import pytest

from emulator.testing.inprocess import InProcess

BUS = "arn:aws:events:us-east-1:222222222222:event-bus/default"
ENTRY = {"Source": "app", "DetailType": "kind", "Detail": "{}"}


@pytest.fixture(scope="module")
def enforcing():
    started = InProcess(iam="enforce").start()
    yield started
    started.stop()


@pytest.fixture
def caller(enforcing):
    enforcing.reset()

    def make(service, account, secret="test"):
        return boto3.client(service, endpoint_url=enforcing.url, region_name="us-east-1", aws_access_key_id=account,
                            aws_secret_access_key=secret)  # fmt: skip

    return make


def test_a_bus_of_another_account_must_allow_it(caller):
    mine, theirs = caller("events", "111111111111"), caller("events", "222222222222")
    with pytest.raises(mine.exceptions.ClientError) as caught:
        mine.put_events(Entries=[{**ENTRY, "EventBusName": BUS}])
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    theirs.put_permission(Action="events:PutEvents", Principal="111111111111", StatementId="s")
    assert mine.put_events(Entries=[{**ENTRY, "EventBusName": BUS}])["FailedEntryCount"] == 0


def test_a_queue_must_allow_events(caller):
    events, sqs = caller("events", "111111111111"), caller("sqs", "111111111111")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("q", "dead")}
    arns = {name: f"arn:aws:sqs:us-east-1:111111111111:{name}" for name in urls}

    def allow(name):
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
                     "Resource": arns[name], "Condition": {"ArnEquals": {
                         "aws:SourceArn": "arn:aws:events:us-east-1:111111111111:rule/r"}}}  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=urls[name], Attributes={"Policy": policy})

    allow("dead")
    events.put_rule(Name="r", EventPattern='{"source":["app"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arns["q"], "DeadLetterConfig": {"Arn": arns["dead"]}}])
    events.put_events(Entries=[ENTRY])
    letter = sqs.receive_message(QueueUrl=urls["dead"], MessageAttributeNames=["All"])["Messages"][0]
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    allow("q")
    events.put_events(Entries=[ENTRY])
    assert len(sqs.receive_message(QueueUrl=urls["q"])["Messages"]) == 1


def test_a_user_is_held_to_the_rule_that_it_may_change(caller):
    iam = caller("iam", "111111111111")
    iam.create_user(UserName="u")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "events:*", "Resource": [
        "arn:aws:events:us-east-1:111111111111:rule/mine",
        "arn:aws:events:us-east-1:111111111111:connection/mine/*"]}]}  # fmt: skip
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="u")["AccessKey"]
    events = caller("events", key["AccessKeyId"], key["SecretAccessKey"])
    events.put_rule(Name="mine", EventPattern='{"source":["app"]}')
    events.create_connection(Name="mine", AuthorizationType="BASIC", AuthParameters={
        "BasicAuthParameters": {"Username": "u", "Password": "p"}})  # fmt: skip
    events.delete_connection(Name="mine")
    for refused in (
        lambda: events.put_rule(Name="other", EventPattern='{"source":["app"]}'), lambda: events.list_rules(),
        lambda: events.describe_connection(Name="other"),
    ):  # fmt: skip
        with pytest.raises(events.exceptions.ClientError) as caught:
            refused()
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


def test_services_reach_the_default_bus(caller):
    """What S3 tells EventBridge of a bucket needs nobody's leave."""
    events, sqs, s3 = (caller(name, "111111111111") for name in ("events", "sqs", "s3"))
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
                 "Resource": "*"}  # fmt: skip
    sqs.set_queue_attributes(QueueUrl=url, Attributes={
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})})  # fmt: skip
    events.put_rule(Name="r", EventPattern='{"source":["aws.s3"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": "arn:aws:sqs:us-east-1:111111111111:q"}])
    s3.create_bucket(Bucket="told")
    s3.put_bucket_notification_configuration(Bucket="told", NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_object(Bucket="told", Key="k", Body=b"x")
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"])["detail-type"] == "Object Created"
