"""Streaming changes to Kinesis data streams.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import features
from emulator.services.dynamodb.errors import table_in_use
from emulator.services.dynamodb.following import follow
from emulator.services.dynamodb.lifecycle import existing
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.store import table_named
from emulator.services.dynamodb.streams import EXPIRY, event_name, keys_of
from emulator.services.dynamodb.tables import DynamoTable, Stored
from emulator.services.dynamodb.values import item_size, load

SCALES = {"MILLISECOND": 1_000, "MICROSECOND": 1_000_000}
PRECISION = "ApproximateCreationDateTimePrecision"


def _destination(table: DynamoTable, arn: str) -> dict:
    return table.more.get("kinesis", {}).get(arn, {})


def _save(ctx: Context, table: DynamoTable, arn: str, **changes) -> None:
    found = table.more.get("kinesis", {})
    features.save_feature(ctx, table, "kinesis", {**found, arn: {**found.get(arn, {}), **changes}})


def _told(table: DynamoTable, arn: str, status: str) -> dict:
    return {"TableName": table.name, "StreamArn": arn, "DestinationStatus": status}


@service.operation
def enable_kinesis_streaming_destination(ctx, TableName, StreamArn, EnableKinesisStreamingConfiguration=None):
    """Begin to stream; whether the stream is there shows later. Raises ResourceInUseException."""
    table = existing(ctx, TableName)
    if _destination(table, StreamArn).get("status") in ("ENABLING", "ACTIVE"):
        raise table_in_use(f"Table already has an enabled Kinesis stream: {StreamArn}")
    given = EnableKinesisStreamingConfiguration or {}
    _save(ctx, table, StreamArn, status="ENABLING", why="", precision=given.get(PRECISION, "MILLISECOND"))
    ctx.after(0, "enable_destination", arn=table.arn, stream=StreamArn)
    return _told(table, StreamArn, "ENABLING") | {"EnableKinesisStreamingConfiguration": given}


@service.job
def enable_destination(ctx, arn, stream):
    """Look for the stream that changes shall go to."""
    table = table_named(ctx, arn)
    if table is None or _destination(table, stream).get("status") != "ENABLING":
        return
    try:
        ctx.call("kinesis", "DescribeStreamSummary", {"StreamARN": stream})
    except AwsError as error:
        _save(ctx, table, stream, status="ENABLE_FAILED", why=error.message)
    else:
        _save(ctx, table, stream, status="ACTIVE")


@service.operation
def disable_kinesis_streaming_destination(ctx, TableName, StreamArn):
    """Stop streaming. Raises ResourceNotFoundException."""
    table = _active(ctx, TableName, StreamArn)
    _save(ctx, table, StreamArn, status="DISABLED")
    return _told(table, StreamArn, "DISABLING")


@service.operation
def update_kinesis_streaming_destination(ctx, TableName, StreamArn, UpdateKinesisStreamingConfiguration=None):
    """Change the precision of times. Raises ResourceNotFoundException."""
    table, given = _active(ctx, TableName, StreamArn), UpdateKinesisStreamingConfiguration or {}
    if PRECISION in given:
        _save(ctx, table, StreamArn, precision=given[PRECISION])
    return _told(table, StreamArn, "UPDATING") | {"UpdateKinesisStreamingConfiguration": given}


def _active(ctx: Context, name: str, stream: str) -> DynamoTable:
    table = existing(ctx, name)
    if _destination(table, stream).get("status") != "ACTIVE":
        raise AwsError("ResourceNotFoundException", f"Table has no active Kinesis stream: {stream}")
    return table


@service.operation
def describe_kinesis_streaming_destination(ctx, TableName):
    """Raises ResourceNotFoundException."""
    table, found = existing(ctx, TableName), []
    for arn, each in table.more.get("kinesis", {}).items():
        out = {"StreamArn": arn, "DestinationStatus": each["status"], PRECISION: each["precision"]}
        found.append(out | ({"DestinationStatusDescription": each["why"]} if each["why"] else {}))
    return {"TableName": table.name, "KinesisDataStreamDestinations": found}


@follow("kinesis")
def send(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    """Let a change go to every active stream."""
    for arn, each in table.more["kinesis"].items():
        if each["status"] == "ACTIVE":
            data = orjson.dumps(_record(ctx, table, before, after, each["precision"]))
            ctx.after(0, "deliver", stream=arn, data=data, key=(after or before).key.hex()[:256])


def _record(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None, precision: str) -> dict:
    keys = keys_of(table, after or before)
    change = {
        "ApproximateCreationDateTime": int(ctx.now * SCALES[precision]), "Keys": keys,
        "SizeBytes": item_size(keys) + sum(each.size for each in (before, after) if each is not None),
        "ApproximateCreationDateTimePrecision": precision,
    }  # fmt: skip
    if precision == "MILLISECOND":
        del change[PRECISION]
    if after is not None:
        change["NewImage"] = load(after.body)
    if before is not None:
        change["OldImage"] = load(before.body)
    expiry = {"principalId": "dynamodb.amazonaws.com", "type": "Service"}
    return {
        "awsRegion": table.region, "eventID": ctx.ids.uuid(), "eventName": event_name(before, after),
        "userIdentity": expiry if ctx.principal is EXPIRY else None, "recordFormat": "application/json",
        "tableName": table.name, "dynamodb": change, "eventSource": "aws:dynamodb",
    }  # fmt: skip


@service.job
def deliver(ctx, stream, data, key):
    ctx.call("kinesis", "PutRecord", {"StreamARN": stream, "Data": data, "PartitionKey": key})
