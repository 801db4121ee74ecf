"""EnableEnhancedMonitoring and DisableEnhancedMonitoring: which metrics of single shards are wanted.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_EnableEnhancedMonitoring.html
"""

from emulator.kernel.context import Context
from emulator.services.kinesis.lookup import find, save
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Stream

METRICS = (
    "IncomingBytes", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes", "OutgoingRecords",
    "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded",
)  # fmt: skip


@service.operation
def enable_enhanced_monitoring(ctx, ShardLevelMetrics, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    return _changed(ctx, stream, set(stream.metrics) | _meant(ShardLevelMetrics))


@service.operation
def disable_enhanced_monitoring(ctx, ShardLevelMetrics, StreamName=None, StreamARN=None):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, StreamName, StreamARN)
    return _changed(ctx, stream, set(stream.metrics) - _meant(ShardLevelMetrics))


def _meant(metrics: list[str]) -> set[str]:
    return set(METRICS) if "ALL" in metrics else set(metrics)


def _changed(ctx: Context, stream: Stream, metrics: set[str]) -> dict:
    after = tuple(sorted(metrics))
    save(ctx, stream, metrics=after)
    return {
        "StreamName": stream.name, "StreamARN": stream.arn, "CurrentShardLevelMetrics": list(stream.metrics),
        "DesiredShardLevelMetrics": list(after),
    }  # fmt: skip
