"""ListShards, and how a shard is told.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html
"""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.kinesis import sealing, sequence
from emulator.services.kinesis.errors import in_use, invalid, no_shard
from emulator.services.kinesis.lookup import find
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Shard, Stream

MOST = 1000
TOKEN_LIFE = 300.0  # seconds


def described(shard: Shard) -> dict:
    """A shard as DescribeStream and ListShards tell it."""
    numbers = {"StartingSequenceNumber": str(sequence.written(shard, sequence.START))}
    if shard.closed:
        numbers["EndingSequenceNumber"] = str(sequence.written(shard, sequence.END))
    out = {"ShardId": shard.id, "HashKeyRange": hash_range(shard), "SequenceNumberRange": numbers}
    for name, parent in zip(("ParentShardId", "AdjacentParentShardId"), shard.parents):
        out[name] = f"shardId-{parent:012d}"
    return out


def hash_range(shard: Shard) -> dict:
    return {"StartingHashKey": str(int(shard.start, 16)), "EndingHashKey": str(int(shard.end, 16))}


def shard_named(stream: Stream, name: str) -> Shard:
    """Raises ResourceNotFoundException."""
    for shard in stream.shards:
        if shard.id == name:
            return shard
    raise no_shard(stream, name)


def children(stream: Stream, parent: Shard) -> list[dict]:
    """The shards that took over from a closed one, as readers are told of them."""
    return [
        {"ShardId": each.id, "ParentShards": [f"shardId-{index:012d}" for index in each.parents],
         "HashKeyRange": hash_range(each)}
        for each in stream.shards if parent.index in each.parents
    ]  # fmt: skip


@service.operation
def list_shards(
    ctx, StreamName=None, NextToken=None, ExclusiveStartShardId=None, MaxResults=MOST, StreamCreationTimestamp=None,
    ShardFilter=None, StreamARN=None,
):  # fmt: skip
    """The shards of a stream. Raises ExpiredNextTokenException, InvalidArgumentException, ResourceInUseException."""
    if NextToken is not None:
        if StreamName is not None or ExclusiveStartShardId is not None or StreamCreationTimestamp is not None:
            raise invalid("NextToken and StreamName cannot be provided together.")
        stream, after, chosen = _opened(ctx, NextToken)
    else:
        stream, after, chosen = find(ctx, StreamName, StreamARN), ExclusiveStartShardId, ShardFilter
    if stream.status == "DELETING":
        raise in_use(f"Stream {stream.name} under account {stream.account} is being deleted.")
    if StreamCreationTimestamp is not None and int(StreamCreationTimestamp) != int(stream.created):
        raise invalid("StreamCreationTimestamp does not match the creation time of the stream.")
    found = [each for each in filtered(ctx, stream, chosen) if after is None or each.id > after]
    limit = min(MaxResults, MOST)
    answer: dict[str, Any] = {"Shards": [described(each) for each in found[:limit]]}
    if len(found) > limit:
        answer["NextToken"] = sealing.sealed(stream, found[limit - 1].id, chosen, ctx.now)
    return answer


def filtered(ctx: Context, stream: Stream, chosen: dict | None) -> list[Shard]:
    """The shards that a ShardFilter lets through. Raises InvalidArgumentException."""
    if chosen is None:
        return list(stream.shards)
    kind, moment = chosen["Type"], chosen.get("Timestamp")
    if kind == "AFTER_SHARD_ID":
        if "ShardId" not in chosen:
            raise invalid("ShardId must be specified for the ShardFilter type AFTER_SHARD_ID.")
        return [each for each in stream.shards if each.id > chosen["ShardId"]]
    if kind.endswith("_TIMESTAMP"):
        if moment is None:
            raise invalid(f"Timestamp must be specified for the ShardFilter type {kind}.")
    elif kind == "AT_LATEST":
        moment = ctx.now
    else:
        moment = max(stream.created, ctx.now - stream.retention * 3600)
    if kind.startswith("FROM"):
        return [each for each in stream.shards if not each.closed or each.closed > moment]
    return [each for each in stream.shards if each.opened <= moment and (not each.closed or each.closed > moment)]





def _opened(ctx: Context, token: str) -> tuple[Stream, str, dict | None]:
    """The stream, the last shard told and the filter of a token. Raises ExpiredNextTokenException."""
    try:
        stream, (last, chosen, made) = sealing.opened(ctx, token)
    except ValueError:
        raise invalid("NextToken is not valid.") from None
    if made + TOKEN_LIFE <= ctx.now:
        raise AwsError("ExpiredNextTokenException", "The NextToken has expired.")
    return stream, last, chosen
