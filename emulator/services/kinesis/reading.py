"""GetShardIterator and GetRecords, and how the records of a shard are gone through.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
"""

from collections.abc import Iterator
from typing import NamedTuple

from emulator.kernel.context import Context
from emulator.services.kinesis import encryption, iterators, sequence
from emulator.services.kinesis.errors import dry_run, invalid, too_fast
from emulator.services.kinesis.lookup import find, name_of, readable
from emulator.services.kinesis.service import service
from emulator.services.kinesis.shards import children, shard_named
from emulator.services.kinesis.tables import Batch, Shard, Stream
from emulator.services.kinesis.throughput import count_read, may_read
from emulator.services.kinesis.writing import rows_of

RECORDS = 10_000
LARGEST = 10 * 1024 * 1024  # bytes of one answer's records


class Read(NamedTuple):
    """What lies in a shard from some place on: ``records`` under wire names, ``size`` of them in bytes.

    ``next`` is the number to go on from, None at the end of a closed shard; ``behind`` the milliseconds to the tip.
    """

    records: list[dict]
    size: int
    next: int | None
    behind: int


def tip(ctx: Context, stream: Stream, shard: Shard) -> int:
    """The number of the record that comes next into a shard."""
    if shard.closed:
        return sequence.END
    newest = rows_of(ctx, stream, shard).highest()
    return newest.first + len(newest.records) if newest is not None else sequence.START + 1


def read(ctx: Context, stream: Stream, shard: Shard, number: int, limit: int = RECORDS, most: int = LARGEST) -> Read:
    """At most ``limit`` records, and ``most`` bytes, from ``number`` on."""
    records: list[dict] = []
    size, reached, newest = 0, max(number, sequence.horizon(ctx, stream)), 0.0
    more = False
    for batch in _from(ctx, stream, shard, reached):
        newest = batch.at
        base, skipped = sequence.written(shard, batch.first), max(0, reached - batch.first)
        for offset, (key, data) in enumerate(batch.records[skipped:], skipped):
            more = len(records) == limit or (size > 0 and size + len(data) + len(key) > most)
            if more:
                break
            records.append(_record(batch, str(base + offset * sequence.STEP), key, data))
            size += len(data) + len(key)
            reached = batch.first + offset + 1
        if more:
            break
    behind = int((ctx.now - (records[-1]["ApproximateArrivalTimestamp"] if records else newest)) * 1000) if more else 0
    return Read(records, size, None if shard.closed and not more else reached, max(0, behind))


def _from(ctx: Context, stream: Stream, shard: Shard, number: int) -> Iterator[Batch]:
    """The batches with records from ``number`` on, in order."""
    rows = rows_of(ctx, stream, shard)
    before = next(rows.range(number, reverse=True), None)
    start = before.first if before is not None and before.first + len(before.records) > number else number
    return rows.range(start)


def _record(batch: Batch, number: str, key: str, data: bytes) -> dict:
    out = {"SequenceNumber": number, "ApproximateArrivalTimestamp": int(batch.at * 1000) / 1000, "Data": data}
    if key:
        out["PartitionKey"] = key
    if batch.encrypted:
        out["EncryptionType"] = "KMS"
    return out


@service.operation
def get_shard_iterator(
    ctx, ShardId, ShardIteratorType, StreamName=None, StartingSequenceNumber=None, Timestamp=None, StreamARN=None,
    DryRun=None,
):  # fmt: skip
    """A place in a shard. Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = readable(ctx, StreamName, StreamARN)
    shard = shard_named(stream, ShardId)
    place = tip(ctx, stream, shard)
    number = iterators.start(ctx, stream, shard, ShardIteratorType, StartingSequenceNumber, Timestamp, place)
    if DryRun:
        raise dry_run()
    return {"ShardIterator": iterators.written(ctx, stream, shard, number)}


@service.operation
def get_records(ctx, ShardIterator, Limit=RECORDS, StreamARN=None, DryRun=None):
    """The next records of a shard. Raises ExpiredIteratorException, ProvisionedThroughputExceededException."""
    place = iterators.read(ctx, ShardIterator)
    stream, shard = place.stream, place.shard
    if StreamARN is not None and (name_of(StreamARN) != stream.name or find(ctx, None, StreamARN).id != stream.id):
        raise invalid("Invalid ShardIterator.")
    encryption.check_use(ctx, stream)
    if DryRun:
        raise dry_run()
    if not may_read(ctx, stream, shard):
        raise too_fast(stream, shard.id)
    found = read(ctx, stream, shard, place.number, Limit)
    count_read(ctx, stream, shard, found.size)
    answer = {"Records": found.records, "MillisBehindLatest": found.behind}
    if found.next is not None:
        answer["NextShardIterator"] = iterators.written(ctx, stream, shard, found.next)
    else:
        answer["ChildShards"] = children(stream, shard)
    return answer
