"""Pipes between queues, streams and buses, on a clock that stands still until the test moves it."""

import json
import time

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
ROLE = "arn:aws:iam::000000000000:role/pipe"


@pytest.fixture
def pipes(emulator, client):
    emulator.freeze(NOON)
    return client("pipes")


class Queue:
    """A queue and what has arrived in it since the last look."""

    def __init__(self, sqs, name: str, **attributes):
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def send(self, *bodies: str, **members) -> None:
        for body in bodies:
            self._sqs.send_message(QueueUrl=self.url, MessageBody=body, **members)

    def messages(self) -> list[dict]:
        found = []
        while True:
            got = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"],
                                            MessageAttributeNames=["All"]).get("Messages", [])  # fmt: skip
            if not got:
                return found
            found += got
            for each in got:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])

    def bodies(self) -> list[str]:
        return [each["Body"] for each in self.messages()]

    def documents(self) -> list[dict]:
        return [json.loads(body) for body in self.bodies()]

    def empty(self) -> bool:
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return found["ApproximateNumberOfMessages"] == found["ApproximateNumberOfMessagesNotVisible"] == "0"


@pytest.fixture
def queue(client):
    return lambda name, **attributes: Queue(client("sqs"), name, **attributes)


@pytest.fixture
def pipe(pipes, emulator):
    """``pipe(source ARN, target ARN, SourceParameters=…)``: made, and moved on until it runs."""

    def make(source, target, name="p", **members):
        pipes.create_pipe(Name=name, Source=source, Target=target, RoleArn=ROLE, **members)
        emulator.advance(1)
        return pipes.describe_pipe(Name=name)

    return make


@pytest.fixture
def refused():
    def call(operation, **given):
        with pytest.raises(ClientError) as caught:
            operation(**given)
        return caught.value.response["Error"]["Code"]

    return call


@pytest.fixture
def until():
    """What ``look`` gives as soon as it gives something."""

    def wait(look, seconds=5.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.01)
        raise AssertionError("it did not come")

    return wait
