"""Publish and PublishBatch.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import re

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sns import contents, data_guard, delivery, fifo, mobile, sms
from emulator.services.sns.envelopes import Notifications, sequence_number
from emulator.services.sns.errors import invalid, no_value
from emulator.services.sns.filters import Candidate
from emulator.services.sns.service import service
from emulator.services.sns.tables import Message, Topic
from emulator.services.sns.topic_attributes import largest_message, of_topic
from emulator.services.sns.topics import find_topic

MOST_ENTRIES = 10
ID = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_ID = 80


@service.operation
def publish(
    ctx, Message, TopicArn=None, TargetArn=None, PhoneNumber=None, Subject=None, MessageStructure=None,
    MessageAttributes=None, MessageDeduplicationId=None, MessageGroupId=None,
):  # fmt: skip
    """To a topic, a mobile endpoint or a phone number.

    Raises InvalidParameter, ParameterValueInvalid, NotFound, EndpointDisabled.
    """
    target = TopicArn if TopicArn is not None else TargetArn
    entry = {
        "Message": Message, "Subject": Subject, "MessageStructure": MessageStructure,
        "MessageAttributes": MessageAttributes, "MessageDeduplicationId": MessageDeduplicationId,
        "MessageGroupId": MessageGroupId,
    }  # fmt: skip
    if target is None:
        if PhoneNumber is None:
            raise no_value("TopicArn or TargetArn")
        sms.check_number(PhoneNumber)
        message = _message(ctx, entry)
        if len(message.text("sms")) > contents.LONGEST_SMS:
            raise invalid("Message too long")
        sms.send(ctx, PhoneNumber, message.text("sms"), message.id, message.attributes)
        return {"MessageId": message.id}
    if TopicArn is None and mobile.is_endpoint(target):
        endpoint = mobile.find_target(ctx, target)
        message = _message(ctx, entry)
        mobile.push(ctx, endpoint, message)
        return {"MessageId": message.id}
    topic = find_topic(ctx, target, "TopicArn" if TopicArn is not None else "TargetArn")
    message = _message(ctx, entry)
    fifo.check(topic, MessageGroupId, MessageDeduplicationId)
    if contents.length(Message, MessageAttributes) > largest_message(topic):
        raise invalid("Message too long")
    return _accept(ctx, topic, message)


def _message(ctx: Context, entry: dict) -> Message:
    """A message of checked content. Raises InvalidParameter, ParameterValueInvalid."""
    body, attributes = entry["Message"], entry.get("MessageAttributes")
    contents.check(body, entry.get("Subject"), attributes)
    structure = contents.texts(body, entry.get("MessageStructure"))
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        contents.check_token(name, entry.get(name))
    return Message(
        id=ctx.ids.uuid(), body=structure["default"] if structure else body, at=ctx.now,
        subject=entry.get("Subject"), structure=structure, attributes=attributes or {},
        group=entry.get("MessageGroupId") or "", deduplication=entry.get("MessageDeduplicationId") or "",
        trace=ctx.headers.get("x-amzn-trace-id", ""),
    )  # fmt: skip


def _accept(ctx: Context, topic: Topic, message: Message) -> dict:
    """Take a message into a topic and hand it to its subscriptions; a repeated one only gets its answer again."""
    message = data_guard.inbound(ctx, topic, message)
    if not topic.fifo:
        distribute(ctx, topic, message)
        return {"MessageId": message.id}
    deduplication = message.deduplication or fifo.deduplication_id(message.body)
    original = fifo.original(ctx, topic, message.group, deduplication)
    if original is not None:
        return {"MessageId": original.message, "SequenceNumber": sequence_number(original.sequence)}
    sequence = fifo.next_sequence(ctx, topic)
    message = replace(message, deduplication=deduplication, sequence=sequence)
    fifo.remember(ctx, topic, message)
    distribute(ctx, topic, message)
    return {"MessageId": message.id, "SequenceNumber": sequence_number(sequence)}


def distribute(ctx: Context, topic: Topic, message: Message) -> None:
    """To every confirmed subscription whose filter policy lets it through, but those that only wanted a replay."""
    notifications = Notifications(ctx, topic, message)
    candidate = Candidate(message)
    for subscription in of_topic(ctx, topic):
        if subscription.pending or subscription.closed:
            continue
        if candidate.accepted(subscription):
            allowed = data_guard.outbound(topic, message, subscription)
            if allowed is not None:
                told = notifications if allowed is message else Notifications(ctx, topic, allowed)
                delivery.deliver(ctx, told, subscription)


# Batches


@service.operation
def publish_batch(ctx, TopicArn, PublishBatchRequestEntries):
    """Up to ten messages; what is wrong with one refuses all.

    Raises NotFound, InvalidParameter, ParameterValueInvalid, BatchRequestTooLong and the like.
    """
    topic = find_topic(ctx, TopicArn)
    entries = PublishBatchRequestEntries
    _check_entries(entries)
    messages = [_message(ctx, entry) for entry in entries]
    for entry in entries:
        fifo.check(topic, entry.get("MessageGroupId"), entry.get("MessageDeduplicationId"))
    total = sum(contents.length(each["Message"], each.get("MessageAttributes")) for each in entries)
    if total > largest_message(topic):
        raise AwsError(
            "BatchRequestTooLong", "The length of all the messages put together is more than the limit."
        )
    successful = [
        {**_accept(ctx, topic, message), "Id": entry["Id"]} for entry, message in zip(entries, messages)
    ]
    return {"Failed": [], "Successful": successful}


def _check_entries(entries: list[dict]) -> None:
    if not entries:
        raise AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    if len(entries) > MOST_ENTRIES:
        raise AwsError(
            "TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible."
        )
    for entry in entries:
        each = entry["Id"]
        if len(each) > LONGEST_ID:
            raise AwsError(
                "InvalidBatchEntryId", f"The Id of a batch entry in the batch request is too long: {each}"
            )
        if not ID.fullmatch(each):
            raise AwsError(
                "InvalidBatchEntryId",
                f"The Id of a batch entry in the batch request contains an impermissible character: {each}",
            )
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise AwsError(
            "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."
        )
