"""SubscribeToShard: records as they come, pushed over one connection for up to 5 minutes.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
"""

from collections.abc import AsyncIterator

from emulator.kernel.context import Context
from emulator.services.kinesis import encryption, iterators, sequence
from emulator.services.kinesis.errors import dry_run, in_use, not_found
from emulator.services.kinesis.lookup import by_arn, name_of, owner
from emulator.services.kinesis.reading import read, tip
from emulator.services.kinesis.resources import consumer_of
from emulator.services.kinesis.service import service
from emulator.services.kinesis.shards import children, shard_named
from emulator.services.kinesis.tables import Consumer, Shard, Stream, Subscription, subscriptions

LIFETIME = 300.0  # seconds
PROTECTED = 5.0  # seconds in which no other subscription takes over
BEAT = 5.0  # seconds after which an event is sent though no record came
EVENT = 2 * 1024 * 1024  # bytes of one event's records


@service.operation
def subscribe_to_shard(ctx, ConsumerARN, ShardId, StartingPosition, DryRun=None):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    consumer = consumer_of(ctx, ConsumerARN)
    if consumer is None:
        raise not_found(f"Consumer {ConsumerARN}, account {owner(ConsumerARN).get('account')} not found.")
    stream = by_arn(ctx, consumer.stream)
    if consumer.status != "ACTIVE":
        raise in_use(
            f"Consumer {consumer.name} with creation timestamp {int(consumer.created)} under stream "
            f"{name_of(consumer.stream)} and account {stream.account} is not in ACTIVE status."
        )
    shard = shard_named(stream, ShardId)
    position = StartingPosition
    number = iterators.start(ctx, stream, shard, position["Type"], position.get("SequenceNumber"),
                             position.get("Timestamp"), tip(ctx, stream, shard))  # fmt: skip
    encryption.check_use(ctx, stream)
    rows = ctx.rows(subscriptions, **stream.place)
    before = rows.get((consumer.arn, shard.index))
    if before is not None and ctx.now < before.began + PROTECTED:
        raise in_use("Another active subscription exists for this consumer.")
    if DryRun:
        raise dry_run()
    mine = rows.put(Subscription(consumer.arn, shard.index, ctx.ids.hex(16), ctx.now))
    ctx.notify(stream.channel)  # whoever is taken over shall see it
    return {"EventStream": events(ctx, stream, shard, mine, number)}


async def events(ctx: Context, stream: Stream, shard: Shard, mine: Subscription, number: int) -> AsyncIterator[dict]:
    """What the subscriber is sent, until its time is up, the shard ends or another takes over."""
    until = ctx.now + LIFETIME
    sent = 0.0
    while ctx.now < until:
        ended = _ended(ctx, stream, mine)
        if ended is not None:
            yield ended
            return
        stream = by_arn(ctx, stream.arn)
        shard = next((each for each in stream.shards if each.index == shard.index), shard)
        found = read(ctx, stream, shard, number, most=EVENT)
        if found.records or found.next is None or ctx.now >= sent + BEAT:
            yield {"SubscribeToShardEvent": _event(stream, shard, found, number)}
            sent = ctx.now
        if found.next is None:
            return
        number = found.next
        if not found.behind:
            await ctx.wait(stream.channel, max(0.0, min(until, ctx.now + BEAT) - ctx.now))


def _ended(ctx: Context, stream: Stream, mine: Subscription) -> dict | None:
    """The event that ends a subscription which holds no more."""
    now = by_arn(ctx, stream.arn)
    if now is None or now.id != stream.id:
        message = f"Stream {stream.name} under account {stream.account} not found."
        return {"ResourceNotFoundException": {"message": message}}
    consumer: Consumer | None = consumer_of(ctx, mine.consumer)
    held = ctx.rows(subscriptions, **stream.place).get((mine.consumer, mine.shard))
    if consumer is None or held is None:
        message = f"Consumer {mine.consumer}, account {stream.account} not found."
        return {"ResourceNotFoundException": {"message": message}}
    if held.id != mine.id:
        return {"ResourceInUseException": {"message": "Another active subscription exists for this consumer."}}
    return None


def _event(stream: Stream, shard: Shard, found, number: int) -> dict:
    """One event. To go on from it, a subscriber begins AFTER its continuation's sequence number."""
    records = found.records
    if records:
        after = records[-1]["SequenceNumber"]
    else:
        after = str(sequence.written(shard, max(number - 1, sequence.START)))
    out = {"Records": records, "MillisBehindLatest": found.behind}
    if found.next is None:
        return out | {"ChildShards": children(stream, shard)}
    return out | {"ContinuationSequenceNumber": after}
