"""Streams as sources: each shard is read in order, from a position that moves on when a batch is done with.

With a ParallelizationFactor a shard has so many lanes: each reads the records of its own partition keys, so that those
of one key stay in order. The position of a lane but the first is kept under ``shard#lane``.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html, eb-pipes-dynamodb.html
"""

from base64 import b64encode
from typing import Any
from zlib import crc32

import orjson

from emulator.engines.stream_reader import OLDEST, Place, Reader, change_of, start_of
from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.pipes.tables import Position, positions

READS = 5  # of a lane that looks for records of its own


def place_of(shard: str, lane: int) -> str:
    """What the position of a lane is kept under."""
    return f"{shard}#{lane}" if lane else shard


def shard_of(place: str) -> str:
    return place.partition("#")[0]


def lane_of(place: str) -> int:
    return int(place.partition("#")[2] or 0)


def _place(position: Position) -> Place:
    return Place(shard_of(position.key[1]), position.start, position.sequence, position.iterator)


def open(ctx: Context, arn: Arn, role: Principal, pipe: str, given: dict[str, Any], lanes: int) -> None:
    """Remember where reading begins, for shards that are not being read already. Raises AwsError."""
    reader, rows = Reader(ctx, arn, role), ctx.rows(positions)
    known = [each for each in rows.range((pipe,)) if each.key[0] == pipe]
    if known:
        _relay(rows, pipe, known, lanes)
        return
    start = start_of(given)
    for shard in reader.shards():
        position = Position((pipe, shard.id), start, done=start == "LATEST" and shard.closed)
        if start == "LATEST" and not shard.closed:
            position = replace(position, iterator=reader.iterator(_place(position)))
        for lane in range(lanes):
            rows.put(replace(position, key=(pipe, place_of(shard.id, lane))))


def _relay(rows, pipe: str, known: list[Position], lanes: int) -> None:
    """Where a shard had another number of lanes, all of its new ones begin at the one that is furthest behind."""
    shards: dict[str, list[Position]] = {}
    for each in known:
        shards.setdefault(shard_of(each.key[1]), []).append(each)
    for shard, found in shards.items():
        if len(found) == lanes:
            continue
        behind = min(found, key=lambda each: (each.done, int(each.sequence or 0)))
        for each in found:
            rows.delete(each.key)
        for lane in range(lanes):
            rows.put(replace(behind, key=(pipe, place_of(shard, lane))))


def _read(reader: Reader, position: Position, size: int, lane: int, lanes: int):
    """(the lane's records, the position to go on from where there are none; None to stay)."""
    if lanes == 1:
        records, following = reader.read(_place(position), position.size or size)
        return records, replace(position, done=following is None, iterator=following or "")
    found, wanted = [], position.size or size
    for _ in range(READS):
        records, following = reader.read(_place(position), size * lanes)
        found += [each for each in records if crc32(_key_of(each)) % lanes == lane]
        sequence = _sequence(records[-1]) if records else position.sequence
        position = replace(position, sequence=sequence, done=following is None,
                           iterator="" if sequence else following or "")  # fmt: skip
        if not records or position.done or len(found) >= wanted:
            break
    return found[:wanted], position


def _key_of(record: dict[str, Any]) -> bytes:
    """What decides on the lane of a record: its partition key, or the key of the item that changed."""
    if "PartitionKey" in record:
        return record["PartitionKey"].encode()
    return orjson.dumps(record["dynamodb"].get("Keys"), option=orjson.OPT_SORT_KEYS, default=str)


def _sequence(record: dict[str, Any]) -> str:
    return record["SequenceNumber"] if "SequenceNumber" in record else record["dynamodb"]["SequenceNumber"]


def gather(
    ctx: Context, arn: Arn, role: Principal, pipe: str, size: int, window: float, lane: int, lanes: int
) -> tuple[list[tuple[str, list[dict[str, Any]]]], float | None]:
    """(a lane's batches that are ready, each with the place of its position; when one that waits will be)."""
    reader, rows = Reader(ctx, arn, role), ctx.rows(positions)
    ready, due = [], None
    for shard in reader.shards():
        key = (pipe, place_of(shard.id, lane))
        position = rows.get(key) or Position(key, OLDEST)
        parents = [rows.get((pipe, place_of(shard.parent, each))) for each in range(lanes)] if shard.parent else []
        if position.done or any(parent is not None and not parent.done for parent in parents):
            continue
        try:
            records, beyond = _read(reader, position, size, lane, lanes)
        except AwsError:
            continue  # throttled, or gone since
        if not records:
            rows.put(beyond)
            continue
        since = position.since or ctx.now
        if len(records) < size and ctx.now < since + window and not position.attempts:
            rows.put(replace(position, since=since))
            due = min(due or since + window, since + window)
            continue
        rows.put(replace(position, since=since))
        ready.append((key[1], [event_of(arn, role, shard.id, each) for each in records]))
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
