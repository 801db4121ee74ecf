"""SplitShard, MergeShards and UpdateShardCount: closed shards hand their hash keys over to new ones.

https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis.errors import invalid, limited, refused
from emulator.services.kinesis.lookup import active, by_arn, save, with_shards
from emulator.services.kinesis.service import service
from emulator.services.kinesis.shards import shard_named
from emulator.services.kinesis.streams import SHARD_LIMIT, even_shards, open_shards
from emulator.services.kinesis.tables import Shard, Stream

DAY = 24 * 3600.0
UPDATES = 10  # of the number of shards, in a day
LARGEST = 10_000  # shards of a stream


def _provisioned(ctx: Context, name: str | None, arn: str | None) -> Stream:
    """Raises ValidationException for a stream in on-demand mode, and what :func:`active` raises."""
    stream = active(ctx, name, arn)
    if stream.mode != "PROVISIONED":
        raise refused(f"Request is invalid. Stream {stream.name} under account {stream.account} is in On-Demand mode.")
    return stream


def _open(stream: Stream, name: str) -> Shard:
    shard = shard_named(stream, name)
    if shard.closed:
        raise invalid(
            f"Shard {shard.id} in stream {stream.name} under account {stream.account} has already been merged or "
            "split, and thus is not eligible for merging or splitting."
        )
    return shard


def _room(ctx: Context, more: int) -> None:
    count = open_shards(ctx)
    if count + more > SHARD_LIMIT:
        raise limited(
            f"This request would exceed the shard limit for the account {ctx.account} in {ctx.region}. Current shard "
            f"count for the account: {count}. Limit: {SHARD_LIMIT}. Number of additional shards that would have "
            f"resulted from this request: {more}."
        )


@service.operation
def split_shard(ctx, ShardToSplit, NewStartingHashKey, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, LimitExceededException, ResourceInUseException, ResourceNotFoundException."""
    stream = _provisioned(ctx, StreamName, StreamARN)
    shard = _open(stream, ShardToSplit)
    key, start, end = int(NewStartingHashKey), int(shard.start, 16), int(shard.end, 16)
    if not start + 1 < key < end:
        raise invalid(
            f"NewStartingHashKey {key} used in SplitShard() on shard {shard.id} in stream {stream.name} under account "
            f"{stream.account} is not both greater than one plus the shard's StartingHashKey {start} and less than the "
            f"shard's EndingHashKey {end - 1}."
        )
    _room(ctx, 1)
    lower = Shard(0, shard.start, f"{key - 1:032x}", 0, (shard.index,))
    upper = Shard(0, f"{key:032x}", shard.end, 0, (shard.index,))
    _begin(ctx, stream, (lower, upper))


@service.operation
def merge_shards(ctx, ShardToMerge, AdjacentShardToMerge, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    stream = _provisioned(ctx, StreamName, StreamARN)
    one, other = _open(stream, ShardToMerge), _open(stream, AdjacentShardToMerge)
    lower, upper = sorted((one, other), key=lambda each: each.start)
    if int(lower.end, 16) + 1 != int(upper.start, 16):
        raise invalid(
            f"Shards {one.id} and {other.id} in stream {stream.name} under account {stream.account} are not an "
            "adjacent pair of shards eligible for merging"
        )
    _begin(ctx, stream, (Shard(0, lower.start, upper.end, 0, (one.index, other.index)),))


@service.operation
def update_shard_count(ctx, TargetShardCount, ScalingType, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, LimitExceededException, ResourceInUseException, ValidationException."""
    stream = _provisioned(ctx, StreamName, StreamARN)
    count = len(stream.opens)
    if TargetShardCount > 2 * count:
        raise invalid(
            "UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: "
            f"{count} Target shard count: {TargetShardCount}"
        )
    if TargetShardCount * 2 < count:
        raise invalid(
            "UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: "
            f"{count} Target shard count: {TargetShardCount}"
        )
    if TargetShardCount > LARGEST:
        raise limited(f"The target shard count {TargetShardCount} exceeds the limit of {LARGEST} shards of a stream.")
    recent = tuple(each for each in stream.resharded if each > ctx.now - DAY)
    if len(recent) >= UPDATES:
        raise limited(
            f"UpdateShardCount has been called {UPDATES} times in the last 24 hours for stream {stream.name} under "
            f"account {stream.account}."
        )
    _room(ctx, max(0, TargetShardCount - count))
    stream = save(ctx, stream, resharded=(*recent, ctx.now))
    scale(ctx, stream, TargetShardCount)
    return {
        "StreamName": stream.name, "StreamARN": stream.arn, "CurrentShardCount": count,
        "TargetShardCount": TargetShardCount,
    }  # fmt: skip


def scale(ctx: Context, stream: Stream, count: int) -> None:
    """Let ``count`` new shards, all of a size, take over from the open ones that they overlap."""
    old = [stream.shards[place] for place in stream.opens]
    if count == len(old):
        save(ctx, stream, status="UPDATING")
        ctx.after(0, "activate", arn=stream.arn, id=stream.id)
        return
    _begin(ctx, stream, tuple(
        replace(each, parents=tuple(p.index for p in old if p.start <= each.end and each.start <= p.end)[:2])
        for each in even_shards(count, 0.0)
    ))  # fmt: skip


def _begin(ctx: Context, stream: Stream, made: tuple[Shard, ...]) -> None:
    """Mark the stream as updating; the new shards open a moment later. Theirs are not yet index and opening time."""
    save(ctx, stream, status="UPDATING")
    plan = [[each.start, each.end, list(each.parents)] for each in made]
    ctx.after(0, "reshard", arn=stream.arn, id=stream.id, plan=plan)


@service.job
def reshard(ctx, arn, id, plan):
    """Close the shards whose hash keys are handed over, and open the new ones."""
    found = by_arn(ctx, arn, id)
    if found is None or found.status != "UPDATING":
        return
    made = tuple(
        Shard(found.next + number, start, end, ctx.now, tuple(parents))
        for number, (start, end, parents) in enumerate(plan)
    )
    # Every open shard that a new one overlaps ends, also those beyond the two parents that a shard can name.
    kept = tuple(
        replace(each, closed=ctx.now)
        if not each.closed and any(each.start <= new.end and new.start <= each.end for new in made) else each
        for each in found.shards
    )  # fmt: skip
    with_shards(ctx, found, kept + made, next=found.next + len(made), status="ACTIVE")
    ctx.notify(found.channel)
