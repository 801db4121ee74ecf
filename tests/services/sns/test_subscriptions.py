"""Subscriptions: endpoints by protocol, idempotency, attributes, lists, the end."""

import json

import pytest


@pytest.mark.parametrize(("protocol", "address", "message"), [
    ("carrier-pigeon", "x", "Invalid parameter: Amazon SNS does not support this protocol string: carrier-pigeon"),
    ("sqs", "unknown", "Invalid parameter: SQS endpoint ARN"),
    ("sqs", "arn:aws:sqs:us-east-1:000000000000:q.fifo",
     "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS "
     "topics"),
    ("lambda", "arn:aws:sqs:us-east-1:000000000000:q", "Invalid parameter: Lambda endpoint ARN"),
    ("http", "https://example.com/", "Invalid parameter: Endpoint must match the specified protocol"),
    ("email", "nobody", "Invalid parameter: Email address"),
    ("sms", "+15--551234567", "Invalid SMS endpoint: +15--551234567"),
    ("sms", "+15551234567.", "Invalid SMS endpoint: +15551234567."),
])  # fmt: skip
def test_endpoints_that_are_refused(sns, topic, refused, protocol, address, message):
    assert refused(sns.subscribe, TopicArn=topic(), Protocol=protocol, Endpoint=address) == (
        "InvalidParameter", message
    )  # fmt: skip


@pytest.mark.parametrize("number", ["+15551234567", "+12/34-567.890"])
def test_phone_numbers_that_are_accepted(sns, topic, number):
    answer = sns.subscribe(TopicArn=topic(), Protocol="sms", Endpoint=number)
    assert answer["SubscriptionArn"].startswith("arn:aws:sns:us-east-1:000000000000:topic:")


def test_people_must_confirm(sns, topic, ledger):
    arn = topic()
    answer = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.com")
    assert answer["SubscriptionArn"] == "pending confirmation"
    listed = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert [each["SubscriptionArn"] for each in listed] == ["PendingConfirmation"]
    sns.publish(TopicArn=arn, Message="too early")
    assert [entry["content"]["Subject"] for entry in ledger(channel="email")] == [
        "AWS Notification - Subscription Confirmation"
    ]
    token = ledger(channel="email")[0]["content"]["Token"]
    confirmed = sns.confirm_subscription(TopicArn=arn, Token=token)["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=confirmed)["Attributes"]
    assert (attributes["PendingConfirmation"], attributes["ConfirmationWasAuthenticated"]) == ("false", "false")
    assert sns.confirm_subscription(TopicArn=arn, Token=token)["SubscriptionArn"] == confirmed
    sns.publish(TopicArn=arn, Message="hello", Subject="Hi")
    newest = ledger(channel="email", to="a@example.com")[0]["content"]
    assert (newest["Subject"], newest["Message"]) == ("Hi", "hello")


def test_a_confirmation_comes_in_time_or_not_at_all(emulator, sns, topic, ledger, refused):
    emulator.freeze()
    arn = topic()
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.com")
    token = ledger()[0]["content"]["Token"]
    emulator.advance(2 * 86_400 + 1)
    assert refused(sns.confirm_subscription, TopicArn=arn, Token=token) == (
        "InvalidParameter", "Invalid parameter: Token"
    )  # fmt: skip
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_tokens_and_topics_that_are_no_such(sns, topic, refused):
    arn = topic()
    assert refused(sns.confirm_subscription, TopicArn=arn, Token="short")[1] == "Invalid parameter: Token"
    assert refused(sns.confirm_subscription, TopicArn=arn, Token="a" * 128)[1] == "Invalid parameter: Token"
    assert refused(sns.confirm_subscription, TopicArn="x", Token="a" * 128)[1] == "Invalid parameter: Topic"


def test_a_second_subscription_of_an_endpoint_is_the_first(sns, topic, subscribed, queue, refused):
    arn = topic()
    target, first = subscribed(arn, RawMessageDelivery="True")
    same = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": target.arn}
    assert sns.subscribe(**same)["SubscriptionArn"] == first
    assert sns.subscribe(**same, Attributes={"RawMessageDelivery": "true"})["SubscriptionArn"] == first
    assert refused(sns.subscribe, **same, Attributes={"RawMessageDelivery": "false"}) == (
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    )


def test_attributes_read_back(sns, topic, subscribed):
    _, subscription = subscribed(topic())
    values = {
        "RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody", "FilterPolicy": '{"a": ["b"]}',
        "RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq"}',
    }  # fmt: skip
    for name, value in values.items():
        sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)
    found = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert values.items() <= found.items()
    for name in ("FilterPolicy", "RedrivePolicy"):
        sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue="")
    found = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert not {"FilterPolicy", "FilterPolicyScope", "RedrivePolicy"} & found.keys()


def test_delivery_policies_of_web_endpoints(sns, topic, web):
    arn = topic("a", DeliveryPolicy='{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}')
    policy = {"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 0}}
    subscription = sns.subscribe(
        TopicArn=arn, Protocol="http", Endpoint=web.url, ReturnSubscriptionArn=True,
        Attributes={"DeliveryPolicy": json.dumps(policy)},
    )["SubscriptionArn"]  # fmt: skip
    found = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    healthy = {
        "minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 0, "numMaxDelayRetries": 0, "numNoDelayRetries": 0,
        "numMinDelayRetries": 0, "backoffFunction": "linear",
    }  # fmt: skip
    rest = {"sicklyRetryPolicy": None, "throttlePolicy": None, "guaranteed": False}
    assert json.loads(found["DeliveryPolicy"]) == {"healthyRetryPolicy": healthy, "requestPolicy": None, **rest}
    assert json.loads(found["EffectiveDeliveryPolicy"]) == {
        "healthyRetryPolicy": healthy, "requestPolicy": {"headerContentType": "application/json"}, **rest
    }  # fmt: skip


@pytest.mark.parametrize(("name", "value", "message"), [
    ("FakeAttribute", "x", "AttributeName"),
    ("RawMessageDelivery", "x", "RawMessageDelivery: Invalid value [x]. Must be true or false."),
    ("FilterPolicyScope", "x",
     "FilterPolicyScope: Invalid value [x]. Please use either MessageBody or MessageAttributes"),
    ("RedrivePolicy", '{"deadLetterTargetArn": "x"}', "RedrivePolicy: deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", '{"maxReceiveCount": 5}',
     "RedrivePolicy: invalid JSON. Attribute maxReceiveCount is unknown."),
    ("RedrivePolicy", "{bad}",
     "RedrivePolicy: failed to parse JSON. Unexpected character ('b' (code 98)): was expecting double-quote to start "
     "field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
     ),
])  # fmt: skip
def test_attributes_that_are_refused(sns, topic, subscribed, refused, name, value, message):
    _, subscription = subscribed(topic())
    assert refused(
        sns.set_subscription_attributes, SubscriptionArn=subscription, AttributeName=name, AttributeValue=value
    ) == ("InvalidParameter", f"Invalid parameter: {message}")


def test_only_some_protocols_know_raw_delivery(sns, topic, refused):
    given = {"TopicArn": topic(), "Protocol": "sms", "Endpoint": "+15550100"}
    assert refused(sns.subscribe, **given, Attributes={"RawMessageDelivery": "false"})[1] == (
        "Invalid parameter: Attributes Reason: Delivery protocol [sms] does not support raw message delivery."
    )
    subscription = sns.subscribe(**given)["SubscriptionArn"]
    assert refused(
        sns.set_subscription_attributes, SubscriptionArn=subscription, AttributeName="RawMessageDelivery",
        AttributeValue="true",
    )[1] == "Invalid parameter: Delivery protocol [sms] does not support raw message delivery."  # fmt: skip


def test_firehose_needs_a_role(sns, topic, refused):
    stream = "arn:aws:firehose:us-east-1:000000000000:deliverystream/s"
    assert refused(sns.subscribe, TopicArn=topic(), Protocol="firehose", Endpoint=stream)[0] == "InvalidParameter"
    role = {"SubscriptionRoleArn": "arn:aws:iam::000000000000:role/r"}
    answer = sns.subscribe(TopicArn=topic(), Protocol="firehose", Endpoint=stream, Attributes=role)
    found = sns.get_subscription_attributes(SubscriptionArn=answer["SubscriptionArn"])["Attributes"]
    assert found["SubscriptionRoleArn"] == role["SubscriptionRoleArn"]


def test_lists_are_paged_by_a_hundred(sns, topic):
    arn = topic()
    for number in range(103):
        sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint=f"+1555{number:07}")
    for operation, given in ((sns.list_subscriptions, {}), (sns.list_subscriptions_by_topic, {"TopicArn": arn})):
        first = operation(**given)
        second = operation(**given, NextToken=first["NextToken"])
        endpoints = {each["Endpoint"] for each in first["Subscriptions"] + second["Subscriptions"]}
        assert (len(first["Subscriptions"]), len(endpoints), "NextToken" in second) == (100, 103, False)


def test_subscribers_see_their_subscriptions_to_topics_of_others(client, sns, topic):
    arn = topic()
    theirs = client("sns", access_key="111111111111")
    theirs.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15550100")
    assert [each["TopicArn"] for each in theirs.list_subscriptions()["Subscriptions"]] == [arn]
    assert sns.list_subscriptions()["Subscriptions"] == []
    assert sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"][0]["Owner"] == "111111111111"


def test_the_end_of_a_subscription(sns, topic, subscribed, refused):
    arn = topic()
    target, subscription = subscribed(arn)
    sns.unsubscribe(SubscriptionArn=subscription)
    sns.unsubscribe(SubscriptionArn=subscription)
    sns.publish(TopicArn=arn, Message="m")
    assert target.messages() == []
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["SubscriptionsDeleted"] == "1"
    assert refused(sns.unsubscribe, SubscriptionArn="x") == (
        "InvalidParameter",
        "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
    )
    assert refused(sns.unsubscribe, SubscriptionArn=arn)[1] == "Invalid parameter: SubscriptionId"


def test_a_queue_of_another_account_must_agree(client, sns, topic):
    theirs = client("sqs", access_key="111111111111")
    url = theirs.create_queue(QueueName="theirs")["QueueUrl"]
    arn = topic()
    answer = sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:111111111111:theirs")
    assert answer["SubscriptionArn"] == "pending confirmation"
    asked = json.loads(theirs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert asked["Type"] == "SubscriptionConfirmation"
    sns.confirm_subscription(TopicArn=arn, Token=asked["Token"])
    sns.publish(TopicArn=arn, Message="now")
    assert json.loads(theirs.receive_message(QueueUrl=url)["Messages"][0]["Body"])["Message"] == "now"
