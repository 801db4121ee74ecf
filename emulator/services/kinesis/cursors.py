"""Going on in a stream where one left off: what queues and channels do in every shard."""

from collections.abc import Iterator

from emulator.kernel.context import Context
from emulator.services.kinesis import sequence
from emulator.services.kinesis.reading import read, tip
from emulator.services.kinesis.tables import Shard, Stream


def latest(ctx: Context, stream: Stream) -> dict[int, int]:
    """Cursors behind everything that is in the stream now."""
    return {shard.index: tip(ctx, stream, shard) for shard in stream.shards}


def onward(
    ctx: Context, stream: Stream, cursors: dict[int, int], limit: int, begins: int = sequence.START
) -> Iterator[tuple[Shard, list[dict]]]:
    """The next records of each shard, at most ``limit`` together; the cursors are moved in place."""
    for shard in stream.shards:
        if limit <= 0:
            return
        start = cursors.get(shard.index, begins)
        if start >= sequence.END:
            continue
        found = read(ctx, stream, shard, start, limit)
        cursors[shard.index] = sequence.END if found.next is None else found.next
        limit -= len(found.records)
        if found.records:
            yield shard, found.records
