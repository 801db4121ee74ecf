"""Queue attributes: defaults, limits, encryption, policies, FIFO attributes."""

import json

import pytest

COUNTS = {
    "ApproximateNumberOfMessages": "0",
    "ApproximateNumberOfMessagesDelayed": "0",
    "ApproximateNumberOfMessagesNotVisible": "0",
}
DEFAULTS = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
FIFO_DEFAULTS = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoQueue": "true",
    "FifoThroughputLimit": "perQueue",
}


def all_of(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


@pytest.mark.parametrize("fifo", [False, True])
def test_defaults(sqs, make_queue, emulator, fifo):
    emulator.freeze(1_700_000_000.5)
    url = make_queue(fifo=fifo)
    name = url.rsplit("/", 1)[-1]
    assert all_of(sqs, url) == {
        "CreatedTimestamp": "1700000000",
        "LastModifiedTimestamp": "1700000000",
        "QueueArn": f"arn:aws:sqs:us-east-1:000000000000:{name}",
    } | COUNTS | DEFAULTS | (FIFO_DEFAULTS if fifo else {})  # fmt: skip


def test_set_changes_what_is_given(sqs, make_queue, emulator):
    emulator.freeze(1_700_000_000)
    url = make_queue(MessageRetentionPeriod="604800")
    emulator.advance(5)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "2048", "DelaySeconds": "420"})
    found = all_of(sqs, url)
    assert (found["MaximumMessageSize"], found["DelaySeconds"], found["MessageRetentionPeriod"]) == (
        "2048", "420", "604800",
    )  # fmt: skip
    assert (found["CreatedTimestamp"], found["LastModifiedTimestamp"]) == ("1700000000", "1700000005")


@pytest.mark.parametrize(
    ("name", "value"),
    [("VisibilityTimeout", "-1"), ("VisibilityTimeout", "43201"), ("VisibilityTimeout", "x"),
     ("MaximumMessageSize", "1023"), ("MaximumMessageSize", "1048577"), ("MessageRetentionPeriod", "59"),
     ("MessageRetentionPeriod", "1209601"), ("DelaySeconds", "901"), ("ReceiveMessageWaitTimeSeconds", "21"),
     ("KmsDataKeyReusePeriodSeconds", "59"), ("SqsManagedSseEnabled", "maybe"), ("Policy", "{")],
)  # fmt: skip
def test_values_out_of_range(sqs, make_queue, refused, name, value):
    url = make_queue()
    expected = ("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={name: value}) == expected
    assert refused(sqs.create_queue, QueueName="other", Attributes={name: value}) == expected


def test_unknown_attributes(sqs, make_queue, refused):
    url = make_queue()
    expected = ("InvalidAttributeName", "Unknown Attribute Foobar.")
    assert refused(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Foobar"]) == expected
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"Foobar": "1"}) == expected
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"QueueArn": "x"})[0] == "InvalidAttributeName"


def test_a_queue_keeps_its_type(sqs, make_queue, refused):
    standard, fifo = make_queue(), make_queue(fifo=True)
    assert refused(sqs.set_queue_attributes, QueueUrl=standard, Attributes={"FifoQueue": "true"}) == (
        "InvalidAttributeName", "Unknown Attribute FifoQueue.",
    )  # fmt: skip
    sqs.set_queue_attributes(QueueUrl=fifo, Attributes={"FifoQueue": "true"})
    assert refused(sqs.set_queue_attributes, QueueUrl=fifo, Attributes={"FifoQueue": "false"}) == (
        "InvalidAttributeValue",
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
    )
    assert refused(sqs.create_queue, QueueName="n", Attributes={"FifoQueue": "false"})[0] == "InvalidAttributeName"


def test_throughput_per_group_needs_deduplication_per_group(sqs, make_queue, refused, attribute):
    url = make_queue(fifo=True)
    wanted = {"FifoThroughputLimit": "perMessageGroupId"}
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes=wanted)[0] == "InvalidAttributeValue"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={**wanted, "DeduplicationScope": "messageGroup"})
    assert attribute(url, "FifoThroughputLimit") == "perMessageGroupId"


def test_encryption_is_by_kms_or_by_sqs(sqs, make_queue, refused):
    url = make_queue()
    names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]

    def found():
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]

    def put(**attributes):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    assert found() == {"SqsManagedSseEnabled": "true"}
    put(KmsMasterKeyId="key", KmsDataKeyReusePeriodSeconds="6000")
    assert found() == dict(zip(names, ("key", "6000", "false")))
    put(KmsMasterKeyId="", KmsDataKeyReusePeriodSeconds="300")
    assert found() == {"SqsManagedSseEnabled": "false"}
    put(KmsMasterKeyId="alias/aws/sqs")
    assert found() == dict(zip(names, ("alias/aws/sqs", "300", "false")))
    put(SqsManagedSseEnabled="true")
    assert found() == {"SqsManagedSseEnabled": "true"}
    both = {"KmsMasterKeyId": "key", "SqsManagedSseEnabled": "true"}
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes=both) == (
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    )


def test_a_policy_can_be_set_read_and_removed(sqs, make_queue, attribute):
    url = make_queue()
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*"}]}, indent=1)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert attribute(url, "Policy") == policy
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url)
