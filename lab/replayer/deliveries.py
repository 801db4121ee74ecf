"""Messages of a standard queue: AWS samples its servers, so a receive may bring any part of what waits, in any order.

What this endpoint delivered before the recording did is kept, and given to the recorded receive that expects it.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

import json
from typing import NamedTuple

from lab.cassette.model import Interaction
from lab.replayer.bindings import Bindings


class Expected(NamedTuple):
    """What tells a recorded message: the ids that are bound (its own, its notification's), else what was written."""

    message_id: str | None
    notification_id: str | None
    content: str
    count: str | None = None  # how often it had been received, where that was asked for

    def choose(self, pool: list[dict]) -> dict | None:
        """The delivery that fits: as often received as recorded, else the last; an earlier one was overtaken."""
        fitting = [message for message in pool if self.claims(message)]
        counted = [message for message in fitting if received(message) == self.count]
        return counted[0] if counted else fitting[-1] if fitting else None

    def expects(self, message: dict) -> bool:
        """Whether this very delivery is the recorded one."""
        return self.claims(message) and self.count in (None, received(message))

    def claims(self, live: dict) -> bool:
        if self.message_id:
            return live.get("MessageId") == self.message_id
        wrapped = notification(live.get("Body", ""))
        if self.notification_id:
            return wrapped.get("MessageId") == self.notification_id
        return wrapped.get("Message", live.get("Body")) == self.content


def notification(body: str) -> dict:
    """What a topic wrapped around a message; empty for a message that was sent as it is."""
    try:
        wrapped = json.loads(body) if body[:1] == "{" else None
    except ValueError:
        return {}
    return wrapped if isinstance(wrapped, dict) and isinstance(wrapped.get("Message"), str) else {}


def expected_messages(answer: dict | None, bindings: Bindings) -> list[Expected]:
    """The messages of a recorded receive."""
    found = []
    for each in (answer or {}).get("Messages", ()):
        if isinstance(each.get("Body"), str):
            body = bindings.text(each["Body"])
            wrapped, recorded = notification(body), notification(each["Body"])
            found.append(Expected(bindings.live.get(each.get("MessageId")),
                                  bindings.live.get(recorded.get("MessageId")), wrapped.get("Message", body),
                                  received(each)))
    return found


def received(message: dict) -> str | None:
    return (message.get("Attributes") or {}).get("ApproximateReceiveCount")


class Deliveries:
    """Messages that were delivered and that no recorded receive has claimed yet, by queue."""

    def __init__(self):
        self.waiting: dict[str, list[dict]] = {}

    def settle(self, queue: str, expected: list[Expected], fresh: list[dict]) -> list[dict]:
        """The messages for a receive that expects these, in that order; fewer when they have not come yet."""
        pool = [*self.waiting.get(queue, ()), *fresh]
        claimed = []
        for each in expected:
            found = each.choose(pool)
            if found is not None:
                claimed.append(found)
                at = next(index for index, message in enumerate(pool) if message is found)
                pool = [message for index, message in enumerate(pool) if index > at
                        or (index < at and message.get("MessageId") != found.get("MessageId"))]
        handles = [each["ReceiptHandle"] for each in claimed if "ReceiptHandle" in each]
        twice = [each for each in pool if each.get("ReceiptHandle") in handles]  # one delivery, answered twice
        self.waiting[queue] = [each for each in pool if each not in twice]
        return claimed + twice

    def hold(self, queue: str, messages: list[dict]) -> None:
        """Keep what came before the recording had it."""
        self.waiting.setdefault(queue, []).extend(messages)

    def leftover(self, queue: str, count: int) -> list[dict]:
        """Up to ``count`` unclaimed messages: what came in place of what was expected."""
        pool = _once(self.waiting.get(queue, []))
        taken, self.waiting[queue] = pool[:count], pool[count:]
        return taken


def _once(messages: list[dict]) -> list[dict]:
    """Each message once, though it came again while the receive waited: as it came first, with its last handle."""
    found: dict = {}
    for each in messages:
        first = found.setdefault(each.get("MessageId"), each)
        found[each.get("MessageId")] = {**first, "ReceiptHandle": each.get("ReceiptHandle")}
    return list(found.values())


def samples(step: Interaction, parameters: dict) -> bool:
    """Whether a step receives from a standard queue."""
    return receives(step) and not str(parameters.get("QueueUrl", "")).endswith(".fifo")


def polls_shortly(step: Interaction, parameters: dict) -> bool:
    """Whether a receive from a standard queue may come back empty although there are messages."""
    return samples(step, parameters) and not parameters.get("WaitTimeSeconds")


def receives(step: Interaction) -> bool:
    return step.service == "sqs" and step.operation == "ReceiveMessage"
