"""Fixtures of the SQS tests."""

import itertools

import pytest


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def make_queue(sqs):
    """``make_queue(VisibilityTimeout="1")`` → the URL of a new queue; ``fifo=True`` for a FIFO queue."""
    numbers = itertools.count(1)

    def make(name: str = "", fifo: bool = False, **attributes) -> str:
        name = name or f"queue-{next(numbers)}" + (".fifo" if fifo else "")
        if fifo:
            attributes = {"FifoQueue": "true", **attributes}
        return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    return make


@pytest.fixture
def bodies(sqs):
    """``bodies(url, MaxNumberOfMessages=10)`` → the bodies of what one ReceiveMessage returns."""

    def receive(url: str, **parameters) -> list[str]:
        return [each["Body"] for each in sqs.receive_message(QueueUrl=url, **parameters).get("Messages", [])]

    return receive


@pytest.fixture
def attribute(sqs):
    """``attribute(url, "QueueArn")`` → the value of one queue attribute, None when it has none."""

    def get(url: str, name: str) -> str | None:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return answer.get("Attributes", {}).get(name)

    return get
