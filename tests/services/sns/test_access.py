"""Callers without a signature, when signatures are verified."""

import json
import urllib.error
import urllib.parse
import urllib.request

import boto3
import pytest

from emulator.testing import emulated


@pytest.fixture(scope="module")
def strict():
    with emulated(verify_signatures=True) as running:
        yield running


@pytest.fixture
def owner(strict):
    strict.reset()
    return boto3.client(
        "sns", endpoint_url=strict.url, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test",
    )  # fmt: skip


def ask(strict, **arguments) -> str:
    query = urllib.parse.urlencode({"Version": "2010-03-31", **arguments})
    with urllib.request.urlopen(f"{strict.url}/?{query}") as answer:
        return answer.read().decode()


def test_the_default_policy_lets_nobody_publish(strict, owner):
    arn = owner.create_topic(Name="a")["TopicArn"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(strict, Action="Publish", TopicArn=arn, Message="m")
    assert caught.value.code == 403
    assert b"<Code>AuthorizationError</Code>" in caught.value.read()


def test_a_policy_may_let_everybody_publish(strict, owner):
    arn = owner.create_topic(Name="a")["TopicArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": arn}
    owner.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps({"Statement": [statement]})
    )
    assert "<MessageId>" in ask(strict, Action="Publish", TopicArn=arn, Message="m")


def test_links_need_no_signature(strict, owner):
    arn = owner.create_topic(Name="a")["TopicArn"]
    subscription = owner.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15550100")["SubscriptionArn"]
    ask(strict, Action="Unsubscribe", SubscriptionArn=subscription)
    assert owner.list_subscriptions()["Subscriptions"] == []
