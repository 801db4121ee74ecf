"""What a queue tells CloudWatch of itself.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from functools import lru_cache

from emulator.engines.service_metrics import Note, count
from emulator.kernel.context import Context
from emulator.services.sqs.tables import Queue

NAMESPACE = "AWS/SQS"


@lru_cache(maxsize=10_000)
def _note(account: str, region: str, name: str, metric: str, value: float, size: float | None = None) -> Note:
    values = ((metric, value, "Count"),) if size is None else (
        (metric, value, "Count"), ("SentMessageSize", size, "Bytes"))  # fmt: skip
    return Note((account, region), NAMESPACE, (("QueueName", name),), values)


def sent(ctx: Context, queue: Queue, size: int) -> None:
    count(ctx, _note(queue.account, queue.region, queue.name, "NumberOfMessagesSent", 1.0, float(size)))


def received(ctx: Context, queue: Queue, messages: int) -> None:
    """So many messages, or none."""
    metric = "NumberOfMessagesReceived" if messages else "NumberOfEmptyReceives"
    count(ctx, _note(queue.account, queue.region, queue.name, metric, float(messages or 1)))


def deleted(ctx: Context, queue: Queue) -> None:
    count(ctx, _note(queue.account, queue.region, queue.name, "NumberOfMessagesDeleted", 1.0))
