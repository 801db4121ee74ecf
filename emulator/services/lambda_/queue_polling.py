"""From a queue into a function: a few pollers for each mapping, each with one batch at a time.

What a function has handled is deleted from the queue; all else comes again when it is visible again.
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from base64 import b64encode
from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import filters, names, recursion, running
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Mapping, mappings

# Seconds between two looks of an idle poller, which new messages hasten: the first one finds what is visible again.
SLOWEST = (5.0, 60.0, 60.0, 60.0, 60.0)
PIECE = 10  # messages that SQS hands out or deletes at a time
REPORTS = "ReportBatchItemFailures"


def _job(mapping: Mapping, poller: int) -> str:
    return f"poll/{mapping.id}/{poller}"


def _spare(mapping: Mapping, poller: int) -> str:
    """What polls again when the emulator ended while a batch was with the function."""
    return f"spare/{mapping.id}/{poller}"


def open(ctx: Context, mapping: Mapping) -> None:
    """A queue has no place to remember."""


def begin(ctx: Context, mapping: Mapping) -> None:
    end(ctx, mapping)
    for poller in range(_pollers(mapping)):
        _again(ctx, mapping, poller, 0.0)


def _pollers(mapping: Mapping) -> int:
    """How many batches may be with the function at the same time."""
    return min(mapping.document.get("ScalingConfig", {}).get("MaximumConcurrency", len(SLOWEST)), len(SLOWEST))


def end(ctx: Context, mapping: Mapping) -> None:
    for poller in range(len(SLOWEST)):
        ctx.cancel(_job(mapping, poller))
        ctx.cancel(_spare(mapping, poller))


def _again(ctx: Context, mapping: Mapping, poller: int, seconds: float, **more) -> None:
    ctx.after(seconds, "poll", job_id=_job(mapping, poller), id=mapping.id, poller=poller, **more)


@service.job
def poll(ctx, id, poller, idle=1.0, held=(), since=0.0):
    """One look at the queue. ``held`` are messages that wait, since ``since``, for their batching window to pass."""
    mapping = ctx.rows(mappings).get(id)
    if mapping is None or not mapping.enabled or poller >= _pollers(mapping):
        return None
    document, held = mapping.document, list(held)
    since = since if held else ctx.now
    try:
        with ctx.transaction():
            held += _receive(ctx, mapping, document["BatchSize"] - len(held))
    except AwsError:  # the queue is gone, or cannot be read just now
        _again(ctx, mapping, poller, SLOWEST[poller])
        return None
    due = since + document["MaximumBatchingWindowInSeconds"]
    if held and (len(held) >= document["BatchSize"] or ctx.now >= due):
        ctx.stand_by("poll", job_id=_spare(mapping, poller), id=id, poller=poller)
        return _deliver(ctx, mapping, poller, held)
    if held:
        _again(ctx, mapping, poller, min(due - ctx.now, 1.0), held=held, since=since)
    else:
        _again(ctx, mapping, poller, min(idle, SLOWEST[poller]), idle=idle * 2)
    ctx.hasten_on(("sqs", mapping.source), _job(mapping, poller))
    return None


def _queue(ctx: Context, mapping: Mapping) -> tuple[str, dict[str, str]]:
    source = target_calls.read(mapping.source)
    return f"{ctx.host}/{source.account}/{source.name}", source.where(ctx)


def _receive(ctx: Context, mapping: Mapping, most: int) -> list[dict[str, Any]]:
    """Records of at most so many messages that the mapping's filters let through; the others are deleted."""
    url, where = _queue(ctx, mapping)
    found: list[dict[str, Any]] = []
    while len(found) < most:
        answer = ctx.call("sqs", "ReceiveMessage", {
            "QueueUrl": url, "MaxNumberOfMessages": min(PIECE, most - len(found)), "WaitTimeSeconds": 0,
            "AttributeNames": ["All"], "MessageAttributeNames": ["All"],
        }, **where)  # fmt: skip
        records = [_record(mapping, each) for each in answer.get("Messages", ())]
        if not records:
            break
        wanted = [each for each in records if filters.fits(mapping, each)]
        _delete(ctx, mapping, [each for each in records if each not in wanted])
        found += wanted
    return found


def _record(mapping: Mapping, message: dict[str, Any]) -> dict[str, Any]:
    record = {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": message.get("Attributes", {}), "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        }, "md5OfMessageAttributes": message.get("MD5OfMessageAttributes"), "md5OfBody": message["MD5OfBody"],
    }  # fmt: skip
    region = target_calls.read(mapping.source).region
    return {**record, "eventSource": "aws:sqs", "eventSourceARN": mapping.source, "awsRegion": region}


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        shown["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        shown["binaryValue"] = b64encode(value["BinaryValue"]).decode()
    return shown


async def _deliver(ctx: Context, mapping: Mapping, poller: int, records: list[dict[str, Any]]) -> None:
    reference = names.read(ctx, mapping.function)
    try:
        payload = orjson.dumps({"Records": records})
        trace = recursion.deepest([each["attributes"].get("AWSTraceHeader", "") for each in records])
        outcome = (await running.run(ctx, reference, payload, ctx.ids.uuid(), trace=trace)).outcome
        done = [] if outcome.failed else _handled(mapping, records, outcome.payload)
    except AwsError:  # throttled, or the function is gone: the messages come again
        done = []
    if done:
        try:
            with ctx.transaction():
                _delete(ctx, mapping, done)
        except AwsError:  # the queue is gone, and its messages with it
            done = []
    ctx.cancel(_spare(mapping, poller))
    if ctx.rows(mappings).get(mapping.id) is not None:
        _again(ctx, mapping, poller, 0.0 if done else 1.0)


def _handled(mapping: Mapping, records: list[dict[str, Any]], payload: bytes) -> list[dict[str, Any]]:
    """The records that are done: all, unless the function reports some that are not; none when it names a stranger."""
    if REPORTS not in mapping.document["FunctionResponseTypes"]:
        return records
    answer = orjson.loads(payload or b"null")
    failures = (answer.get("batchItemFailures") if isinstance(answer, dict) else None) or []
    try:
        failed = {each["itemIdentifier"] for each in failures}
    except (TypeError, KeyError):
        return []
    if not failed <= {each["messageId"] for each in records}:
        return []
    return [each for each in records if each["messageId"] not in failed]


def _delete(ctx: Context, mapping: Mapping, records: list[dict[str, Any]]) -> None:
    url, where = _queue(ctx, mapping)
    for start in range(0, len(records), PIECE):
        entries = [
            {"Id": str(number), "ReceiptHandle": each["receiptHandle"]}
            for number, each in enumerate(records[start : start + PIECE])
        ]
        ctx.call("sqs", "DeleteMessageBatch", {"QueueUrl": url, "Entries": entries}, **where)
