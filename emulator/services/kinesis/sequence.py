"""Sequence numbers: 186 bits that tell the shard, the place in it and the time, so that they ascend within a shard.

From the highest: version (2), second of the shard's opening, lowest 4 bits of the shard's index, 64 bits of the
record's number, second of the record, shard's index, version. A number holds the millisecond of arrival in its upper 44
bits and counts in the rest, so that a time is a place in the shard. That sequence numbers grow with time is what AWS
says of them: https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number
"""

from emulator.kernel.context import Context
from emulator.services.kinesis.tables import Shard, Stream

VERSION = 2
START = 0  # number of the place before a shard's first record
END = 2**63 - 1  # and of the one at its end
COUNTER = 20  # bits of a number below its millisecond
STEP = 1 << 80  # between the sequence numbers of neighbours of one second


def number_at(moment: float) -> int:
    """The lowest number of a moment (epoch seconds)."""
    return int(moment * 1000 + 1e-4) << COUNTER


def horizon(ctx: Context, stream: Stream) -> int:
    """The lowest number that the stream still keeps."""
    return number_at(max(0.0, ctx.now - stream.retention * 3600))


def written(shard: Shard, number: int) -> int:
    """The sequence number of a place in a shard."""
    if number == START:
        second = int(shard.opened)
    elif number == END:
        second = int(shard.closed)
    else:
        second = (number >> COUNTER) // 1000
    return (
        VERSION << 184 | int(shard.opened) << 148 | (shard.index & 15) << 144 | number << 80 | second << 36
        | shard.index << 4 | VERSION
    )  # fmt: skip


def shard_of(sequence: int) -> int:
    """The index of the shard that a sequence number was made in."""
    return sequence >> 4 & 0xFFFFFFFF


def number_of(shard: Shard, sequence: int) -> int | None:
    """The number in a sequence number of this shard; None when it is not one of its."""
    number = sequence >> 80 & 0xFFFFFFFFFFFFFFFF
    if sequence >> 184 != VERSION or sequence & 15 != VERSION or shard_of(sequence) != shard.index:
        return None
    return number if sequence >> 148 & 0xFFFFFFFFF == int(shard.opened) else None
