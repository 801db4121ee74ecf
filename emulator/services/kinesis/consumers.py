"""Consumers with enhanced fan-out: register, describe, list, deregister.

https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.kinesis import tags
from emulator.services.kinesis.errors import in_use, invalid, limited, not_active, not_found
from emulator.services.kinesis.lookup import find, owner
from emulator.services.kinesis.resources import consumer_of
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Consumer, consumers, subscriptions

MOST = 20
CREATING = 5
LISTED = 100
BAD_TOKEN = ("InvalidArgumentException", "NextToken is not valid.")

# What else counts as registered consumers of a stream: functions of (ctx, stream's ARN) that return a number.
others: list = []


def told(consumer: Consumer) -> dict:
    return {
        "ConsumerName": consumer.name, "ConsumerARN": consumer.arn, "ConsumerStatus": consumer.status,
        "ConsumerCreationTimestamp": int(consumer.created),
    }  # fmt: skip


def check_room(ctx: Context, arn: str) -> None:
    """Raises LimitExceededException where a stream can have no more consumers."""
    if len(ctx.rows(consumers, arn, **owner(arn))) + sum(count(ctx, arn) for count in others) >= MOST:
        raise limited(f"The stream {arn} can't have more than {MOST} registered consumers.")


@service.operation
def register_stream_consumer(ctx, StreamARN, ConsumerName, Tags=None):
    """Raises LimitExceededException, ResourceInUseException, ResourceNotFoundException."""
    stream = find(ctx, None, StreamARN)
    rows = ctx.rows(consumers, stream.arn, **stream.place)
    if stream.status not in ("ACTIVE", "UPDATING"):
        raise not_active(stream)
    if ConsumerName in rows:
        raise in_use(f"Consumer {ConsumerName} under stream {stream.name}, account {stream.account} already exists.")
    check_room(ctx, stream.arn)
    if sum(each.status == "CREATING" for each in rows) >= CREATING:
        raise limited(f"No more than {CREATING} consumers can be in the CREATING status at the same time.")
    arn = f"{stream.arn}/consumer/{ConsumerName}:{int(ctx.now)}"
    added = tags.checked(stream.name, stream.account, {}, Tags or {})
    consumer = rows.put(Consumer(arn, ConsumerName, stream.arn, ctx.now, tags=added))
    ctx.after(0, "finish_consumer", arn=arn)
    return {"Consumer": told(consumer)}


@service.job
def finish_consumer(ctx, arn):
    found = consumer_of(ctx, arn)
    if found is not None and found.status == "CREATING":
        ctx.rows(consumers, found.stream, **owner(arn)).put(replace(found, status="ACTIVE"))


def named(ctx: Context, stream: str | None, name: str | None, arn: str | None) -> Consumer:
    """The consumer that a request names, by ARN or by stream and name. Raises ResourceNotFoundException."""
    if arn is not None:
        found = consumer_of(ctx, arn)
        if found is None or name not in (None, found.name) or stream not in (None, found.stream):
            raise not_found(f"Consumer {arn}, account {owner(arn).get('account')} not found.")
        return found
    if stream is None or name is None:
        raise invalid("Either ConsumerARN or both StreamARN and ConsumerName must be specified.")
    found = ctx.rows(consumers, stream, **owner(stream)).get(name)
    if found is None:
        find(ctx, None, stream)
        raise not_found(f"Consumer {name}, account {owner(stream).get('account')} not found.")
    return found


@service.operation
def describe_stream_consumer(ctx, StreamARN=None, ConsumerName=None, ConsumerARN=None):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    consumer = named(ctx, StreamARN, ConsumerName, ConsumerARN)
    return {"ConsumerDescription": told(consumer) | {"StreamARN": consumer.stream}}


@service.operation
def deregister_stream_consumer(ctx, StreamARN=None, ConsumerName=None, ConsumerARN=None):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    consumer = named(ctx, StreamARN, ConsumerName, ConsumerARN)
    ctx.rows(consumers, consumer.stream, **owner(consumer.arn)).put(replace(consumer, status="DELETING"))
    ctx.after(0, "forget_consumer", arn=consumer.arn)


@service.job
def forget_consumer(ctx, arn):
    """A consumer that was being deregistered is gone, its subscriptions with it."""
    found = consumer_of(ctx, arn)
    if found is None or found.status != "DELETING":
        return
    place = owner(arn)
    ctx.rows(consumers, found.stream, **place).delete(found.name)
    rows = ctx.rows(subscriptions, **place)
    for each in list(rows):
        if each.consumer == arn:
            rows.delete((arn, each.shard))
    ctx.notify(("kinesis", "stream", found.stream))


@service.operation
def list_stream_consumers(ctx, StreamARN, NextToken=None, MaxResults=LISTED, StreamCreationTimestamp=None):
    """The consumers of a stream by name. Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, None, StreamARN)
    if StreamCreationTimestamp is not None and int(StreamCreationTimestamp) != int(stream.created):
        raise invalid("StreamCreationTimestamp does not match the creation time of the stream.")
    rows = ctx.rows(consumers, stream.arn, **stream.place)
    found, token = page(ctx, rows, lambda each: each.name, NextToken, min(MaxResults, LISTED), query=stream.arn,
                        invalid=BAD_TOKEN)  # fmt: skip
    return {"Consumers": [told(each) for each in found]} | ({"NextToken": token} if token else {})
