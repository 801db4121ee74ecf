"""DescribeStream, DescribeStreamSummary and DescribeLimits.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html
"""

from emulator.kernel.context import Context
from emulator.services.kinesis.lookup import find
from emulator.services.kinesis.service import service
from emulator.services.kinesis.shards import described
from emulator.services.kinesis.streams import ON_DEMAND_LIMIT, SHARD_LIMIT, open_shards
from emulator.services.kinesis.tables import Stream, consumers, streams

SHARDS_LISTED = 100


def _common(stream: Stream) -> dict:
    out = {
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": stream.status,
        "StreamModeDetails": {"StreamMode": stream.mode},
        "RetentionPeriodHours": stream.retention,
        "StreamCreationTimestamp": int(stream.created),
        "EnhancedMonitoring": [{"ShardLevelMetrics": list(stream.metrics)}],
        "EncryptionType": stream.encryption,
    }
    return out | ({"KeyId": stream.key} if stream.key else {})


@service.operation
def describe_stream(ctx, StreamName=None, Limit=SHARDS_LISTED, ExclusiveStartShardId=None, StreamARN=None):
    """A stream with its shards. Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    shards = [each for each in stream.shards if ExclusiveStartShardId is None or each.id > ExclusiveStartShardId]
    limit = min(Limit, SHARDS_LISTED)
    return {
        "StreamDescription": _common(stream)
        | {"Shards": [described(each) for each in shards[:limit]], "HasMoreShards": len(shards) > limit}
    }


# What else a summary tells of a stream: functions of (ctx, stream) that return members.
summaries: list = []


@service.operation
def describe_stream_summary(ctx, StreamName=None, StreamARN=None):
    """A stream without its shards. Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    out = _common(stream) | {
        "OpenShardCount": len(stream.opens),
        "ConsumerCount": len(ctx.rows(consumers, stream.arn, **stream.place)),
        "MaxRecordSizeInKiB": stream.largest // 1024,
    }
    if stream.mode == "ON_DEMAND":
        out["RecordDistributionStrategy"] = stream.distribution
        if stream.warm is not None:
            out["WarmThroughput"] = warm_throughput(stream)
    for more in summaries:
        out |= more(ctx, stream)
    return {"StreamDescriptionSummary": out}


def warm_throughput(stream: Stream) -> dict:
    return {"TargetMiBps": stream.warm, "CurrentMiBps": stream.warm}


@service.operation
def describe_limits(ctx):
    """How many shards and on-demand streams the account has, and may have."""
    out = {
        "ShardLimit": SHARD_LIMIT,
        "OpenShardCount": open_shards(ctx),
        "OnDemandStreamCount": _on_demand(ctx),
        "OnDemandStreamCountLimit": ON_DEMAND_LIMIT,
    }
    for more in limits:
        out |= more(ctx)
    return out


# What else the account's limits tell: functions of the context that return members.
limits: list = []


def _on_demand(ctx: Context) -> int:
    return sum(each.mode == "ON_DEMAND" for each in ctx.rows(streams))
