"""How long a stream keeps its records: IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod.

https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html
"""

from emulator.services.kinesis import sequence
from emulator.services.kinesis.errors import invalid
from emulator.services.kinesis.lookup import active, by_arn, save, with_shards
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Stream, batches

LEAST, MOST = 24, 8760  # hours


def _check(hours: int) -> None:
    """Raises InvalidArgumentException."""
    if hours < LEAST:
        raise invalid(
            f"Minimum allowed retention period is {LEAST} hours. Requested retention period ({hours} hours) is too "
            "short."
        )
    if hours > MOST:
        raise invalid(
            f"Maximum allowed retention period is {MOST} hours. Requested retention period ({hours} hours) is too "
            "long."
        )


@service.operation
def increase_stream_retention_period(ctx, RetentionPeriodHours, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    _check(RetentionPeriodHours)
    stream = active(ctx, StreamName, StreamARN)
    if RetentionPeriodHours < stream.retention:
        raise invalid(
            f"Requested retention period ({RetentionPeriodHours} hours) for stream {stream.name} can not be shorter "
            f"than existing retention period ({stream.retention} hours). Use DecreaseRetentionPeriod API."
        )
    _keep(ctx, stream, RetentionPeriodHours)


@service.operation
def decrease_stream_retention_period(ctx, RetentionPeriodHours, StreamName=None, StreamARN=None):
    """Records that are older go at once. Raises InvalidArgumentException, ResourceInUseException."""
    _check(RetentionPeriodHours)
    stream = active(ctx, StreamName, StreamARN)
    if RetentionPeriodHours > stream.retention:
        raise invalid(
            f"Requested retention period ({RetentionPeriodHours} hours) for stream {stream.name} can not be longer "
            f"than existing retention period ({stream.retention} hours). Use IncreaseRetentionPeriod API."
        )
    _keep(ctx, stream, RetentionPeriodHours)


def _keep(ctx, stream: Stream, hours: int) -> None:
    save(ctx, stream, status="UPDATING", retention=hours)
    ctx.after(0, "activate", arn=stream.arn, id=stream.id)


@service.job
def trim(ctx, arn, id):
    """Every hour: forget what is older than the stream keeps, closed shards with it."""
    found = by_arn(ctx, arn, id)
    if found is None:
        return
    oldest, gone = sequence.horizon(ctx, found), set()
    for shard in found.shards:
        rows = ctx.rows(batches, id, str(shard.index), **found.place)
        for batch in list(rows.range()):
            if batch.first + len(batch.records) > oldest:
                break
            rows.delete(batch.first)
        if shard.closed and shard.closed <= ctx.now - found.retention * 3600:
            gone.add(shard.index)
    if gone:
        with_shards(ctx, found, tuple(each for each in found.shards if each.index not in gone))
    ctx.after(3600, "trim", arn=arn, id=id)
