"""Schedules that send to a queue of this test, on a clock that stands still until the test moves it."""

import json

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z, a Friday
ROLE = "arn:aws:iam::000000000000:role/scheduler"
OFF = {"Mode": "OFF"}


@pytest.fixture
def scheduler(emulator, client):
    emulator.freeze(NOON)
    return client("scheduler")


class Queue:
    """A queue and what has arrived in it since the last look."""

    def __init__(self, sqs, name: str, **attributes):
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def messages(self) -> list[dict]:
        found = []
        while True:
            got = self._sqs.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages", [])  # fmt: skip
            if not got:
                return found
            found += got
            for each in got:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])

    def bodies(self) -> list[str]:
        return [each["Body"] for each in self.messages()]

    def documents(self) -> list[dict]:
        return [json.loads(body) for body in self.bodies()]


@pytest.fixture
def queue(client):
    return lambda name="q", **attributes: Queue(client("sqs"), name, **attributes)


@pytest.fixture
def schedule(scheduler):
    """``schedule("name", "rate(1 minute)", target ARN, Input=…)``; other members by name."""

    def make(name, expression, arn, target=None, window=OFF, **members):
        return scheduler.create_schedule(
            Name=name, ScheduleExpression=expression, FlexibleTimeWindow=window,
            Target={"Arn": arn, "RoleArn": ROLE, **(target or {})}, **members,
        )["ScheduleArn"]  # fmt: skip

    return make


@pytest.fixture
def refused():
    """``refused(client.operation, Member=…)``: status, code and message of the error that a call ends in."""

    def call(operation, **given):
        with pytest.raises(ClientError) as caught:
            operation(**given)
        answer = caught.value.response
        assert answer["Message"] == answer["Error"]["Message"]
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]

    return call
