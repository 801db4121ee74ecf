"""Streams as sources: each shard is read in order, from a position that moves on when a batch is done with.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html, eb-pipes-dynamodb.html
"""

from base64 import b64encode
from typing import Any, NamedTuple

import orjson

from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.pipes.tables import Position, positions

MOST = 1000  # records of one read
EXPIRED = ("ExpiredIteratorException", "TrimmedDataAccessException")


class Shard(NamedTuple):
    id: str
    parent: str
    closed: bool


class Reader(NamedTuple):
    """A stream, and who reads it."""

    ctx: Context
    arn: Arn
    role: Principal

    def call(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        service = "kinesis" if self.arn.service == "kinesis" else "dynamodbstreams"
        return self.ctx.call(service, operation, given, as_=self.role, **self.arn.where(self.ctx))

    def shards(self) -> list[Shard]:
        if self.arn.service == "kinesis":
            found = self.call("ListShards", {"StreamARN": self.arn.text})["Shards"]
        else:
            found = self.call("DescribeStream", {"StreamArn": self.arn.text})["StreamDescription"]["Shards"]
        return [
            Shard(each["ShardId"], each.get("ParentShardId", ""),
                  "EndingSequenceNumber" in each["SequenceNumberRange"]) for each in found
        ]  # fmt: skip

    def iterator(self, shard: str, kind: str, **more) -> str:
        named = "StreamARN" if self.arn.service == "kinesis" else "StreamArn"
        given = {named: self.arn.text, "ShardId": shard, "ShardIteratorType": kind, **more}
        return self.call("GetShardIterator", given)["ShardIterator"]

    def place(self, position: Position) -> str:
        """The iterator that a position stands for."""
        shard = position.key[1]
        if position.sequence:
            if self.arn.service == "kinesis":
                more = {"StartingSequenceNumber": position.sequence}
            else:
                more = {"SequenceNumber": position.sequence}
            return self.iterator(shard, "AFTER_SEQUENCE_NUMBER", **more)
        if position.iterator:
            return position.iterator
        kind, _, moment = position.start.partition(" ")
        return self.iterator(shard, kind, **({"Timestamp": float(moment)} if moment else {}))

    def read(self, position: Position, most: int) -> tuple[list[dict[str, Any]], str | None]:
        """Records after a position, and the iterator behind them (None at the end of a closed shard)."""
        try:
            answer = self.call("GetRecords", {"ShardIterator": self.place(position), "Limit": min(most, MOST)})
        except AwsError as error:
            if error.code not in EXPIRED:
                raise
            fresh = replace(position, iterator="", sequence="", start="TRIM_HORIZON")
            answer = self.call("GetRecords", {"ShardIterator": self.place(fresh), "Limit": min(most, MOST)})
        return answer.get("Records", []), answer.get("NextShardIterator")


def open(ctx: Context, arn: Arn, role: Principal, pipe: str, given: dict[str, Any]) -> None:
    """Remember where reading begins, for shards that are not being read already. Raises AwsError."""
    reader, rows = Reader(ctx, arn, role), ctx.rows(positions)
    known = any(each.key[0] == pipe for each in rows.range((pipe,)))
    start = given["StartingPosition"]
    if start == "AT_TIMESTAMP":
        start = f"AT_TIMESTAMP {given['StartingPositionTimestamp']}"
    for shard in reader.shards():
        if not known:
            position = Position((pipe, shard.id), start, done=start == "LATEST" and shard.closed)
            if start == "LATEST" and not shard.closed:
                position = replace(position, iterator=reader.place(position))
            rows.put(position)


def gather(
    ctx: Context, arn: Arn, role: Principal, pipe: str, size: int, window: float
) -> tuple[list[tuple[str, list[dict[str, Any]]]], float | None]:
    """(batches that are ready, each with its shard; when one that waits will be)."""
    reader, rows = Reader(ctx, arn, role), ctx.rows(positions)
    ready, due = [], None
    for shard in reader.shards():
        position = rows.get((pipe, shard.id)) or Position((pipe, shard.id), "TRIM_HORIZON")
        parent = rows.get((pipe, shard.parent)) if shard.parent else None
        if position.done or (parent is not None and not parent.done):
            continue
        try:
            records, following = reader.read(position, position.size or size)
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
        return _change(arn, record)
    return {
        "kinesisSchemaVersion": "1.0", "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"], "data": b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"], "eventSource": "aws:kinesis",
        "eventVersion": "1.0", "eventID": f"{shard}:{record['SequenceNumber']}", "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role.arn, "awsRegion": arn.region, "eventSourceARN": arn.text,
    }  # fmt: skip


def _change(arn: Arn, record: dict[str, Any]) -> dict[str, Any]:
    """A change of a table: binary values in base64, whoever made it under names with small letters."""
    shown = {**record, "eventSourceARN": arn.text}
    if "userIdentity" in record:
        shown["userIdentity"] = {name[0].lower() + name[1:]: value for name, value in record["userIdentity"].items()}
    return orjson.loads(orjson.dumps(shown, default=lambda each: b64encode(bytes(each)).decode()))


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
