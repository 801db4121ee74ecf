"""Receiving from queues: what is given out is hidden for a while, acknowledged, or in the end a dead letter.

https://docs.aws.amazon.com/streams/latest/dev/queues-dead-letter-records.html
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from itertools import islice

import msgspec

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Rows, replace
from emulator.services.kinesis import cursors, encryption, sequence
from emulator.services.kinesis.errors import invalid, not_found
from emulator.services.kinesis.lookup import by_arn, owner
from emulator.services.kinesis.queues import queue_named, save
from emulator.services.kinesis.reading import read
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Queue, Received, Stream, received

MOST = 10
WAIT = 9  # seconds
SWEEP = 1000  # records looked at for dead letters in one call
DIGEST = 12


def _rows(ctx: Context, queue: Queue) -> Rows[Received]:
    return ctx.rows(received, queue.id, **owner(queue.arn))


# Receipt handles: the record and how often it had been received; sealed with the queue's stream


def _handle(queue: Queue, record: Received) -> str:
    body = msgspec.msgpack.encode((record.shard, record.number, record.count, record.dead))
    return urlsafe_b64encode(_digest(queue, body) + body).decode()


def _digest(queue: Queue, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=(queue.id + queue.stream_id).encode(), digest_size=DIGEST).digest()


def _record(ctx: Context, queue: Queue, handle: str, dead: bool) -> Received:
    """The record of a receipt handle. Raises InvalidArgumentException, ResourceNotFoundException."""
    try:
        packed = urlsafe_b64decode(handle)
        body = packed[DIGEST:]
        if packed[:DIGEST] != _digest(queue, body):
            raise ValueError
        shard, number, count, was_dead = msgspec.msgpack.decode(body)
    except (Error, ValueError, msgspec.DecodeError):
        raise invalid("The receipt handle is not valid.") from None
    if was_dead != dead:
        raise invalid("The receipt handle is not of the records that this operation is for.")
    found = _rows(ctx, queue).get((shard, number))
    if found is None or found.count != count or found.dead != dead:
        raise not_found("The receipt handle is no longer valid.")
    return found


# Receiving


def _bury(ctx: Context, queue: Queue) -> None:
    """Records that were received often enough, and came back, become dead letters."""
    if queue.most is None:
        return
    rows = _rows(ctx, queue)
    for each in list(islice(rows.by("visible", (False, 0.0), (False, ctx.now)), SWEEP)):
        if each.count >= queue.most:
            rows.put(replace(each, dead=True, count=0, visible=each.visible))


def _again(ctx: Context, queue: Queue, stream: Stream, dead: bool, limit: int, hidden: int) -> list[dict]:
    """Records that are visible again, or dead letters; those that the stream has forgotten are forgotten."""
    rows, found = _rows(ctx, queue), []
    shards = {each.index: each for each in stream.shards}
    for each in list(islice(rows.by("visible", (dead, 0.0), (dead, ctx.now)), SWEEP)):
        if len(found) == limit:
            break
        shard = shards.get(each.shard)
        content = read(ctx, stream, shard, each.number, 1).records if shard is not None else []
        if not content or content[0]["SequenceNumber"] != str(sequence.written(shard, each.number)):
            rows.delete((each.shard, each.number))
            continue
        taken = rows.put(replace(each, count=each.count + 1, visible=ctx.now + hidden))
        found.append(_told(queue, taken, content[0]))
    return found


def _new(ctx: Context, queue: Queue, stream: Stream, limit: int, hidden: int) -> list[dict]:
    """Records that were not given out before."""
    rows, found, places = _rows(ctx, queue), [], dict(queue.cursors)
    for shard, records in cursors.onward(ctx, stream, places, limit, queue.begins):
        for each in records:
            number = sequence.number_of(shard, int(each["SequenceNumber"]))
            taken = rows.put(Received(shard.index, number, ctx.now, ctx.now + hidden))
            found.append(_told(queue, taken, each))
    if places != queue.cursors:
        save(ctx, replace(queue, cursors=places))
    return found


def _told(queue: Queue, record: Received, content: dict) -> dict:
    out = {
        "ReceiptHandle": _handle(queue, record), "RecordId": f"{record.shard:012x}{record.number:016x}",
        "Data": content["Data"], "ApproximateArrivalTimestamp": content["ApproximateArrivalTimestamp"],
        "FirstReceiveTimestamp": int(record.first * 1000) / 1000, "ReceiveCount": record.count,
    }  # fmt: skip
    return out | ({"PartitionKey": content["PartitionKey"]} if "PartitionKey" in content else {})


def _receive(ctx: Context, arn: str, dead: bool, limit: int, hidden: int | None) -> list[dict]:
    queue = queue_named(ctx, arn)
    stream = by_arn(ctx, queue.stream, queue.stream_id)
    if queue.status not in ("ACTIVE", "UPDATING") or stream is None:
        raise not_found(f"Queue {arn} is not in ACTIVE status.")
    encryption.check_use(ctx, stream)
    hidden = queue.visibility if hidden is None else hidden
    _bury(ctx, queue)
    found = _again(ctx, queue, stream, dead, limit, hidden)
    if not dead and len(found) < limit:
        found += _new(ctx, queue, stream, limit - len(found), hidden)
    return found


def _received(ctx: Context, arn: str, dead: bool, limit: int, wait: int, hidden: int | None):
    """What there is at once, else a coroutine that waits for it."""
    found = _receive(ctx, arn, dead, limit, hidden)
    return {"QueueRecords": found} if found else _wait(ctx, arn, dead, limit, wait, hidden)


async def _wait(ctx: Context, arn: str, dead: bool, limit: int, wait: int, hidden: int | None) -> dict:
    until, more = ctx.monotonic() + wait, True
    while more:
        queue = queue_named(ctx, arn)
        soonest = next(_rows(ctx, queue).by("visible", (dead, 0.0), (dead, float("inf"))), None)
        pause = until - ctx.monotonic()
        if soonest is not None:
            pause = min(pause, max(0.01, soonest.visible - ctx.now))
        await ctx.wait(("kinesis", "stream", queue.stream), max(0.0, pause))
        found = _receive(ctx, arn, dead, limit, hidden)
        if found:
            return {"QueueRecords": found}
        more = ctx.monotonic() < until
    return {"QueueRecords": []}


@service.operation
def receive_queue_records(ctx, QueueARN, Limit=MOST, WaitTimeSeconds=WAIT, VisibilityTimeoutSeconds=None):
    """Raises ResourceNotFoundException."""
    return _received(ctx, QueueARN, False, Limit, WaitTimeSeconds, VisibilityTimeoutSeconds)


@service.operation
def receive_dead_letter_queue_records(ctx, QueueARN, Limit=MOST, WaitTimeSeconds=WAIT, VisibilityTimeoutSeconds=None):
    """Raises ResourceNotFoundException."""
    return _received(ctx, QueueARN, True, Limit, WaitTimeSeconds, VisibilityTimeoutSeconds)


# What is done with received records, entry by entry


Act = Callable[[Queue, Received, dict], None]


def _each(ctx: Context, arn: str, entries: list[dict], dead: bool, act: Act) -> dict:
    queue, done, failed = queue_named(ctx, arn), [], []
    for entry in entries:
        handle = entry["ReceiptHandle"]
        try:
            act(queue, _record(ctx, queue, handle, dead), entry)
        except AwsError as error:
            failed.append({"ReceiptHandle": handle, "ErrorCode": error.code, "ErrorMessage": error.message})
        else:
            done.append({"ReceiptHandle": handle})
    ctx.notify(("kinesis", "stream", queue.stream))
    return {"Successful": done, "Failed": failed}


def _acknowledge(ctx: Context, arn: str, entries: list[dict], dead: bool) -> dict:
    def forget(queue: Queue, record: Received, _entry: dict) -> None:
        _rows(ctx, queue).delete((record.shard, record.number))

    return _each(ctx, arn, entries, dead, forget)


def _hide(ctx: Context, arn: str, entries: list[dict], dead: bool) -> dict:
    def put_off(queue: Queue, record: Received, entry: dict) -> None:
        _rows(ctx, queue).put(replace(record, visible=ctx.now + entry["VisibilityTimeoutSeconds"]))

    return _each(ctx, arn, entries, dead, put_off)


@service.operation
def acknowledge_queue_records(ctx, QueueARN, Entries):
    """Raises ResourceNotFoundException."""
    return _acknowledge(ctx, QueueARN, Entries, False)


@service.operation
def acknowledge_dead_letter_queue_records(ctx, QueueARN, Entries):
    """Raises ResourceNotFoundException."""
    return _acknowledge(ctx, QueueARN, Entries, True)


@service.operation
def update_queue_records_visibility(ctx, QueueARN, Entries):
    """Raises ResourceNotFoundException."""
    return _hide(ctx, QueueARN, Entries, False)


@service.operation
def update_dead_letter_queue_records_visibility(ctx, QueueARN, Entries):
    """Raises ResourceNotFoundException."""
    return _hide(ctx, QueueARN, Entries, True)


@service.operation
def restore_dead_letter_queue_records(ctx, QueueARN, Entries):
    """Back to where records are received, as if they never had been. Raises ResourceNotFoundException."""

    def revive(queue: Queue, record: Received, _entry: dict) -> None:
        _rows(ctx, queue).put(replace(record, dead=False, count=0, visible=ctx.now))

    return _each(ctx, QueueARN, Entries, True, revive)
