"""On-demand streams grow by themselves: so that they can take double of the most that they were given.

https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html#ondemandmode
"""

from emulator.kernel.context import Context
from emulator.services.kinesis.lookup import by_arn, save
from emulator.services.kinesis.resharding import scale
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Stream

MOST = 200  # shards: the default write quota of 200 MB a second
PAUSE = 15 * 60.0  # seconds between two doublings: faster growth is throttled, as AWS says
DELAY = 60.0  # seconds until the new shards are there; AWS names no time


def begin(ctx: Context, stream: Stream) -> None:
    """A shard of the stream has much to do: let the stream double, unless it just did."""
    current = by_arn(ctx, stream.arn, stream.id)
    if current is not None and ctx.now >= current.grown + PAUSE and 2 * len(current.opens) <= MOST:
        save(ctx, current, grown=ctx.now)
        ctx.after(DELAY, "grow", arn=stream.arn, id=stream.id)


@service.job
def grow(ctx, arn, id):
    stream = by_arn(ctx, arn, id)
    if stream is not None and stream.status == "ACTIVE" and stream.mode == "ON_DEMAND":
        scale(ctx, stream, 2 * len(stream.opens))
