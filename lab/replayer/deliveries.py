"""Messages of a standard queue: AWS samples its servers, so a receive may bring any part of what waits, in any order.

What this endpoint delivered before the recording did is kept, and given to the recorded receive that expects it.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from typing import NamedTuple

from lab.cassette.model import Interaction
from lab.replayer.bindings import Bindings


class Expected(NamedTuple):
    """What tells a recorded message: its id, as bound (None: nothing bound it yet), and its body."""

    message_id: str | None
    body: str

    def claims(self, live: dict) -> bool:
        return live.get("MessageId") == self.message_id if self.message_id else live.get("Body") == self.body


def expected_messages(answer: dict | None, bindings: Bindings) -> list[Expected]:
    """The messages of a recorded receive."""
    return [Expected(bindings.live.get(each.get("MessageId")), bindings.text(each["Body"]))
            for each in (answer or {}).get("Messages", ()) if isinstance(each.get("Body"), str)]


class Deliveries:
    """Messages that were delivered and that no recorded receive has claimed yet, by queue."""

    def __init__(self):
        self.waiting: dict[str, list[dict]] = {}

    def settle(self, queue: str, expected: list[Expected], fresh: list[dict]) -> list[dict]:
        """The messages for a receive that expects these, in that order; fewer when they have not come yet."""
        pool = [*self.waiting.get(queue, ()), *fresh]
        claimed = []
        for each in expected:
            found = next((message for message in pool if each.claims(message)), None)
            if found is not None:
                pool.remove(found)
                claimed.append(found)
        self.waiting[queue] = pool
        return claimed

    def leftover(self, queue: str, count: int) -> list[dict]:
        """Up to ``count`` unclaimed messages: what came in place of what was expected."""
        pool = self.waiting.get(queue, [])
        taken, self.waiting[queue] = pool[:count], pool[count:]
        return taken


def samples(step: Interaction, parameters: dict) -> bool:
    """Whether a step receives from a standard queue."""
    return receives(step) and not str(parameters.get("QueueUrl", "")).endswith(".fifo")


def receives(step: Interaction) -> bool:
    return step.service == "sqs" and step.operation == "ReceiveMessage"
