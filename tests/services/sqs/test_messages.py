"""Messages of standard queues: send, receive, hide, delete, expire."""

import hashlib

import pytest

FORBIDDEN = (
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD"
    " | #x10000 to #x10FFFF"
)
STRING = {"DataType": "String", "StringValue": "Bar"}


def received(sqs, url, **parameters):
    (message,) = sqs.receive_message(QueueUrl=url, **parameters)["Messages"]
    return message


def test_send_receive_delete(sqs, make_queue, attribute, bodies):
    url = make_queue()
    sent = sqs.send_message(QueueUrl=url, MessageBody="grüße\t\r\n🎉")
    assert sent["MD5OfMessageBody"] == hashlib.md5("grüße\t\r\n🎉".encode()).hexdigest()
    message = received(sqs, url)
    assert (message["Body"], message["MessageId"]) == ("grüße\t\r\n🎉", sent["MessageId"])
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert set(message) == {"Body", "MessageId", "MD5OfBody", "ReceiptHandle"}
    assert bodies(url) == []
    assert attribute(url, "ApproximateNumberOfMessagesNotVisible") == "1"
    for _ in range(2):  # a second time is no error
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert attribute(url, "ApproximateNumberOfMessagesNotVisible") == "0"


def test_digests_of_attributes_as_aws_computes_them(sqs, make_queue):
    url = make_queue(VisibilityTimeout="0")
    three = {"Help.Me": "Me", "Hello": "There", "General": "Kenobi"}
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in three.items()}
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    sent = sqs.send_message(
        QueueUrl=url, MessageBody="msg", MessageAttributes=attributes,
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": trace}},
    )  # fmt: skip
    assert sent["MD5OfMessageAttributes"] == "4c360f3fdafd970e05fae2f149d997f5"
    assert sent["MD5OfMessageSystemAttributes"] == "5ae4d5d7636402d80f4eb6d213245a88"
    for wanted, digest, names in (
        (["All"], "4c360f3fdafd970e05fae2f149d997f5", set(three)),
        ([".*"], "4c360f3fdafd970e05fae2f149d997f5", set(three)),
        (["*"], "4c360f3fdafd970e05fae2f149d997f5", set(three)),
        (["Hello", "General"], "fca026605781cb4126a1e9044df24232", {"Hello", "General"}),
        (["Foo", "Hello"], "a311262e065454b75da111d535b8dacd", {"Hello"}),
        (["Hel.*"], "83fee93c1bcd8b9a5a923ffacdc636c7", {"Hello", "Help.Me"}),
        (["Foo", "Help"], None, set()),
        (["AWS."], None, set()),
    ):
        message = received(sqs, url, MessageAttributeNames=wanted)
        assert message.get("MD5OfMessageAttributes") == digest, wanted
        assert set(message.get("MessageAttributes", {})) == names
    assert received(sqs, url, MessageSystemAttributeNames=["AWSTraceHeader"])["Attributes"] == {"AWSTraceHeader": trace}


def test_binary_attributes(sqs, make_queue):
    url = make_queue()
    value = b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"
    attributes = {"attr1": {"DataType": "Binary", "BinaryValue": value}}
    sent = sqs.send_message(QueueUrl=url, MessageBody="test", MessageAttributes=attributes)
    assert sent["MD5OfMessageAttributes"] == "8cbe4db156db8a94db8b801b7addb984"
    assert received(sqs, url, MessageAttributeNames=["All"])["MessageAttributes"] == attributes


def test_system_attributes(sqs, make_queue, emulator):
    emulator.freeze(1_700_000_000.25)
    url = make_queue(VisibilityTimeout="0")
    sqs.send_message(QueueUrl=url, MessageBody="msg", MessageGroupId="tenant")
    emulator.advance(2)
    first = received(sqs, url, AttributeNames=["All"])["Attributes"]
    assert first == {
        "SenderId": "000000000000",
        "SentTimestamp": "1700000000250",
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "1700000002250",
        "MessageGroupId": "tenant",
    }
    emulator.advance(1)
    second = received(sqs, url, MessageSystemAttributeNames=["All"], AttributeNames=["SenderId"])["Attributes"]
    assert second == first | {"ApproximateReceiveCount": "2"}
    asked = received(sqs, url, AttributeNames=["SenderId", "SequenceNumber"])["Attributes"]
    assert asked == {"SenderId": "000000000000"}


def test_unknown_system_attribute(sqs, make_queue, refused):
    assert refused(sqs.receive_message, QueueUrl=make_queue(), AttributeNames=["Nope"]) == (
        "InvalidAttributeName", "Unknown Attribute Nope.",
    )  # fmt: skip


def test_what_a_message_must_be(sqs, make_queue, refused):
    url = make_queue(MaximumMessageSize="1024")
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="") == (
        "MissingParameter", "The request must contain the parameter MessageBody.",
    )  # fmt: skip
    for bad in ("Invalid-\x00-\b", "\x1f"):
        assert refused(sqs.send_message, QueueUrl=url, MessageBody=bad) == ("InvalidMessageContents", FORBIDDEN)
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="\uffff")[0] == "InvalidMessageContents"
    sqs.send_message(QueueUrl=url, MessageBody="x" * 1024)
    expected = (
        "InvalidParameterValue",
        "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    )
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x" * 1025) == expected
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}  # 1 + 6 + 1 bytes
    sqs.send_message(QueueUrl=url, MessageBody="x" * 1016, MessageAttributes=attributes)
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="ä" * 509, MessageAttributes=attributes) == expected


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({f"a{n}": STRING for n in range(11)}, "Number of message attributes [11] exceeds the allowed maximum [10]."),
        ({"a": {"DataType": "String", "StringValue": ""}},
         "Message (user) attribute 'a' must contain a non-empty value of type 'String'."),
        ({"a": {"DataType": "String", "StringValue": "Invalid-\x08,\x0b"}}, FORBIDDEN),
        ({"a": {"DataType": "Number", "StringValue": "one"}},
         "Can't cast the value of message (user) attribute 'a' to a number."),
        ({"a": {"DataType": "Thing", "StringValue": "x"}},
         "The type of message (user) attribute 'a' is invalid. "
         "You must use only the following supported type prefixes: Binary, Number, String."),
        ({"a": {"DataType": "Binary", "StringValue": "x"}},
         "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'."),
    ],
)  # fmt: skip
def test_what_attributes_must_be(sqs, make_queue, refused, attributes, message):
    url = make_queue()
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes=attributes) == (
        "InvalidParameterValue", message,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["AWS.x", "amazon.x", ".x", "x.", "x..y", "x y", "y" * 257])
def test_names_of_attributes(sqs, make_queue, refused, name):
    url = make_queue()
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes={name: STRING})[0] == (
        "InvalidParameterValue"
    )


@pytest.mark.parametrize("token", ["", "group 123", "a" * 129])
def test_message_group_ids_of_standard_queues(sqs, make_queue, refused, token):
    assert refused(sqs.send_message, QueueUrl=make_queue(), MessageBody="x", MessageGroupId=token) == (
        "InvalidParameterValue",
        f"Value {token} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
        "alphanumeric and punctuation characters. 1 to 128 in length.",
    )


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [("MaxNumberOfMessages", 0, "Must be between 1 and 10, if provided."),
     ("MaxNumberOfMessages", 11, "Must be between 1 and 10, if provided."),
     ("WaitTimeSeconds", 21, "Must be >= 0 and <= 20, if provided."),
     ("VisibilityTimeout", 43201, "Must be between 0 and 43200, if provided.")],
)  # fmt: skip
def test_limits_of_receive(sqs, make_queue, refused, parameter, value, reason):
    assert refused(sqs.receive_message, QueueUrl=make_queue(), **{parameter: value}) == (
        "InvalidParameterValue", f"Value {value} for parameter {parameter} is invalid. Reason: {reason}",
    )  # fmt: skip


def test_delays(sqs, make_queue, bodies, attribute, refused, emulator):
    emulator.freeze()
    url = make_queue(DelaySeconds="10")
    sqs.send_message(QueueUrl=url, MessageBody="at once", DelaySeconds=0)
    sqs.send_message(QueueUrl=url, MessageBody="queue's")
    sqs.send_message(QueueUrl=url, MessageBody="own", DelaySeconds=900)
    assert [attribute(url, f"ApproximateNumberOfMessages{kind}") for kind in ("", "Delayed", "NotVisible")] == [
        "1", "2", "0",
    ]  # fmt: skip
    assert bodies(url, MaxNumberOfMessages=10) == ["at once"]
    emulator.advance(10)
    assert bodies(url, MaxNumberOfMessages=10) == ["queue's"]
    emulator.advance(890)
    assert bodies(url, MaxNumberOfMessages=10, VisibilityTimeout=0) == ["at once", "queue's", "own"]
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x", DelaySeconds=901) == (
        "InvalidParameterValue",
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    )


def test_visibility(sqs, make_queue, bodies, refused, emulator):
    emulator.freeze()
    url = make_queue(VisibilityTimeout="5")
    sqs.send_message(QueueUrl=url, MessageBody="m")
    handle = received(sqs, url)["ReceiptHandle"]
    emulator.advance(4)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=10)
    emulator.advance(9)
    assert bodies(url) == []
    emulator.advance(1)
    newer = received(sqs, url, VisibilityTimeout=100)["ReceiptHandle"]
    assert newer != handle
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)  # an old one will do
    assert bodies(url) == ["m"]
    emulator.advance(100)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=newer, VisibilityTimeout=2)  # also when it is over
    assert bodies(url) == []
    assert refused(sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=newer, VisibilityTimeout=43200) == (
        "InvalidParameterValue",
        "Value 43200 for parameter VisibilityTimeout is invalid. "
        "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    )
    assert refused(sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=newer, VisibilityTimeout=43201)[0] == (
        "InvalidParameterValue"
    )
    sqs.delete_message(QueueUrl=url, ReceiptHandle=newer)
    assert refused(sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=newer, VisibilityTimeout=2) == (
        "InvalidParameterValue",
        f"Value {newer} for parameter ReceiptHandle is invalid. "
        "Reason: Message does not exist or is not available for visibility timeout change.",
    )


def test_receipt_handles_that_are_none(sqs, make_queue, refused):
    one, other = make_queue(), make_queue()
    sqs.send_message(QueueUrl=one, MessageBody="m")
    handle = received(sqs, one)["ReceiptHandle"]
    for operation, more in ((sqs.delete_message, {}), (sqs.change_message_visibility, {"VisibilityTimeout": 1})):
        for bad in ("garbage", "AQEB", handle[:-4], "ä"):
            assert refused(operation, QueueUrl=one, ReceiptHandle=bad, **more) == (
                "ReceiptHandleIsInvalid", f'The input receipt handle "{bad}" is not a valid receipt handle.',
            )  # fmt: skip
        assert refused(operation, QueueUrl=other, ReceiptHandle=handle, **more) == (
            "ReceiptHandleIsInvalid", f'The receipt handle "{handle}" is not valid for this queue.',
        )  # fmt: skip


def test_messages_expire_also_hidden_ones(sqs, make_queue, attribute, emulator):
    emulator.freeze()
    url = make_queue(MessageRetentionPeriod="60", VisibilityTimeout="43200")
    for body in ("hidden", "visible"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    handle = received(sqs, url)["ReceiptHandle"]
    for seconds, left in ((59, "1"), (1, "0")):
        emulator.advance(seconds)
        assert attribute(url, "ApproximateNumberOfMessages") == left
        assert attribute(url, "ApproximateNumberOfMessagesNotVisible") == left
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)


def test_too_many_in_flight(sqs, make_queue, refused, monkeypatch):
    monkeypatch.setattr("emulator.services.sqs.receiving.MOST_IN_FLIGHT", 3)
    url = make_queue()
    for _ in range(5):
        sqs.send_message(QueueUrl=url, MessageBody="m")
    held = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3)["Messages"]
    assert refused(sqs.receive_message, QueueUrl=url)[0] == "OverLimit"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=held[0]["ReceiptHandle"])
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_missing_parameters(sqs, make_queue, endpoint, client, refused):
    from botocore.config import Config

    unchecked = client("sqs", config=Config(parameter_validation=False))
    assert refused(unchecked.send_message, QueueUrl=make_queue()) == (
        "MissingParameter", "The request must contain the parameter MessageBody.",
    )  # fmt: skip
    assert refused(unchecked.delete_message, QueueUrl=make_queue()) == (
        "MissingParameter", "The request must contain the parameter ReceiptHandle.",
    )  # fmt: skip
