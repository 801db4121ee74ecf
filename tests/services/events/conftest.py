"""Buses and rules that send to queues of the test, on a clock that stands still until the test moves it."""

import json

import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z, a Friday


@pytest.fixture
def events(emulator, client):
    emulator.freeze(NOON)
    return client("events")


class Queue:
    """A queue and what has arrived in it since the last look."""

    def __init__(self, sqs, name: str, **attributes):
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

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
    """``queue("name", "111111111111", "eu-west-1")``; attributes by name."""

    def make(name="q", account="test", region="us-east-1", **attributes):
        return Queue(client("sqs", account, region), name, **attributes)

    return make


@pytest.fixture
def rule(events):
    """``rule("name", target ARN, Input=…)``: on the default bus, for source ``app`` unless told otherwise."""

    def make(name, arn, pattern=None, bus="default", on=events, **target):
        on.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern or {"source": ["app"]}))
        on.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "t", "Arn": arn, **target}])

    return make


@pytest.fixture
def put(events):
    """``put({"a": 1})``: an event of source ``app`` on the default bus; members of the entry by name. Its id."""

    def call(detail=None, on=events, **members):
        entry = {"Source": "app", "DetailType": "kind", "Detail": json.dumps(detail or {}), **members}
        answer = on.put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0, answer
        return answer["Entries"][0]["EventId"]

    return call
