"""What a queue tells CloudWatch of itself.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from emulator.engines.service_metrics import measure
from emulator.kernel.context import Context
from emulator.services.sqs.tables import Queue

NAMESPACE = "AWS/SQS"


def _measure(ctx: Context, queue: Queue, *values: tuple[str, float, str]) -> None:
    measure(ctx, (queue.account, queue.region), NAMESPACE, (("QueueName", queue.name),), values)


def sent(ctx: Context, queue: Queue, size: int) -> None:
    _measure(ctx, queue, ("NumberOfMessagesSent", 1.0, "Count"), ("SentMessageSize", float(size), "Bytes"))


def received(ctx: Context, queue: Queue, count: int) -> None:
    """``count`` messages, or none."""
    if count:
        _measure(ctx, queue, ("NumberOfMessagesReceived", float(count), "Count"))
    else:
        _measure(ctx, queue, ("NumberOfEmptyReceives", 1.0, "Count"))


def deleted(ctx: Context, queue: Queue) -> None:
    _measure(ctx, queue, ("NumberOfMessagesDeleted", 1.0, "Count"))
