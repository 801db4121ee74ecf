"""Messages of a standard queue: AWS samples its servers, so that a receive may bring any part of what waits, in any order.

What this endpoint delivered before the recording did is kept, and given to the recorded receive that expects it.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from typing import Any


def expected_bodies(answer: dict | None) -> list[str]:
    """The bodies of a recorded receive."""
    return [each.get("Body") for each in (answer or {}).get("Messages", ())]


class Deliveries:
    """Messages that were delivered and that no recorded receive has claimed yet, by queue."""

    def __init__(self):
        self.waiting: dict[str, list[dict]] = {}

    def settle(self, queue: str, bodies: list[str], fresh: list[dict]) -> list[dict]:
        """The messages for a receive that expects ``bodies``, in that order; fewer when they have not come yet."""
        pool = [*self.waiting.get(queue, ()), *fresh]
        claimed = []
        for body in bodies:
            found = next((each for each in pool if each.get("Body") == body), None)
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


def samples(step: Any, parameters: dict) -> bool:
    """Whether a step receives from a standard queue."""
    return step.service == "sqs" and step.operation == "ReceiveMessage" and not str(
        parameters.get("QueueUrl", "")).endswith(".fifo")
