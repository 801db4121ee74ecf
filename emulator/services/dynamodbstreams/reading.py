"""ListStreams, DescribeStream, GetShardIterator and GetRecords.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from emulator.engines import change_stream
from emulator.engines.attribute_values import answered
from emulator.engines.change_stream import Change, Shard, Stream
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.dynamodbstreams import iterators
from emulator.services.dynamodbstreams.service import service

PAGE = 100  # streams or shards
RECORDS = 1000
LARGEST = 1024 * 1024  # bytes of one answer's records


def _stream(ctx: Context, arn: str) -> Stream:
    """Raises ResourceNotFoundException."""
    stream = change_stream.find(ctx, arn)
    if stream is None or (stream.disabled and stream.disabled <= ctx.now - change_stream.KEPT):
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: Stream: {arn} not found")
    return stream


def _shard(ctx: Context, stream: Stream, name: str) -> Shard:
    """Raises ResourceNotFoundException."""
    for shard in change_stream.live_shards(ctx, stream):
        if shard.id == name:
            return shard
    raise AwsError(
        "ResourceNotFoundException", f"Requested resource not found: Shard: {name} in Stream: {stream.arn} not found"
    )


@service.operation
def list_streams(ctx, TableName=None, Limit=PAGE, ExclusiveStartStreamArn=None):
    """The streams of the caller, or of one table."""
    rows, found, table = ctx.rows(change_stream.streams), [], (TableName or "").rpartition("table/")[2]
    horizon = ctx.now - change_stream.KEPT
    for stream in rows.range(ExclusiveStartStreamArn, after=ExclusiveStartStreamArn is not None):
        if (table and stream.table != table) or (stream.disabled and stream.disabled <= horizon):
            continue
        if len(found) == Limit:
            return {"Streams": found, "LastEvaluatedStreamArn": found[-1]["StreamArn"]}
        found.append({"StreamArn": stream.arn, "TableName": stream.table, "StreamLabel": stream.label})
    return {"Streams": found}


@service.operation
def describe_stream(ctx, StreamArn, Limit=PAGE, ExclusiveStartShardId=None, ShardFilter=None):
    """A stream with its shards, oldest first. Raises ResourceNotFoundException."""
    stream = _stream(ctx, StreamArn)
    shards = change_stream.live_shards(ctx, stream)
    if ShardFilter:
        shards = [shard for shard in shards if shard.parent == ShardFilter.get("ShardId")]
    if ExclusiveStartShardId is not None:
        shards = [shard for shard in shards if shard.id > ExclusiveStartShardId]
    out = {
        "StreamArn": stream.arn,
        "StreamLabel": stream.label,
        "StreamStatus": "DISABLED" if stream.disabled else "ENABLED",
        "StreamViewType": stream.view,
        "CreationRequestDateTime": stream.created,
        "TableName": stream.table,
        "KeySchema": [{"AttributeName": name, "KeyType": role} for name, role in stream.keys],
        "Shards": [_described(stream, shard) for shard in shards[:Limit]],
    }
    if len(shards) > Limit:
        out["LastEvaluatedShardId"] = shards[Limit - 1].id
    return {"StreamDescription": out}


def _described(stream: Stream, shard: Shard) -> dict:
    numbers = {"StartingSequenceNumber": change_stream.sequence_number(stream, shard.first)}
    if shard.last is not None:
        numbers["EndingSequenceNumber"] = change_stream.sequence_number(stream, shard.last)
    out = {"ShardId": shard.id, "SequenceNumberRange": numbers}
    if shard.parent:
        out["ParentShardId"] = shard.parent
    return out


@service.operation
def get_shard_iterator(ctx, StreamArn, ShardId, ShardIteratorType, SequenceNumber=None, Timestamp=None):
    """A place in a shard. Raises ResourceNotFoundException, TrimmedDataAccessException, ValidationException."""
    stream = _stream(ctx, StreamArn)
    shard = _shard(ctx, stream, ShardId)
    if ShardIteratorType == "TRIM_HORIZON":
        number = shard.first
    elif ShardIteratorType == "LATEST":
        number = stream.next if shard.last is None else shard.last + 1
    elif ShardIteratorType == "AT_TIMESTAMP":
        number = _at(ctx, stream, shard, Timestamp)
    else:
        number = _given(ctx, stream, shard, SequenceNumber) + (ShardIteratorType == "AFTER_SEQUENCE_NUMBER")
    return {"ShardIterator": iterators.written(ctx, stream.arn, shard.id, number)}


def _at(ctx: Context, stream: Stream, shard: Shard, moment: float | None) -> int:
    if moment is None:
        raise AwsError("ValidationException", "Timestamp must be specified when ShardIteratorType is AT_TIMESTAMP")
    found = next((each for each in change_stream.read(ctx, stream, shard, shard.first) if each.at >= moment), None)
    if found is not None:
        return found.number
    return stream.next if shard.last is None else shard.last + 1


def _given(ctx: Context, stream: Stream, shard: Shard, sequence: str | None) -> int:
    """The number of a sequence number that lies in the shard."""
    if sequence is None:
        raise AwsError(
            "ValidationException",
            "SequenceNumber must be specified when ShardIteratorType is AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER",
        )
    number = change_stream.number_of(sequence) if sequence.isdecimal() else -1
    if number < shard.first or (shard.last is not None and number > shard.last):
        raise AwsError(
            "ValidationException",
            f"Invalid SequenceNumber. SequenceNumber: {sequence} is not in the range of Shard: {shard.id}",
        )
    oldest = next(change_stream.read(ctx, stream, shard, shard.first), None)
    if number < (oldest.number if oldest is not None else stream.next if shard.last is None else 0):
        raise AwsError(
            "TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard."
        )
    return number


@service.operation
def get_records(ctx, ShardIterator, Limit=RECORDS):
    """The next records of a shard. Raises ExpiredIteratorException, ResourceNotFoundException."""
    place = iterators.read(ctx, ShardIterator)
    stream = _stream(ctx, place.arn)
    shard = _shard(ctx, stream, place.shard)
    found, number, size = [], place.number, 0
    for change in change_stream.read(ctx, stream, shard, place.number):
        size += change.size
        if len(found) == Limit or (found and size > LARGEST):
            break
        found.append(_record(ctx, stream, change))
        number = change.number + 1
    answer = {"Records": found}
    if shard.last is None or number <= shard.last:
        answer["NextShardIterator"] = iterators.written(ctx, stream.arn, shard.id, number)
    return answer


def _record(ctx: Context, stream: Stream, change: Change) -> dict:
    dynamodb = {
        "ApproximateCreationDateTime": int(change.at),  # AWS rounds down to the second
        "Keys": answered(ctx, change.keys),
        "SequenceNumber": change_stream.sequence_number(stream, change.number),
        "SizeBytes": change.size,
        "StreamViewType": stream.view,
    }
    if change.new is not None:
        dynamodb["NewImage"] = answered(ctx, change.new)
    if change.old is not None:
        dynamodb["OldImage"] = answered(ctx, change.old)
    out = {
        "eventID": change.id,
        "eventName": change.event,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": stream.arn.split(":")[3],
        "dynamodb": dynamodb,
    }
    if change.by_service:
        out["userIdentity"] = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    return out
