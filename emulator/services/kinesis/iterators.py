"""Shard iterators: a place in a shard, good for 5 minutes.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
"""

from datetime import UTC, datetime
from typing import NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.kinesis import sealing, sequence
from emulator.services.kinesis.errors import invalid, not_found
from emulator.services.kinesis.tables import Shard, Stream

LIFETIME = 300.0  # seconds
NEEDS_SEQUENCE = ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")


class Place(NamedTuple):
    """From record ``number`` on in a shard."""

    stream: Stream
    shard: Shard
    number: int


def written(ctx: Context, stream: Stream, shard: Shard, number: int) -> str:
    return sealing.sealed(stream, shard.index, number, int(ctx.now * 1000))


def read(ctx: Context, iterator: str) -> Place:
    """Raises ExpiredIteratorException, InvalidArgumentException, ResourceNotFoundException."""
    # Tools that print JSON leave the quotes around it, and AWS overlooks them.
    try:
        stream, (index, number, made) = sealing.opened(ctx, iterator.strip('"'))
    except ValueError:
        raise invalid("Invalid ShardIterator.") from None
    if made / 1000 + LIFETIME < ctx.now:
        raise AwsError(
            "ExpiredIteratorException",
            f"Iterator expired. The iterator was created at time {_told(made / 1000)} while right now it is "
            f"{_told(ctx.now)} which is further in the future than the tolerated delay of {LIFETIME * 1000:.0f} "
            "milliseconds.",
        )
    for shard in stream.shards:
        if shard.index == index:
            return Place(stream, shard, number)
    raise not_found(f"Shard shardId-{index:012d} in stream {stream.name} under account {stream.account} does not exist")


def _told(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


def start(
    ctx: Context, stream: Stream, shard: Shard, kind: str, text: str | None, moment: float | None, tip: int
) -> int:
    """The number that an iterator of some kind begins at; ``tip`` is the number of the next record to come.

    Raises InvalidArgumentException.
    """
    if (kind in NEEDS_SEQUENCE) != (text is not None) and not (kind == "AT_TIMESTAMP" and text is None):
        raise invalid(
            "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) "
            "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified "
            f"{kind} and {'no' if text is None else 'also a'} StartingSequenceNumber."
        )
    if kind in NEEDS_SEQUENCE:
        return _given(stream, shard, int(text)) + (kind == "AFTER_SEQUENCE_NUMBER")
    if kind == "TRIM_HORIZON":
        return sequence.START
    if kind == "LATEST":
        return tip
    if moment is None:
        raise invalid("Timestamp must be specified for iterator of type AT_TIMESTAMP.")
    if moment > ctx.now:
        raise invalid(
            "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: "
            f"{moment * 1000:.0f}, currentTimestampInMillis: {ctx.now * 1000:.0f}"
        )
    return sequence.number_at(moment)


def _given(stream: Stream, shard: Shard, found: int) -> int:
    number = sequence.number_of(shard, found)
    if number is not None:
        return number
    other = sequence.shard_of(found)
    if found >> 184 == sequence.VERSION and other != shard.index and other < 2**31:
        raise invalid(
            f"Invalid StartingSequenceNumber. It encodes shardId-{other:012d}, while it was used in a call to a shard "
            f"with {shard.id}"
        )
    raise invalid(
        f"StartingSequenceNumber {found} used in GetShardIterator on shard {shard.id} in stream {stream.name} under "
        f"account {stream.account} is invalid."
    )
