"""CreateStream, DeleteStream and ListStreams.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
"""

from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.kinesis import tags
from emulator.services.kinesis.account import check_warm
from emulator.services.kinesis.errors import in_use, invalid, limited, refused
from emulator.services.kinesis.lookup import by_arn, find, save, with_shards
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import HASHES, Shard, Stream, batches, consumers, reads, streams

ON_DEMAND_SHARDS = 4
SHARD_LIMIT = 20000
ON_DEMAND_LIMIT = 50
CREATING_LIMIT = 5
STREAMS_LISTED = 100
BAD_TOKEN = ("InvalidArgumentException", "NextToken is not valid.")


def even_shards(count: int, opened: float) -> tuple[Shard, ...]:
    """``count`` shards that share all hash keys evenly."""
    starts = [each * (HASHES // count) for each in range(count)]
    ends = [start - 1 for start in (*starts[1:], HASHES)]
    return tuple(
        Shard(index, f"{start:032x}", f"{end:032x}", opened) for index, (start, end) in enumerate(zip(starts, ends))
    )


@service.operation
def create_stream(
    ctx, StreamName, ShardCount=None, StreamModeDetails=None, Tags=None, WarmThroughputMiBps=None,
    MaxRecordSizeInKiB=None, RecordDistributionStrategy=None,
):  # fmt: skip
    """A new stream. Raises InvalidArgumentException, LimitExceededException, ResourceInUseException."""
    mode = (StreamModeDetails or {"StreamMode": "PROVISIONED"})["StreamMode"]
    on_demand = mode == "ON_DEMAND" or (StreamModeDetails is None and ShardCount is None)
    if on_demand and ShardCount is not None:
        raise refused("ShardCount must not be specified for streams in ON_DEMAND mode.")
    if not on_demand:
        if ShardCount is None:
            raise refused("ShardCount must be specified for streams in PROVISIONED mode.")
        if RecordDistributionStrategy == "AUTO":
            raise invalid("RecordDistributionStrategy AUTO is not supported for streams in PROVISIONED mode.")
        if WarmThroughputMiBps is not None:
            raise refused("WarmThroughputMiBps is not supported for streams in PROVISIONED mode.")
    elif WarmThroughputMiBps is not None:
        check_warm(ctx, WarmThroughputMiBps)
    if ctx.rows(streams).get(StreamName) is not None:
        raise in_use(f"Stream {StreamName} under account {ctx.account} already exists.")
    count = ON_DEMAND_SHARDS if on_demand else ShardCount
    check_limits(ctx, count, on_demand)
    stream = Stream(
        StreamName, ctx.account, ctx.region, ctx.ids.hex(16), ctx.now, "ON_DEMAND" if on_demand else "PROVISIONED",
        next=count, tags=tags.checked(StreamName, ctx.account, {}, Tags or {}),
        largest=(MaxRecordSizeInKiB or 1024) * 1024, warm=WarmThroughputMiBps,
        distribution=RecordDistributionStrategy or "USER_PARTITION_KEY",
    )  # fmt: skip
    save(ctx, stream)
    ctx.after(0, "finish_stream", arn=stream.arn, id=stream.id)


def check_limits(ctx: Context, more: int, on_demand: bool = False) -> None:
    """Raises LimitExceededException for more shards, or streams, than an account may have."""
    mine = list(ctx.rows(streams))
    if sum(each.status == "CREATING" for each in mine) >= CREATING_LIMIT:
        raise limited(
            f"This request would exceed the limit of {CREATING_LIMIT} streams in the CREATING state under account "
            f"{ctx.account}."
        )
    if on_demand:
        count = sum(each.mode == "ON_DEMAND" for each in mine)
        if count >= ON_DEMAND_LIMIT:
            raise limited(
                f"This request would exceed the on-demand stream limit for the account {ctx.account} in {ctx.region}. "
                f"Current on-demand stream count for the account: {count}. Limit: {ON_DEMAND_LIMIT}."
            )
        return
    count = open_shards(ctx)
    if count + more > SHARD_LIMIT:
        raise limited(
            f"This request would exceed the shard limit for the account {ctx.account} in {ctx.region}. Current shard "
            f"count for the account: {count}. Limit: {SHARD_LIMIT}. Number of additional shards that would have "
            f"resulted from this request: {more}. Refer to the AWS Service Limits page "
            "(https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to "
            "request higher limits."
        )


def open_shards(ctx: Context) -> int:
    """How many open shards the account's provisioned streams have."""
    return sum(len(each.opens) or each.next for each in ctx.rows(streams) if each.mode == "PROVISIONED")


@service.job
def finish_stream(ctx, arn, id):
    """A stream that was being made is there, with its shards."""
    found = by_arn(ctx, arn, id)
    if found is not None and found.status == "CREATING":
        with_shards(ctx, found, even_shards(found.next, found.created), status="ACTIVE")
        ctx.after(3600, "trim", arn=arn, id=id)


@service.operation
def delete_stream(ctx, StreamName=None, EnforceConsumerDeletion=None, StreamARN=None):
    """Delete a stream and its records. Raises ResourceInUseException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    if not EnforceConsumerDeletion and len(ctx.rows(consumers, stream.arn, **stream.place)):
        raise in_use(
            f"Stream {stream.name} under account {stream.account} has registered consumers and can not be deleted "
            "without EnforceConsumerDeletion."
        )
    for check in deletion_guards:
        check(ctx, stream)
    save(ctx, stream, status="DELETING")
    ctx.after(0, "forget_stream", arn=stream.arn, id=stream.id)


# Called with (ctx, stream) before a stream goes; they refuse by raising AwsError.
deletion_guards: list = []


@service.job
def forget_stream(ctx, arn, id):
    """A stream that was being deleted is gone."""
    found = by_arn(ctx, arn, id)
    if found is None or found.status != "DELETING":
        return
    for shard in found.shards:
        ctx.rows(batches, id, str(shard.index), **found.place).clear()
    ctx.rows(reads, id, **found.place).clear()
    ctx.rows(consumers, arn, **found.place).clear()
    ctx.rows(streams, **found.place).delete(found.name)
    ctx.notify(found.channel)


@service.operation
def list_streams(ctx, Limit=STREAMS_LISTED, ExclusiveStartStreamName=None, NextToken=None):
    """The caller's streams by name. Raises InvalidArgumentException."""
    rows = ctx.rows(streams)

    def items(after):
        after = after if after is not None else ExclusiveStartStreamName
        return rows.range(after, after=after is not None)

    found, token = page(
        ctx, items, lambda stream: stream.name, NextToken, min(Limit, STREAMS_LISTED), invalid=BAD_TOKEN
    )
    answer = {
        "StreamNames": [each.name for each in found],
        "HasMoreStreams": token is not None,
        "StreamSummaries": [
            {
                "StreamName": each.name, "StreamARN": each.arn, "StreamStatus": each.status,
                "StreamModeDetails": {"StreamMode": each.mode}, "StreamCreationTimestamp": int(each.created),
            }
            for each in found
        ],
    }  # fmt: skip
    return answer | ({"NextToken": token} if token else {})
