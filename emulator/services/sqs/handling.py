"""What a receiver does with a message it holds: delete it, or change how long it stays hidden. Alone and in batches.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sqs import queue_metrics, receipts
from emulator.services.sqs.batches import check_entries, each_alone
from emulator.services.sqs.box import Box
from emulator.services.sqs.errors import invalid_value
from emulator.services.sqs.queues import find_queue
from emulator.services.sqs.receiving import LONGEST_VISIBILITY
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import Message

GONE = "Message does not exist or is not available for visibility timeout change"
EXPIRED = "The receipt handle has expired."


@service.operation
def delete_message(ctx, QueueUrl, ReceiptHandle):
    """Delete a received message; one that is gone already is no error. Raises ReceiptHandleIsInvalid."""
    _delete(ctx, Box(ctx, find_queue(ctx, QueueUrl)), ReceiptHandle)
    return {}


@service.operation
def delete_message_batch(ctx, QueueUrl, Entries):
    box = Box(ctx, find_queue(ctx, QueueUrl))
    check_entries(Entries, "DeleteMessageBatchRequestEntry")
    return each_alone(Entries, lambda entry: _delete(ctx, box, entry["ReceiptHandle"]) or {})


@service.operation
def change_message_visibility(ctx, QueueUrl, ReceiptHandle, VisibilityTimeout):
    """Hide a received message for so many seconds from now. Raises ReceiptHandleIsInvalid, InvalidParameterValue."""
    box = Box(ctx, find_queue(ctx, QueueUrl))
    message = _held(ctx, box, ReceiptHandle)
    if message is None:
        raise invalid_value("ReceiptHandle", ReceiptHandle, f"{GONE}.")
    _hide(ctx, box, message, VisibilityTimeout)
    return {}


@service.operation
def change_message_visibility_batch(ctx, QueueUrl, Entries):
    box = Box(ctx, find_queue(ctx, QueueUrl))
    check_entries(Entries, "ChangeMessageVisibilityBatchRequestEntry")

    def change(entry: dict) -> dict:
        message = _held(ctx, box, entry["ReceiptHandle"])
        if message is None:
            raise AwsError("ReceiptHandleIsInvalid", GONE)
        _hide(ctx, box, message, entry.get("VisibilityTimeout", 0))
        return {}

    return each_alone(Entries, change)


def _held(ctx: Context, box: Box, handle: str) -> Message | None:
    """The message of a receipt handle; None when it was deleted. Raises ReceiptHandleIsInvalid.

    In a standard queue every handle of a message is good as long as the message is there. In a FIFO queue a handle
    ends with the visibility timeout of its receive.
    """
    queue = box.queue
    receipt = receipts.read(queue, handle)
    message = box.messages.get(receipt.sequence)
    if message is not None and queue.fifo and (message.received != receipt.received or message.visible_at <= ctx.now):
        raise invalid_value("ReceiptHandle", handle, EXPIRED)
    return message


def _delete(ctx: Context, box: Box, handle: str) -> None:
    message = _held(ctx, box, handle)
    queue_metrics.deleted(ctx, box.queue)
    if message is not None:
        box.remove(message)


def _hide(ctx: Context, box: Box, message: Message, seconds: int) -> None:
    if not 0 <= seconds <= LONGEST_VISIBILITY:
        raise invalid_value(
            "VisibilityTimeout", seconds, f"VisibilityTimeout must be an integer between 0 and {LONGEST_VISIBILITY}."
        )
    if ctx.now - message.last_received + seconds > LONGEST_VISIBILITY:
        raise invalid_value(
            "VisibilityTimeout", seconds,
            f"Total VisibilityTimeout for the message is beyond the limit [{LONGEST_VISIBILITY} seconds]",
        )  # fmt: skip
    box.change(message, visible_at=ctx.now + seconds)
    ctx.notify(box.queue.channel)
