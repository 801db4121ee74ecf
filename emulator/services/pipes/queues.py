"""Queues as sources: messages are received, kept until their batch is full or its time is over, deleted when done.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal
from emulator.services.pipes.tables import Batch, batches

AT_ONCE = 10  # messages of one receive


def _url(ctx: Context, arn: Arn) -> str:
    return f"{ctx.host}/{arn.account}/{arn.name}"


def check(ctx: Context, arn: Arn, role: Principal) -> None:
    """Raises AwsError for a queue that isn't there or can't be read."""
    given = {"QueueUrl": _url(ctx, arn), "AttributeNames": ["QueueArn"]}
    ctx.call("sqs", "GetQueueAttributes", given, as_=role, **arn.where(ctx))


def gather(
    ctx: Context, arn: Arn, role: Principal, pipe: str, size: int, window: float, wanted: Callable[[dict], bool]
) -> tuple[list[dict[str, Any]], float | None, bool]:
    """(messages of a batch that is ready, when one that waits will be, whether there may be more at once)."""
    waiting = ctx.rows(batches).get(pipe)
    held, since = (list(waiting.messages), waiting.since) if waiting else ([], ctx.now)
    more = True
    while len(held) < size and more:
        fresh = _receive(ctx, arn, role, min(AT_ONCE, size - len(held)))
        more = bool(fresh)
        unwanted = [each for each in fresh if not wanted(each)]
        delete(ctx, arn, role, unwanted)
        held += [each for each in fresh if each not in unwanted]
    if held and len(held) < size and ctx.now < since + window:
        ctx.rows(batches).put(Batch(pipe, tuple(held), since))
        return [], since + window, False
    if waiting:
        ctx.rows(batches).delete(pipe)
    return held, None, more


def _receive(ctx: Context, arn: Arn, role: Principal, most: int) -> list[dict[str, Any]]:
    answer = ctx.call("sqs", "ReceiveMessage", {
        "QueueUrl": _url(ctx, arn), "MaxNumberOfMessages": most, "WaitTimeSeconds": 0, "AttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    }, as_=role, **arn.where(ctx))  # fmt: skip
    return [_event(arn, message) for message in answer.get("Messages", ())]


def _event(arn: Arn, message: dict[str, Any]) -> dict[str, Any]:
    event = {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": message.get("Attributes", {}), "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
    }  # fmt: skip
    if "MD5OfMessageAttributes" in message:
        event["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return {**event, "eventSource": "aws:sqs", "eventSourceARN": arn.text, "awsRegion": arn.region}


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        shown["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        shown["binaryValue"] = b64encode(value["BinaryValue"]).decode()
    return shown


def delete(ctx: Context, arn: Arn, role: Principal, events: list[dict[str, Any]]) -> None:
    """Take messages that are done with from the queue."""
    for at in range(0, len(events), AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": event["receiptHandle"]}
            for number, event in enumerate(events[at : at + AT_ONCE])
        ]  # fmt: skip
        given = {"QueueUrl": _url(ctx, arn), "Entries": entries}
        ctx.call("sqs", "DeleteMessageBatch", given, as_=role, **arn.where(ctx))
