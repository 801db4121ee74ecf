"""What a shard takes and gives: 1,000 records and 1 MiB a second in, 5 calls and 2 MiB a second out.

Each rate is a time until which the shard has work to do; a second ahead is what it takes on. An emulator that was
started with ``--limits off`` takes everything.
https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis.tables import Batch, Reads, Shard, Stream, reads

RECORDS_IN = 1000
BYTES_IN = 1024 * 1024
CALLS_OUT = 5
BYTES_OUT = 2 * 1024 * 1024
AHEAD = 1.0 + 1e-6  # seconds
BUSY = 0.5  # seconds of work: half of what a shard takes


def unlimited(ctx: Context) -> bool:
    return ctx.setting("limits") == "off"


class Intake:
    """The records that a shard takes now, after those of its last batch."""

    __slots__ = ("bytes_until", "free", "now", "records_until")

    def __init__(self, ctx: Context, last: Batch | None):
        self.now = ctx.now
        self.free = unlimited(ctx)
        self.records_until = max(ctx.now, last.records_until) if last is not None else ctx.now
        self.bytes_until = max(ctx.now, last.bytes_until) if last is not None else ctx.now

    @property
    def busy(self) -> bool:
        """Whether the shard has taken half of what it can, at which on-demand streams grow."""
        return max(self.records_until, self.bytes_until) > self.now + BUSY

    def takes(self, size: int) -> bool:
        """Whether the shard takes one more record of so many bytes. One beyond a second's worth comes in alone."""
        records = self.records_until + 1 / RECORDS_IN
        content = self.bytes_until + size / BYTES_IN
        full = records > self.now + AHEAD or (content > self.now + AHEAD and self.bytes_until > self.now)
        if full and not self.free:
            return False
        self.records_until, self.bytes_until = records, content
        return True


def may_read(ctx: Context, stream: Stream, shard: Shard) -> bool:
    """Whether the shard answers one more read; counts it. The emulator's own consumers are not held to this."""
    if ctx.protocol == "internal" or unlimited(ctx):
        return True
    rows = ctx.rows(reads, stream.id, **stream.place)
    before = rows.get(shard.index) or Reads(shard.index, ctx.now, ctx.now)
    calls = max(ctx.now, before.calls_until) + 1 / CALLS_OUT
    if calls > ctx.now + AHEAD or before.bytes_until > ctx.now + AHEAD:
        return False
    rows.put(replace(before, calls_until=calls))
    return True


def count_read(ctx: Context, stream: Stream, shard: Shard, size: int) -> None:
    """Note how much a read has given: 10 MiB keep the shard busy for 5 seconds."""
    rows = ctx.rows(reads, stream.id, **stream.place)
    before = rows.get(shard.index)
    if before is not None and size:
        rows.put(replace(before, bytes_until=max(ctx.now, before.bytes_until) + size / BYTES_OUT))
