"""What a stream can take: its mode, the size of a record, warm throughput, how records find their shards.

https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
"""

from emulator.kernel.context import Context
from emulator.services.kinesis.account import check_warm
from emulator.services.kinesis.describing import warm_throughput
from emulator.services.kinesis.errors import invalid, limited, refused
from emulator.services.kinesis.lookup import active, save
from emulator.services.kinesis.service import service
from emulator.services.kinesis.streams import ON_DEMAND_LIMIT
from emulator.services.kinesis.tables import Stream, streams

# Called with (ctx, stream) before a stream leaves on-demand mode; they refuse by raising AwsError.
provisioning_guards: list = []


@service.operation
def update_stream_mode(ctx, StreamARN, StreamModeDetails, WarmThroughputMiBps=None):
    """Raises InvalidArgumentException, LimitExceededException, ResourceInUseException, ValidationException."""
    stream = active(ctx, None, StreamARN)
    mode = StreamModeDetails["StreamMode"]
    if WarmThroughputMiBps is not None:
        if mode != "ON_DEMAND":
            raise refused("WarmThroughputMiBps is only valid when the stream mode is updated to ON_DEMAND.")
        check_warm(ctx, WarmThroughputMiBps)
    if mode == stream.mode:
        raise refused(f"Stream {stream.name} under account {stream.account} is already in {mode} mode.")
    if mode == "PROVISIONED":
        for check in provisioning_guards:
            check(ctx, stream)
    elif sum(each.mode == "ON_DEMAND" for each in ctx.rows(streams)) >= ON_DEMAND_LIMIT:
        raise limited(f"This request would exceed the limit of {ON_DEMAND_LIMIT} on-demand streams of the account.")
    _update(ctx, stream, mode=mode, warm=WarmThroughputMiBps, distribution="USER_PARTITION_KEY")


@service.operation
def update_stream_warm_throughput(ctx, WarmThroughputMiBps, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, LimitExceededException, ResourceInUseException, ValidationException."""
    stream = active(ctx, StreamName, StreamARN)
    if stream.mode != "ON_DEMAND":
        raise refused("Warm throughput is only supported for streams in ON_DEMAND mode.")
    check_warm(ctx, WarmThroughputMiBps)
    stream = _update(ctx, stream, warm=WarmThroughputMiBps)
    return {"StreamARN": stream.arn, "StreamName": stream.name, "WarmThroughput": warm_throughput(stream)}


@service.operation
def update_max_record_size(ctx, MaxRecordSizeInKiB, StreamARN=None):
    """Raises ResourceInUseException, ResourceNotFoundException."""
    _update(ctx, active(ctx, None, StreamARN), largest=MaxRecordSizeInKiB * 1024)


@service.operation
def update_stream_record_distribution_strategy(ctx, StreamARN, RecordDistributionStrategy):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    stream = active(ctx, None, StreamARN)
    if stream.mode != "ON_DEMAND":
        raise invalid("RecordDistributionStrategy is only supported for streams in ON_DEMAND mode.")
    save(ctx, stream, distribution=RecordDistributionStrategy)  # at once: this update needs no time


def _update(ctx: Context, stream: Stream, **changes) -> Stream:
    changed = save(ctx, stream, status="UPDATING", **changes)
    ctx.after(0, "activate", arn=stream.arn, id=stream.id)
    return changed
