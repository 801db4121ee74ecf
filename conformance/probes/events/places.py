"""What probes of EventBridge share: queues that events arrive in, rules that send to them."""

import json
import time

API = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
PATIENCE = 20.0


class Queue:
    """A queue that EventBridge may send to."""

    def __init__(self, trial, suffix="", **attributes):
        self._trial = trial
        name = trial.unique("events") + suffix
        self.url = trial.ask("CreateQueue", "sqs", QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = trial.ask("GetQueueAttributes", "sqs", QueueUrl=self.url, AttributeNames=["QueueArn"])[
            "Attributes"]["QueueArn"]
        policy = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": self.arn}]}
        trial.ask("SetQueueAttributes", "sqs", QueueUrl=self.url, Attributes={"Policy": json.dumps(policy)})
        trial.later(lambda: trial.ask("DeleteQueue", "sqs", QueueUrl=self.url))

    def messages(self, count=1):
        """What has come as soon as there are so many."""
        found, until = [], time.monotonic() + PATIENCE
        while len(found) < count and time.monotonic() < until:
            got = self._trial.ask("ReceiveMessage", "sqs", QueueUrl=self.url, MaxNumberOfMessages=10,
                                  WaitTimeSeconds=1, MessageAttributeNames=["All"],
                                  AttributeNames=["All"]).get("Messages", [])
            for each in got:
                self._trial.ask("DeleteMessage", "sqs", QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
            found += got
        assert len(found) == count, f"{len(found)} messages came, expected {count}"
        return found

    def bodies(self, count=1):
        return [each["Body"] for each in self.messages(count)]


def rule(trial, pattern=None, target=None, bus="default", **members):
    """A rule for source ``probe`` unless told otherwise, with one target; its name."""
    name = trial.unique("rule")
    trial.ask("PutRule", Name=name, EventBusName=bus,
              EventPattern=json.dumps(pattern or {"source": ["probe"]}), **members)

    def drop():
        trial.ask("RemoveTargets", Rule=name, EventBusName=bus, Ids=["t"])
        trial.ask("DeleteRule", Name=name, EventBusName=bus)

    trial.later(drop)
    if target is not None:
        trial.ask("PutTargets", Rule=name, EventBusName=bus, Targets=[{"Id": "t", **target}])
    return name


def put(trial, detail=None, **members):
    """An event; its id."""
    entry = {"Source": "probe", "DetailType": "kind", "Detail": json.dumps(detail or {}), **members}
    answer = trial.ask("PutEvents", Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer
    return answer["Entries"][0]["EventId"]
