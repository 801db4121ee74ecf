"""ReceiveMessage: take what is there, or wait for it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from typing import NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sqs import content, queue_metrics, receipts, redrive
from emulator.services.sqs.box import Box
from emulator.services.sqs.errors import invalid_value, unknown_attribute
from emulator.services.sqs.queues import find_queue
from emulator.services.sqs.sending import DEDUPLICATION_INTERVAL, sequence_number
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import Attempt, Message, Queue, attempts

MOST_MESSAGES = 10
LONGEST_WAIT = 20
LONGEST_VISIBILITY = 43_200
MOST_IN_FLIGHT = 120_000

SYSTEM_ATTRIBUTES = {  # how each reads; one that reads empty is left out
    "SenderId": lambda message: message.sender,
    "ApproximateFirstReceiveTimestamp": lambda message: _milliseconds(message.first_received),
    "ApproximateReceiveCount": lambda message: str(message.received),
    "SentTimestamp": lambda message: _milliseconds(message.sent),
    "SequenceNumber": lambda message: sequence_number(message.sequence) if message.deduplication else "",
    "MessageDeduplicationId": lambda message: message.deduplication,
    "MessageGroupId": lambda message: message.group,
    "AWSTraceHeader": lambda message: message.trace,
    "DeadLetterQueueSourceArn": lambda message: message.source,
}


class Wish(NamedTuple):
    """What a receiver asked for. ``visibility`` in seconds, None for the queue's."""

    most: int
    visibility: int | None
    system: list[str]
    attributes: list[str]
    attempt: str


@service.operation
def receive_message(
    ctx, QueueUrl, AttributeNames=None, MessageSystemAttributeNames=None, MessageAttributeNames=None,
    MaxNumberOfMessages=None, VisibilityTimeout=None, WaitTimeSeconds=None, ReceiveRequestAttemptId=None,
):  # fmt: skip
    """Messages, hidden from others for a while; waits for them when asked to.

    Raises QueueDoesNotExist, OverLimit, InvalidParameterValue, InvalidAttributeName.
    """
    queue = find_queue(ctx, QueueUrl)
    _check_range("MaxNumberOfMessages", MaxNumberOfMessages, 1, MOST_MESSAGES, "Must be between 1 and 10, if provided.")
    _check_range("WaitTimeSeconds", WaitTimeSeconds, 0, LONGEST_WAIT, "Must be >= 0 and <= 20, if provided.")
    _check_range(
        "VisibilityTimeout", VisibilityTimeout, 0, LONGEST_VISIBILITY, "Must be between 0 and 43200, if provided."
    )
    wish = Wish(
        MaxNumberOfMessages or 1, VisibilityTimeout, _system_names(ctx, AttributeNames, MessageSystemAttributeNames),
        MessageAttributeNames or [], ReceiveRequestAttemptId or "",
    )  # fmt: skip
    found = _receive(ctx, queue, wish)
    wait = queue.number("ReceiveMessageWaitTimeSeconds") if WaitTimeSeconds is None else WaitTimeSeconds
    if not found and wait:
        return _wait(ctx, QueueUrl, wish, wait)
    if not found:
        queue_metrics.received(ctx, queue, 0)
    return found


async def _wait(ctx: Context, url: str, wish: Wish, seconds: int) -> dict:
    """Look again whenever something changed in the queue, and when the next hidden message becomes visible."""
    end, real_end = ctx.now + seconds, ctx.monotonic() + seconds
    queue = find_queue(ctx, url)
    while (left := min(end - ctx.now, real_end - ctx.monotonic())) > 0:
        due = Box(ctx, queue).next_visible()
        await ctx.wait(queue.channel, left if due is None else min(left, due - ctx.now))
        queue = find_queue(ctx, url)
        if found := _receive(ctx, queue, wish):
            return found
    queue_metrics.received(ctx, queue, 0)
    return {}


def _receive(ctx: Context, queue: Queue, wish: Wish) -> dict:
    """The operation's answer from what can be received now."""
    box = Box(ctx, queue)
    box.expire()
    messages = _repeated(ctx, box, wish) if wish.attempt and queue.fifo else None
    if messages is None:
        messages = _take(ctx, box, wish)
    if not messages:
        return {}
    queue_metrics.received(ctx, queue, len(messages))
    return {"Messages": [_described(queue, message, wish) for message in messages]}


def _take(ctx: Context, box: Box, wish: Wish) -> list[Message]:
    """Hide and return the next messages; those that were received too often go to the dead-letter queue instead."""
    queue = box.queue
    if len(box.messages) >= MOST_IN_FLIGHT and box.counts().in_flight >= MOST_IN_FLIGHT:
        if queue.fifo:
            return []
        raise AwsError("OverLimit", "Too many messages are in flight: delete them after they are processed.")
    policy = queue.redrive
    target = redrive.dead_letter_queue(ctx, queue) if policy else None
    taken, dead = [], []
    for message in box.available():
        if target is not None and message.received - message.earlier >= policy.most:
            dead.append(message)
            continue
        taken.append(message)
        if len(taken) == wish.most:
            break
    for message in dead:
        box.move(message, Box(ctx, target), source=queue.arn, earlier=message.received)
    taken = [_hidden(ctx, box, message, ctx.now + _visibility(queue, wish)) for message in taken]
    if wish.attempt and queue.fifo and taken:
        _remember(ctx, box, wish.attempt, taken)
    return taken


def _hidden(ctx: Context, box: Box, message: Message, until: float) -> Message:
    return box.change(
        message, received=message.received + 1, visible_at=until, last_received=ctx.now,
        first_received=message.first_received or ctx.now,
    )  # fmt: skip


def _visibility(queue: Queue, wish: Wish) -> int:
    return queue.number("VisibilityTimeout") if wish.visibility is None else wish.visibility


# Repeated attempts (FIFO)


def _remember(ctx: Context, box: Box, attempt: str, taken: list[Message]) -> None:
    pairs = tuple((message.sequence, message.received) for message in taken)
    box.rows(attempts).put(Attempt(attempt, pairs, ctx.now))


def _repeated(ctx: Context, box: Box, wish: Wish) -> list[Message] | None:
    """What an attempt with this id took within the last five minutes, hidden anew; None when there was none.

    Raises InvalidParameterValue when one of the messages was deleted or could have been received by others since.
    """
    rows = box.rows(attempts)
    while (oldest := rows.first("at")) is not None and oldest.at <= ctx.now - DEDUPLICATION_INTERVAL:
        rows.delete(oldest.id)
    attempt = rows.get(wish.attempt)
    if attempt is None:
        return None
    found = [(box.messages.get(sequence), received) for sequence, received in attempt.messages]
    if any(message is None or message.received != received or message.visible_at <= ctx.now
           for message, received in found):  # fmt: skip
        raise invalid_value(
            "ReceiveRequestAttemptId", wish.attempt,
            "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
        )  # fmt: skip
    until = ctx.now + _visibility(box.queue, wish)
    return [box.change(message, visible_at=until) for message, _ in found]


# Describing


def _described(queue: Queue, message: Message, wish: Wish) -> dict:
    """A message as a receiver sees it, its members in the order in which SQS writes them."""
    found = {}
    values = {name: text for name in wish.system if (text := SYSTEM_ATTRIBUTES[name](message))}
    if values:
        found["Attributes"] = values
    found["Body"] = message.body
    found["MD5OfBody"] = message.md5
    chosen = content.selected(message.attributes, wish.attributes) if wish.attributes else None
    if chosen:
        found["MD5OfMessageAttributes"] = content.attributes_digest(chosen)
        found["MessageAttributes"] = chosen
    found["MessageId"] = message.id
    found["ReceiptHandle"] = receipts.write(queue, message)
    return found


def _system_names(ctx: Context, older: list[str] | None, newer: list[str] | None) -> list[str]:
    """The system attributes that were asked for, by the parameter's older or newer name; with query the older wins."""
    if not older and not newer:
        return []
    names = list(older) if older and ctx.protocol == "query" else [*(older or ()), *(newer or ())]
    if "All" in names:
        return list(SYSTEM_ATTRIBUTES)
    for name in names:
        if name not in SYSTEM_ATTRIBUTES:
            raise unknown_attribute(name)
    return names


def _milliseconds(moment: float) -> str:
    return str(int(moment * 1000))


def _check_range(parameter: str, value: int | None, lowest: int, highest: int, reason: str) -> None:
    if value is not None and not lowest <= value <= highest:
        raise invalid_value(parameter, value, reason)
