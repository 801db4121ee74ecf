"""Who reads for an event source mapping: pollers of a queue, or of each shard of a stream."""

from emulator.kernel.context import Context
from emulator.services.lambda_ import queue_polling, sources, stream_polling
from emulator.services.lambda_.tables import Mapping


def _poller(mapping: Mapping):
    if sources.kind(mapping.source).unread:
        return None
    return queue_polling if ":sqs:" in mapping.source else stream_polling


def begin(ctx: Context, mapping: Mapping, new: bool = False) -> None:
    """``new``: a mapping that has not been read for, and begins where it says."""
    poller = _poller(mapping)
    if poller is not None:
        if new:
            poller.open(ctx, mapping)
        poller.begin(ctx, mapping)


def end(ctx: Context, mapping: Mapping) -> None:
    poller = _poller(mapping)
    if poller is not None:
        poller.end(ctx, mapping)
