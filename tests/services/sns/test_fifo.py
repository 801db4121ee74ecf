"""FIFO topics: groups, deduplication, numbers, archive and replay."""

import json
from hashlib import sha256

import pytest

from tests.services.sns.conftest import NOON


def test_what_a_fifo_topic_wants(sns, topic, refused):
    arn = topic("t.fifo")
    assert refused(sns.publish, TopicArn=arn, Message="m")[1] == (
        "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    )
    assert refused(sns.publish, TopicArn=arn, Message="m", MessageGroupId="g")[1] == (
        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
        "MessageDeduplicationId provided explicitly"
    )
    assert refused(sns.publish, TopicArn=topic("t"), Message="m", MessageDeduplicationId="d")[0] == "InvalidParameter"
    assert refused(sns.subscribe, TopicArn=arn, Protocol="email", Endpoint="a@example.com")[1] == (
        "Invalid parameter: Invalid protocol type: email"
    )


@pytest.mark.parametrize("content_based", ["true", "false"])
def test_messages_arrive_once_and_in_order(sns, topic, subscribed, content_based):
    arn = topic("t.fifo", ContentBasedDeduplication=content_based)
    target, _ = subscribed(arn, "q.fifo")
    answers = []
    for text in ("one", "two", "one"):
        given = {} if content_based == "true" else {"MessageDeduplicationId": text}
        answers.append(sns.publish(TopicArn=arn, Message=text, MessageGroupId="g", **given))
    assert answers[0]["MessageId"] == answers[2]["MessageId"]
    assert answers[0]["SequenceNumber"] == answers[2]["SequenceNumber"] < answers[1]["SequenceNumber"]
    messages = target.messages()
    found = [json.loads(each["Body"]) for each in messages]
    assert [each["Message"] for each in found] == ["one", "two"]
    assert list(found[0]) == [
        "Type", "MessageId", "SequenceNumber", "TopicArn", "Message", "Timestamp", "UnsubscribeURL"
    ]  # fmt: skip
    assert found[0]["SequenceNumber"] == answers[0]["SequenceNumber"]
    attributes = messages[0]["Attributes"]
    expected = sha256(b"one").hexdigest() if content_based == "true" else "one"
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == ("g", expected)


def test_deduplication_ends_after_five_minutes(emulator, sns, topic, subscribed):
    emulator.freeze(NOON)
    arn = topic("t.fifo", ContentBasedDeduplication="true")
    target, _ = subscribed(arn, "q.fifo", RawMessageDelivery="true")
    first = sns.publish(TopicArn=arn, Message="m", MessageGroupId="g")
    emulator.advance(301)
    assert sns.publish(TopicArn=arn, Message="m", MessageGroupId="g")["MessageId"] != first["MessageId"]
    assert target.bodies() == ["m", "m"]


def test_deduplication_per_group(sns, topic, subscribed):
    arn = topic("t.fifo", ContentBasedDeduplication="true", FifoThroughputScope="MessageGroup")
    ids = {sns.publish(TopicArn=arn, Message="m", MessageGroupId=group)["MessageId"] for group in "ab"}
    assert len(ids) == 2


def test_a_replay_brings_back_what_the_archive_holds(emulator, sns, topic, subscribed):
    emulator.freeze(NOON)
    arn = topic("t.fifo", ContentBasedDeduplication="true", ArchivePolicy='{"MessageRetentionPeriod":"1"}')
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["BeginningArchiveTime"] == "2027-01-15T12:00:00.000Z"
    target, subscription = subscribed(arn, "q.fifo")
    for number in range(3):
        sns.publish(TopicArn=arn, Message=f"m{number}", MessageGroupId="g")
        emulator.advance(60)
    first = target.notifications()
    policy = {"PointType": "Timestamp", "StartingPoint": "2027-01-15T12:00:30Z"}
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="ReplayPolicy", AttributeValue=json.dumps(policy)
    )
    emulator.advance(1)
    again = target.notifications()
    assert [each["Message"] for each in again] == ["m1", "m2"]
    assert [each["MessageId"] for each in again] == [each["MessageId"] for each in first[1:]]
    assert all(each["Replayed"] for each in again)
    status = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["ReplayStatus"]
    assert status == "Completed"


def test_a_replay_with_an_end_brings_nothing_new(emulator, sns, topic, subscribed):
    emulator.freeze(NOON)
    arn = topic("t.fifo", ContentBasedDeduplication="true", ArchivePolicy='{"MessageRetentionPeriod":"1"}')
    sns.publish(TopicArn=arn, Message="old", MessageGroupId="g")
    emulator.advance(60)
    policy = {
        "PointType": "Timestamp", "StartingPoint": "2027-01-15T12:00:00Z", "EndingPoint": "2027-01-15T12:00:30Z"
    }  # fmt: skip
    target, _ = subscribed(arn, "q.fifo", RawMessageDelivery="true", ReplayPolicy=json.dumps(policy))
    emulator.advance(1)
    sns.publish(TopicArn=arn, Message="new", MessageGroupId="g")
    assert target.bodies() == ["old"]


def test_a_replay_needs_an_archive(sns, topic, subscribed, refused):
    _, subscription = subscribed(topic("t.fifo"), "q.fifo")
    policy = json.dumps({"PointType": "Timestamp", "StartingPoint": "2027-01-15T12:00:30Z"})
    assert refused(
        sns.set_subscription_attributes, SubscriptionArn=subscription, AttributeName="ReplayPolicy",
        AttributeValue=policy,
    )[0] == "InvalidParameter"  # fmt: skip
