"""Publish and PublishBatch: what is refused, what arrives in queues, dead letters."""

import base64
import json
import urllib.request

import pytest

ATTRIBUTES = {
    "attr1": {"DataType": "Number", "StringValue": "111"}, "attr2": {"DataType": "Binary", "BinaryValue": b"\2\3\4"}
}  # fmt: skip


def test_a_notification_in_a_queue(emulator, sns, topic, subscribed, endpoint):
    emulator.freeze(1_800_014_400.25)
    arn = topic()
    target, subscription = subscribed(arn)
    published = sns.publish(TopicArn=arn, Message='say "hällo"', Subject="s", MessageAttributes=ATTRIBUTES)
    (body,) = target.bodies()
    found = json.loads(body)
    assert list(found) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
        "SigningCertURL", "UnsubscribeURL", "MessageAttributes",
    ]  # fmt: skip
    assert len(base64.b64decode(found.pop("Signature"))) == 256
    assert found.pop("SigningCertURL").startswith(f"{endpoint}/SimpleNotificationService-")
    assert found == {
        "Type": "Notification", "MessageId": published["MessageId"], "TopicArn": arn, "Subject": "s",
        "Message": 'say "hällo"', "Timestamp": "2027-01-15T12:00:00.250Z", "SignatureVersion": "1",
        "UnsubscribeURL": f"{endpoint}/?Action=Unsubscribe&SubscriptionArn={subscription}",
        "MessageAttributes": {
            "attr2": {"Type": "Binary", "Value": "AgME"}, "attr1": {"Type": "Number", "Value": "111"}
        },
    }  # fmt: skip
    assert body.startswith('{\n  "Type" : "Notification",\n  "MessageId" : "')
    assert '  "MessageAttributes" : {\n    "attr2" : {"Type":"Binary","Value":"AgME"},\n' in body


def test_raw_delivery_keeps_message_and_attributes(sns, topic, subscribed):
    arn = topic()
    target, _ = subscribed(arn, RawMessageDelivery="true")
    sns.publish(TopicArn=arn, Message="m", MessageAttributes=ATTRIBUTES)
    (message,) = target.messages()
    assert (message["Body"], message["MessageAttributes"]) == ("m", ATTRIBUTES)


def test_one_message_to_ten_queues(sns, topic, subscribed):
    arn = topic()
    targets = [subscribed(arn, f"q{number}")[0] for number in range(10)]
    sns.publish(TopicArn=arn, Message="m")
    found = [target.notifications() for target in targets]
    assert [len(each) for each in found] == [1] * 10
    assert len({each["Signature"] for (each,) in found}) == 1
    assert len({each["UnsubscribeURL"] for (each,) in found}) == 10


def test_texts_per_protocol(sns, topic, subscribed, ledger):
    arn = topic()
    target, _ = subscribed(arn)
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15550100")
    sns.publish(
        TopicArn=arn, MessageStructure="json", Message=json.dumps({"default": "all", "sqs": "queue", "sms": "phone"})
    )
    sns.publish(TopicArn=arn, MessageStructure="json", Message=json.dumps({"default": "all", "sqs": {"no": "text"}}))
    assert [each["Message"] for each in target.notifications()] == ["queue", "all"]
    assert [entry["content"]["Message"] for entry in ledger(channel="sms")] == ["all", "phone"]


@pytest.mark.parametrize(("given", "message"), [
    ({"Message": ""}, "Empty message"),
    ({"Message": "m", "Subject": ""}, "Subject"),
    ({"Message": "m", "Subject": "s" * 101}, "Subject"),
    ({"Message": "m", "Subject": "two\nlines"}, "Subject"),
    ({"Message": '{"sqs": "x"}', "MessageStructure": "json"},
     "Message Structure - No default entry in JSON message body"),
    ({"Message": "{", "MessageStructure": "json"}, "Message Structure - JSON message body failed to parse"),
    ({"Message": "m" * 262_145}, "Message too long"),
])  # fmt: skip
def test_messages_that_are_refused(sns, topic, refused, given, message):
    assert refused(sns.publish, TopicArn=topic(), **given) == ("InvalidParameter", f"Invalid parameter: {message}")


@pytest.mark.parametrize(("name", "value", "message"), [
    ("a", {"DataType": "String", "StringValue": ""},
     "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."),
    ("a", {"DataType": "Number", "BinaryValue": b"1"},
     "The message attribute 'a' with type 'Number' must use field 'String'."),
    ("a", {"DataType": "Other", "StringValue": "1"},
     "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, "
     "Number, and String."),
    ("a", {"DataType": "Number", "StringValue": "x"}, "Could not cast message attribute 'a' value to number."),
    ("a^", {"DataType": "String", "StringValue": "x"},
     "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include "
     "alphanumeric characters, hyphens, underscores, or dots."),
    ("a..b", {"DataType": "String", "StringValue": "x"},
     "Message attribute name can not have successive '.' character."),
    ("a" * 257, {"DataType": "String", "StringValue": "x"},
     "Length of message attribute name must be less than 256 bytes."),
])  # fmt: skip
def test_attributes_that_are_refused(sns, topic, refused, name, value, message):
    arn = topic()
    entry = {"Id": "1", "Message": "m", "MessageAttributes": {name: value}}
    expected = ("ParameterValueInvalid", message)
    assert refused(sns.publish, TopicArn=arn, Message="m", MessageAttributes={name: value}) == expected
    assert refused(sns.publish_batch, TopicArn=arn, PublishBatchRequestEntries=[entry]) == expected


@pytest.mark.parametrize(("target", "message"), [
    ({}, "TopicArn or TargetArn Reason: no value for required parameter"),
    ({"TopicArn": "x:1"}, "TopicArn Reason: An ARN must have at least 6 elements, not 2"),
    ({"PhoneNumber": "+1a234"}, "PhoneNumber Reason: +1a234 is not valid to publish to"),
    ({"TargetArn": "arn:aws:sns:us-east-1:000000000000:endpoint/APNS/a/0f7d5971-aa8b-4bd5-b585-0826e9f93a66"},
     "TargetArn Reason: No endpoint found for the target arn specified"),
])  # fmt: skip
def test_targets_that_are_refused(sns, refused, target, message):
    assert refused(sns.publish, Message="m", **target) == ("InvalidParameter", f"Invalid parameter: {message}")


def test_a_topic_may_take_larger_messages(sns, topic, subscribed, refused):
    arn = topic(MaximumMessageSize="1048576")
    target, _ = subscribed(arn, RawMessageDelivery="true")
    sns.publish(TopicArn=arn, Message="m" * 1_048_576)
    assert [len(body) for body in target.bodies()] == [1_048_576]
    assert refused(sns.publish, TopicArn=arn, Message="m" * 1_048_577)[1] == "Invalid parameter: Message too long"
    assert refused(sns.subscribe, TopicArn=arn, Protocol="sms", Endpoint="+15550100")[0] == "InvalidParameter"
    small = topic("small", MaximumMessageSize="1024")
    assert refused(sns.publish, TopicArn=small, Message="m" * 1025)[1] == "Invalid parameter: Message too long"


def test_a_target_may_be_a_topic(sns, topic, subscribed):
    arn = topic()
    target, _ = subscribed(arn, RawMessageDelivery="true")
    sns.publish(TargetArn=arn, Message="m")
    assert target.bodies() == ["m"]


def test_a_batch(sns, topic, subscribed):
    arn = topic()
    target, _ = subscribed(arn, RawMessageDelivery="true")
    entries = [{"Id": str(number), "Message": f"m{number}"} for number in range(10)]
    answer = sns.publish_batch(TopicArn=arn, PublishBatchRequestEntries=entries)
    assert [each["Id"] for each in answer["Successful"]] == [str(number) for number in range(10)]
    assert answer["Failed"] == []
    assert sorted(target.bodies()) == [f"m{number}" for number in range(10)]


@pytest.mark.parametrize(("entries", "code"), [
    ([], "EmptyBatchRequest"),
    ([{"Id": str(number), "Message": "m"} for number in range(11)], "TooManyEntriesInBatchRequest"),
    ([{"Id": "1", "Message": "m"}] * 2, "BatchEntryIdsNotDistinct"),
    ([{"Id": "a.b", "Message": "m"}], "InvalidBatchEntryId"),
    ([{"Id": "a" * 81, "Message": "m"}], "InvalidBatchEntryId"),
    ([{"Id": "1", "Message": "m" * 131_072}, {"Id": "2", "Message": "m" * 131_073}], "BatchRequestTooLong"),
    ([{"Id": "1", "Message": "m"}, {"Id": "2", "Message": ""}], "InvalidParameter"),
])  # fmt: skip
def test_batches_that_are_refused(sns, topic, subscribed, refused, entries, code):
    arn = topic()
    target, _ = subscribed(arn)
    assert refused(sns.publish_batch, TopicArn=arn, PublishBatchRequestEntries=entries)[0] == code
    assert target.messages() == []


@pytest.mark.parametrize("raw", ["true", "false"])
def test_what_a_missing_queue_does_not_get_goes_to_the_dead_letter_queue(sns, topic, subscribed, queue, raw):
    arn = topic()
    letters = queue("dlq")
    policy = json.dumps({"deadLetterTargetArn": letters.arn})
    gone, _ = subscribed(arn, "gone", RedrivePolicy=policy, RawMessageDelivery=raw)
    gone.delete()
    sns.publish(TopicArn=arn, Message="m", MessageAttributes=ATTRIBUTES)
    (message,) = letters.messages()
    if raw == "true":
        assert (message["Body"], message["MessageAttributes"]) == ("m", ATTRIBUTES)
    else:
        assert json.loads(message["Body"])["Message"] == "m"
        assert "MessageAttributes" not in message


def test_a_function_that_is_not_there_is_a_dead_letter(sns, topic, queue):
    arn = topic()
    letters = queue("dlq")
    function = "arn:aws:lambda:us-east-1:000000000000:function:none"
    sns.subscribe(
        TopicArn=arn, Protocol="lambda", Endpoint=function,
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": letters.arn})},
    )  # fmt: skip
    sns.publish(TopicArn=arn, Message="m")
    assert [each["Message"] for each in letters.notifications()] == ["m"]


def test_a_queue_that_fails_is_tried_again(emulator, endpoint, sns, topic, subscribed):
    def faults(rules):
        request = urllib.request.Request(
            f"{endpoint}/_emulator/faults", json.dumps({"faults": rules}).encode(), method="PUT"
        )
        urllib.request.urlopen(request).read()

    emulator.freeze()
    arn = topic()
    target, _ = subscribed(arn, RawMessageDelivery="true")
    faults([{"service": "sqs", "operation": "SendMessage", "code": "InternalError", "message": "x", "status": 500}])
    sns.publish(TopicArn=arn, Message="m")
    emulator.advance(0.5)
    assert target.bodies() == []
    faults([])
    emulator.advance(2)
    assert target.bodies() == ["m"]


def test_traces_and_groups_reach_queues(sns, topic, subscribed):
    arn = topic()
    target, _ = subscribed(arn)
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    sns.meta.events.register(
        "before-send.sns.Publish", lambda request, **_: request.headers.__setitem__("X-Amzn-Trace-Id", trace)
    )
    sns.publish(TopicArn=arn, Message="m", MessageGroupId="g")
    (message,) = target.messages()
    assert message["Attributes"]["AWSTraceHeader"] == trace
    assert message["Attributes"]["MessageGroupId"] == "g"
