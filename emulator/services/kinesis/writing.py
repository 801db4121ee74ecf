"""PutRecord and PutRecords: what comes into a shard in one call is one batch.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
"""

from bisect import bisect_right
from hashlib import md5

from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.kinesis import encryption, growth, sequence
from emulator.services.kinesis.errors import dry_run, invalid, rate_exceeded, refused, too_fast
from emulator.services.kinesis.lookup import readable
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import HASHES, Batch, Shard, Stream, batches
from emulator.services.kinesis.throughput import Intake

REQUEST = 10 * 1024 * 1024  # bytes of a request's records together
TRIMMED = 2  # old batches that a new one takes away with it


def route(ctx: Context, stream: Stream, entry: dict) -> int:
    """The position, among the open shards, of the one that a record goes to. Raises InvalidArgumentException."""
    if stream.distribution == "AUTO":
        return ctx.ids.below(len(stream.opens))
    explicit = entry.get("ExplicitHashKey")
    if explicit is not None:
        if int(explicit) >= HASHES:
            raise invalid(f"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
                          f"Specified value was {explicit}")  # fmt: skip
        key = f"{int(explicit):032x}"
    else:
        key = md5(entry["PartitionKey"].encode(), usedforsecurity=False).hexdigest()
    return bisect_right(stream.starts, key) - 1


def check(stream: Stream, entry: dict, path: str) -> int:
    """The size of a record, that counts against the limits. Raises ValidationException."""
    key, data = entry.get("PartitionKey"), entry["Data"]
    if key is None and stream.distribution != "AUTO":
        raise refused(
            f"1 validation error detected: Value null at '{path}partitionKey' failed to satisfy constraint: Member "
            "must not be null"
        )
    if len(data) > stream.largest:
        raise refused(
            f"1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim={len(data)} cap={len(data)}]' at "
            f"'{path}data' failed to satisfy constraint: Member must have length less than or equal to {stream.largest}"
        )
    return len(data) + (len(key.encode()) if key else 0)


def shard_at(stream: Stream, position: int) -> Shard:
    return stream.shards[stream.opens[position]]


def rows_of(ctx: Context, stream: Stream, shard: Shard) -> Rows[Batch]:
    return ctx.rows(batches, stream.id, str(shard.index), account=stream.account, region=stream.region)


class Writer:
    """Takes the records of one call into one shard, and writes them as a batch."""

    def __init__(self, ctx: Context, stream: Stream, shard: Shard):
        self.stream = stream
        self.shard = shard
        self._ctx = ctx
        self._rows = rows_of(ctx, stream, shard)
        before = self._rows.highest()
        self._intake = Intake(ctx, before)
        self._records: list[tuple[str, bytes]] = []
        self._first = sequence.number_at(ctx.now)
        if before is not None:
            self._first = max(self._first, before.first + len(before.records))
        self._sequence = sequence.written(shard, self._first)

    def add(self, entry: dict, size: int) -> str | None:
        """The sequence number of the record; None when the shard takes no more now."""
        if not self._intake.takes(size):
            return None
        self._records.append((entry.get("PartitionKey") or "", entry["Data"]))
        return str(self._sequence + (len(self._records) - 1) * sequence.STEP)

    def write(self, oldest: int) -> None:
        """Keep what was added; as it comes in, batches from before ``oldest`` go."""
        if not self._records:
            return
        rows = self._rows
        for _ in range(TRIMMED):
            old = rows.lowest()
            if old is None or old.first + len(old.records) > oldest:
                break
            rows.delete(old.first)
        intake = self._intake
        if self.stream.mode == "ON_DEMAND" and intake.busy:
            growth.begin(self._ctx, self.stream)
        rows.put(Batch(self._first, self._ctx.now, tuple(self._records), intake.records_until, intake.bytes_until,
                       bool(self.stream.key)))  # fmt: skip


@service.operation
def put_record(
    ctx, Data, StreamName=None, PartitionKey=None, ExplicitHashKey=None, SequenceNumberForOrdering=None,
    StreamARN=None, DryRun=None,
):  # fmt: skip
    """Raises InvalidArgumentException, ProvisionedThroughputExceededException, ResourceNotFoundException."""
    stream = readable(ctx, StreamName, StreamARN)
    entry = {"Data": Data, "PartitionKey": PartitionKey, "ExplicitHashKey": ExplicitHashKey}
    size = check(stream, entry, "")
    encryption.check_use(ctx, stream)
    shard = shard_at(stream, route(ctx, stream, entry))
    if SequenceNumberForOrdering is not None and not _is_past(ctx, SequenceNumberForOrdering):
        raise invalid(
            f"ExclusiveMinimumSequenceNumber {SequenceNumberForOrdering} used in PutRecord on stream {stream.name} "
            f"under account {stream.account} is invalid."
        )
    if DryRun:
        raise dry_run()
    writer = Writer(ctx, stream, shard)
    number = writer.add(entry, size)
    if number is None:
        raise too_fast(stream, shard.id)
    writer.write(sequence.horizon(ctx, stream))
    ctx.notify(stream.channel)
    return {"ShardId": shard.id, "SequenceNumber": number} | encryption.told(stream)


def _is_past(ctx: Context, text: str) -> bool:
    """Whether a number could have been given to an earlier record."""
    found = int(text)
    return found >> 184 == sequence.VERSION and (found >> 36 & 0xFFFFFFFFF) <= ctx.now


@service.operation
def put_records(ctx, Records, StreamName=None, StreamARN=None, DryRun=None):
    """Raises InvalidArgumentException, ResourceNotFoundException; a shard that is full fails its records alone."""
    stream = readable(ctx, StreamName, StreamARN)
    sizes = [check(stream, entry, f"records.{number}.member.") for number, entry in enumerate(Records, 1)]
    if sum(sizes) > REQUEST:
        raise invalid(f"Records size exceeds {REQUEST // 1024 // 1024} MB limit")
    encryption.check_use(ctx, stream)
    positions = [route(ctx, stream, entry) for entry in Records]
    if DryRun:
        raise dry_run()
    writers: dict[int, Writer] = {}
    results, failed = [], 0
    for entry, size, position in zip(Records, sizes, positions):
        writer = writers.get(position)
        if writer is None:
            writer = writers[position] = Writer(ctx, stream, shard_at(stream, position))
        number = writer.add(entry, size)
        if number is None:
            failed += 1
            message = rate_exceeded(stream, writer.shard.id)
            results.append({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": message})
        else:
            results.append({"SequenceNumber": number, "ShardId": writer.shard.id})
    oldest = sequence.horizon(ctx, stream)
    for writer in writers.values():
        writer.write(oldest)
    ctx.notify(stream.channel)
    return {"FailedRecordCount": failed, "Records": results} | encryption.told(stream)
