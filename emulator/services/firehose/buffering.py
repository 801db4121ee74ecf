"""Buffers: records wait until there are enough of them, or until they have waited long enough.

https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.firehose import destinations
from emulator.services.firehose.delivery import begin
from emulator.services.firehose.lookup import by_id
from emulator.services.firehose.service import service
from emulator.services.firehose.tables import Buffer, Buffered, DeliveryStream, buffered, buffers

MEBIBYTE = 1024 * 1024


def put(ctx: Context, stream: DeliveryStream, datas: tuple[bytes, ...], sources=()) -> None:
    """Take records into a stream's buffer; what it holds is delivered as soon as its hints say."""
    rows = ctx.rows(buffers)
    before = rows.get(stream.id) or Buffer(stream.id)
    ctx.rows(buffered, stream.id).put(Buffered(before.next, ctx.now, datas, sources))
    size = before.size + sum(map(len, datas))
    since = before.since if before.since else ctx.now
    rows.put(replace(before, size=size, since=since, next=before.next + 1))
    hints = destinations.hints(stream.kind, stream.destination)
    if size >= hints["SizeInMBs"] * MEBIBYTE:
        due = ctx.now
    elif before.since:
        return  # the flush is armed
    else:
        due = ctx.now + hints["IntervalInSeconds"]
    ctx.at(due, "flush", job_id=f"flush/{stream.id}", name=stream.name, id=stream.id)


def taken(ctx: Context, stream: DeliveryStream) -> list[Buffered]:
    """Empty the buffer; returns what it held, oldest first."""
    rows = ctx.rows(buffered, stream.id)
    found = list(rows.range())
    for each in found:
        rows.delete(each.number)
    before = ctx.rows(buffers).get(stream.id)
    if before is not None:
        ctx.rows(buffers).put(replace(before, size=0, since=0.0))
    return found


@service.job
def flush(ctx, name, id):
    """Deliver what the buffer holds."""
    stream = by_id(ctx, name, id)
    if stream is None:
        return None
    return begin(ctx, stream, taken(ctx, stream))
