"""SendMessage and SendMessageBatch.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""

import re
from hashlib import sha256

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sqs import content, queue_metrics
from emulator.services.sqs.batches import check_entries, each_alone
from emulator.services.sqs.box import Box
from emulator.services.sqs.errors import (
    INVALID_CHARACTERS,
    PREFIX,
    invalid_parameter,
    invalid_value,
    missing_parameter,
)
from emulator.services.sqs.queues import find_queue
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import Deduplication, Message, Queue, deduplications

LONGEST_DELAY = 900
LONGEST_BATCH = 1_048_576  # bytes
DEDUPLICATION_INTERVAL = 300  # seconds
FIRST_SEQUENCE_NUMBER = 18_850_000_000_000_000_000
SEQUENCE_NUMBER_STEP = 256
TOKEN = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
OTHER_TYPE = "The request include parameter that is not valid for this queue type."


@service.operation
def send_message(
    ctx, QueueUrl, MessageBody, DelaySeconds=None, MessageAttributes=None, MessageSystemAttributes=None,
    MessageDeduplicationId=None, MessageGroupId=None,
):  # fmt: skip
    """Raises QueueDoesNotExist, InvalidMessageContents, InvalidParameterValue, MissingParameter."""
    queue = find_queue(ctx, QueueUrl)
    size = _check_content(MessageBody, MessageAttributes, MessageSystemAttributes)
    if size > queue.number("MaximumMessageSize"):
        raise _too_long(queue, "are invalid")
    if queue.fifo:
        if MessageGroupId is None:
            raise missing_parameter("MessageGroupId")
        _require_deduplication(queue, MessageDeduplicationId)
    return _send(
        ctx, queue, MessageBody, DelaySeconds, MessageAttributes, MessageSystemAttributes, MessageDeduplicationId,
        MessageGroupId,
    )  # fmt: skip


@service.operation
def send_message_batch(ctx, QueueUrl, Entries):
    """Up to ten messages, each with its own result. Raises QueueDoesNotExist, BatchRequestTooLong and the like."""
    queue = find_queue(ctx, QueueUrl)
    check_entries(Entries, "SendMessageBatchRequestEntry")
    if queue.fifo:
        for entry in Entries:
            if entry.get("MessageGroupId") is None:
                raise invalid_parameter("The request must contain the parameter MessageGroupId.")
            _require_deduplication(queue, entry.get("MessageDeduplicationId"))
    total = sum(_length(entry) for entry in Entries)
    if total > LONGEST_BATCH:
        raise AwsError(
            PREFIX + "BatchRequestTooLong",
            f"Batch requests cannot be longer than {LONGEST_BATCH} bytes. You have sent {total} bytes.",
        )

    def send(entry: dict) -> dict:
        body, attributes = entry["MessageBody"], entry.get("MessageAttributes")
        system = entry.get("MessageSystemAttributes")
        if _check_content(body, attributes, system) > queue.number("MaximumMessageSize"):
            raise _too_long(queue, "cannot be validated")
        return _send(
            ctx, queue, body, entry.get("DelaySeconds"), attributes, system, entry.get("MessageDeduplicationId"),
            entry.get("MessageGroupId"),
        )  # fmt: skip

    return each_alone(Entries, send)


def _length(entry: dict) -> int:
    try:
        return content.length(entry["MessageBody"], entry.get("MessageAttributes"))
    except KeyError:  # an attribute without type or value, which is refused with its own entry
        return 0


def _too_long(queue: Queue, what: str) -> AwsError:
    most = queue.attributes["MaximumMessageSize"]
    return invalid_parameter(f"One or more parameters {what}. Reason: Message must be shorter than {most} bytes.")


def _check_content(body: str, attributes, system) -> int:
    """The length of a message in bytes, when its content is allowed."""
    if not body:
        raise missing_parameter("MessageBody")
    if content.has_forbidden_characters(body):
        raise AwsError("InvalidMessageContents", INVALID_CHARACTERS)
    if attributes:
        content.check_attributes(attributes)
    if system:
        content.check_system_attributes(system)
    return content.length(body, attributes)


def _require_deduplication(queue: Queue, given: str | None) -> None:
    if given is None and queue.attributes["ContentBasedDeduplication"] != "true":
        raise invalid_parameter(
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly"
        )


def _send(ctx: Context, queue: Queue, body, delay, attributes, system, deduplication, group) -> dict:
    """Put a checked message in its queue, unless it is a duplicate; the operation's answer."""
    delay = _delay(queue, delay)
    _check_tokens(queue, group, deduplication)
    box = Box(ctx, queue)
    if queue.fifo:
        deduplication = deduplication or sha256(body.encode()).hexdigest()
        original = _original(ctx, box, group, deduplication)
        if original is not None:
            return _answer(queue, content.body_digest(body), attributes, system, original.message_id, original.sequence)
    message = Message(
        sequence=box.next_sequence(),
        id=ctx.ids.uuid(),
        body=body,
        md5=content.body_digest(body),
        sender=ctx.principal.user_id,
        sent=ctx.now,
        visible_at=ctx.now + delay,
        attributes=attributes or {},
        trace=system["AWSTraceHeader"]["StringValue"] if system else ctx.headers.get("x-amzn-trace-id", ""),
        group=group or "",
        deduplication=deduplication or "",
    )
    box.add(message)
    queue_metrics.sent(ctx, queue, content.length(body, attributes))
    if queue.fifo:
        _remember(ctx, box, message)
    return _answer(queue, message.md5, attributes, system, message.id, message.sequence)


def _check_tokens(queue: Queue, group: str | None, deduplication: str | None) -> None:
    for name, token in (("MessageGroupId", group), ("MessageDeduplicationId", deduplication)):
        if token is not None and not TOKEN.fullmatch(token):
            raise invalid_value(
                name, token, f"{name} can only include alphanumeric and punctuation characters. 1 to 128 in length."
            )
    if deduplication is not None and not queue.fifo:
        raise invalid_value("MessageDeduplicationId", deduplication, OTHER_TYPE)


def _answer(queue: Queue, body_digest: str, attributes, system, message_id: str, sequence: int) -> dict:
    answer = {"MD5OfMessageAttributes": content.attributes_digest(attributes)} if attributes else {}
    answer["MD5OfMessageBody"] = body_digest
    if system:
        answer["MD5OfMessageSystemAttributes"] = content.attributes_digest(system)
    answer["MessageId"] = message_id
    if queue.fifo:
        answer["SequenceNumber"] = sequence_number(sequence)
    return answer


def sequence_number(sequence: int) -> str:
    """The SequenceNumber that a FIFO queue tells: 20 digits, growing."""
    return str(FIRST_SEQUENCE_NUMBER + sequence * SEQUENCE_NUMBER_STEP)


def _delay(queue: Queue, given: int | None) -> int:
    """Seconds until a new message can be seen. A FIFO queue knows only its own delay and takes a given 0 as none."""
    if given is None or (given == 0 and queue.fifo):
        return queue.number("DelaySeconds")
    if not 0 <= given <= LONGEST_DELAY:
        raise invalid_value("DelaySeconds", given, f"DelaySeconds must be >= 0 and <= {LONGEST_DELAY}.")
    if queue.fifo:
        raise invalid_value("DelaySeconds", given, OTHER_TYPE)
    return given


def _scope(queue: Queue, group: str) -> str:
    return group if queue.attributes["DeduplicationScope"] == "messageGroup" else ""


def _original(ctx: Context, box: Box, group: str, deduplication: str) -> Deduplication | None:
    """The message that this one repeats; forgets those that are too old."""
    rows = box.rows(deduplications)
    while (oldest := rows.first("at")) is not None and oldest.at <= ctx.now - DEDUPLICATION_INTERVAL:
        rows.delete((oldest.scope, oldest.id))
    return rows.get((_scope(box.queue, group), deduplication))


def _remember(ctx: Context, box: Box, message: Message) -> None:
    scope = _scope(box.queue, message.group)
    box.rows(deduplications).put(
        Deduplication(scope, message.deduplication, message.id, message.sequence, ctx.now)
    )
