"""Streams as sources: each shard is read in order, from a position that moves on when a batch is done with.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html, eb-pipes-dynamodb.html
"""

from base64 import b64encode
from typing import Any

from emulator.engines.stream_reader import OLDEST, Place, Reader, change_of, start_of
from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.pipes.tables import Position, positions


def _place(position: Position) -> Place:
    return Place(position.key[1], position.start, position.sequence, position.iterator)


def open(ctx: Context, arn: Arn, role: Principal, pipe: str, given: dict[str, Any]) -> None:
    """Remember where reading begins, for shards that are not being read already. Raises AwsError."""
    reader, rows = Reader(ctx, arn, role), ctx.rows(positions)
    known = any(each.key[0] == pipe for each in rows.range((pipe,)))
    start = start_of(given)
    for shard in reader.shards():
        if not known:
            position = Position((pipe, shard.id), start, done=start == "LATEST" and shard.closed)
            if start == "LATEST" and not shard.closed:
                position = replace(position, iterator=reader.iterator(_place(position)))
            rows.put(position)


def gather(
    ctx: Context, arn: Arn, role: Principal, pipe: str, size: int, window: float
) -> tuple[list[tuple[str, list[dict[str, Any]]]], float | None]:
    """(batches that are ready, each with its shard; when one that waits will be)."""
    reader, rows = Reader(ctx, arn, role), ctx.rows(positions)
    ready, due = [], None
    for shard in reader.shards():
        position = rows.get((pipe, shard.id)) or Position((pipe, shard.id), OLDEST)
        parent = rows.get((pipe, shard.parent)) if shard.parent else None
        if position.done or (parent is not None and not parent.done):
            continue
        try:
            records, following = reader.read(_place(position), position.size or size)
        except AwsError:
            continue  # throttled, or gone since
        if not records:
            rows.put(replace(position, done=following is None, iterator=following or ""))
            continue
        since = position.since or ctx.now
        if len(records) < size and ctx.now < since + window and not position.attempts:
            rows.put(replace(position, since=since))
            due = min(due or since + window, since + window)
            continue
        rows.put(replace(position, since=since))
        ready.append((shard.id, [event_of(arn, role, shard.id, each) for each in records]))
    return ready, due


def event_of(arn: Arn, role: Principal, shard: str, record: dict[str, Any]) -> dict[str, Any]:
    """A record as pipes hand it on."""
    if arn.service == "dynamodb":
        return change_of(arn, record)
    return {
        "kinesisSchemaVersion": "1.0", "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"], "data": b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"], "eventSource": "aws:kinesis",
        "eventVersion": "1.0", "eventID": f"{shard}:{record['SequenceNumber']}", "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role.arn, "awsRegion": arn.region, "eventSourceARN": arn.text,
    }  # fmt: skip


def sequence_of(event: dict[str, Any]) -> str:
    return event["sequenceNumber"] if "sequenceNumber" in event else event["dynamodb"]["SequenceNumber"]


def arrival_of(event: dict[str, Any]) -> float:
    if "approximateArrivalTimestamp" in event:
        return event["approximateArrivalTimestamp"]
    return event["dynamodb"]["ApproximateCreationDateTime"]


def advance(ctx: Context, pipe: str, shard: str, event: dict[str, Any]) -> None:
    """All up to an event is done with."""
    position = ctx.rows(positions).get((pipe, shard))
    if position is not None:
        ctx.rows(positions).put(Position(position.key, position.start, sequence_of(event)))
