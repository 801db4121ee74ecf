"""Change streams of tables: what DynamoDB writes and DynamoDB Streams reads.

A stream is a row of shards, one open at a time; every four hours a child takes over from it. Changes are numbered
through the whole stream and stay for 24 hours.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from collections.abc import Iterator
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.store import Record, Rows, Table, replace

KEPT = 24 * 3600.0  # seconds that a change can be read
SHARD_LIFE = 4 * 3600.0  # seconds after which a child takes over
STEP = 10**20  # between the sequence numbers of neighbours, so that they have the 21 digits of AWS's


class Shard(Record):
    """``first`` and ``last`` are numbers of changes; ``last`` is the highest that it may hold once it is closed."""

    id: str
    parent: str
    first: int
    last: int | None = None
    closed: float = 0.0


class Stream(Record):
    """``keys`` are the table's key attributes by their roles (HASH, RANGE); ``next`` is the next change's number."""

    arn: str
    label: str
    table: str
    view: str
    keys: tuple[tuple[str, str], ...]
    created: float
    base: int
    shards: tuple[Shard, ...]
    next: int = 1
    disabled: float = 0.0


class Change(Record, gc=False):
    """One change of an item. Keys and images are JSON in stored form; ``by_service``: an expiry, not a user's write."""

    number: int
    id: str
    at: float
    event: str
    keys: bytes
    new: bytes | None
    old: bytes | None
    size: int
    by_service: bool = False


streams = Table("dynamodb.stream", Stream, key=attrgetter("arn"), ordered=True)
# One partition for each stream: (account, region, ARN).
changes = Table("dynamodb.change", Change, key=attrgetter("number"), ordered=True)


def place(arn: str) -> dict[str, str]:
    """Account and region of a stream, as ``ctx.rows`` takes them."""
    parts = arn.split(":", 5)
    return {"account": parts[4], "region": parts[3]} if len(parts) == 6 else {}


def find(ctx: Context, arn: str) -> Stream | None:
    return ctx.rows(streams, **place(arn)).get(arn)


def save(ctx: Context, stream: Stream) -> Stream:
    return ctx.rows(streams, **place(stream.arn)).put(stream)


def changes_of(ctx: Context, arn: str) -> Rows[Change]:
    return ctx.rows(changes, arn, **place(arn))


def sequence_number(stream: Stream, number: int) -> str:
    """The sequence number of a change, or of the first or last place in a shard."""
    return str(number * STEP + stream.base + number)


def number_of(sequence: str) -> int:
    """The inverse of :func:`sequence_number`. Raises ValueError for what is no number."""
    return int(sequence) // STEP


def new_shard(ctx: Context, parent: str, first: int) -> Shard:
    return Shard(f"shardId-{int(ctx.now * 1000):020d}-{ctx.ids.hex(8)}", parent, first)


def open_stream(ctx: Context, arn: str, table: str, view: str, keys: tuple[tuple[str, str], ...]) -> Stream:
    """A new stream with its first shard."""
    label = arn.rpartition("/")[2]
    base = ctx.ids.below(10**10)
    return save(ctx, Stream(arn, label, table, view, keys, ctx.now, base, (new_shard(ctx, "", 1),)))


def channel(arn: str) -> tuple[str, str, str]:
    """Where whoever waits for changes of a stream is told that some came."""
    return ("dynamodb", "stream", arn)


def append(ctx: Context, stream: Stream, change: Change) -> None:
    """Write a change whose number is the stream's next."""
    changes_of(ctx, stream.arn).put(change)
    save(ctx, replace(stream, next=stream.next + 1))
    ctx.notify(channel(stream.arn))


def close_shard(ctx: Context, stream: Stream) -> Stream:
    """The stream with its open shard closed; not saved."""
    *closed, last = stream.shards
    # A shard's end lies at its last place, used or not: an empty shard ends where it began.
    end = replace(last, last=max(stream.next - 1, last.first), closed=ctx.now)
    return replace(stream, shards=(*closed, end), next=max(stream.next, last.first + 1))


def roll(ctx: Context, stream: Stream) -> Stream:
    """A child takes over from the open shard."""
    stream = close_shard(ctx, stream)
    child = new_shard(ctx, stream.shards[-1].id, stream.next)
    return save(ctx, replace(stream, shards=(*stream.shards, child)))


def disable(ctx: Context, arn: str) -> None:
    """End a stream; what it holds can be read until it is trimmed."""
    stream = find(ctx, arn)
    if stream is not None and not stream.disabled:
        save(ctx, replace(close_shard(ctx, stream), disabled=ctx.now))


def trim(ctx: Context, stream: Stream) -> Stream | None:
    """Forget changes and shards that are too old; None when with them the stream is gone."""
    rows, horizon = changes_of(ctx, stream.arn), ctx.now - KEPT
    for change in list(_until(rows, horizon)):
        rows.delete(change.number)
    if stream.disabled and stream.disabled <= horizon:
        ctx.rows(streams, **place(stream.arn)).delete(stream.arn)
        return None
    kept = tuple(shard for shard in stream.shards if shard.last is None or shard.closed > horizon)
    return save(ctx, replace(stream, shards=kept)) if kept != stream.shards else stream


def _until(rows: Rows[Change], horizon: float) -> Iterator[Change]:
    for change in rows.range():
        if change.at > horizon:
            return
        yield change


def live_shards(ctx: Context, stream: Stream) -> list[Shard]:
    """The shards that can hold something to read."""
    return [shard for shard in stream.shards if shard.last is None or shard.closed > ctx.now - KEPT]


def read(ctx: Context, stream: Stream, shard: Shard, start: int) -> Iterator[Change]:
    """The changes of a shard from a number on, without those that are too old."""
    horizon = ctx.now - KEPT
    for change in changes_of(ctx, stream.arn).range(max(start, shard.first)):
        if shard.last is not None and change.number > shard.last:
            return
        if change.at > horizon:
            yield change
