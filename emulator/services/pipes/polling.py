"""The life of a running pipe: look at the source, gather a batch, hand it on, look again.

Polls are jobs on the clock, one for each lane of the source. An idle pipe looks less and less often, and at once when
its source tells of something new.
"""

from emulator.kernel.context import Context
from emulator.services.pipes import processing, sources, targets
from emulator.services.pipes.declaration import RUNNING, Pipe
from emulator.services.pipes.service import service
from emulator.services.pipes.tables import batches, positions

SLOWEST = 20.0  # seconds between two looks of an idle pipe
MOST_LANES = 10


def _job(record, lane: int) -> str:
    return f"poll/{record.id[0]}/{lane}" if lane else f"poll/{record.id[0]}"


def begin(ctx: Context, record) -> None:
    """Look at once, now that the pipe runs."""
    for lane in range(sources.lanes(record)):
        _again(ctx, record, lane, 0.0, 1.0)


def end(ctx: Context, record) -> None:
    """Forget what the pipe was about."""
    name = record.id[0]
    for lane in range(MOST_LANES):
        ctx.cancel(_job(record, lane))
    ctx.rows(batches).delete(name)
    for each in list(ctx.rows(positions).range((name,))):
        if each.key[0] == name:
            ctx.rows(positions).delete(each.key)


def _again(ctx: Context, record, lane: int, seconds: float, idle: float) -> None:
    ctx.after(seconds, "poll", job_id=_job(record, lane), **_payload(record, lane, idle))


def _payload(record, lane: int, idle: float) -> dict:
    return {"name": record.id[0], "created": record.created, "idle": idle, "lane": lane}


def running(ctx: Context, name: str, created: float, lane: int):
    """The pipe's record, as long as it is that one, runs, and has such a lane."""
    record = Pipe.rows(ctx).get((name,))
    if record is None or record.created != created or record.state != RUNNING or lane >= sources.lanes(record):
        return None
    return record


@service.job
def poll(ctx, name, created, idle, lane=0):
    """One look of a lane at the source."""
    record = running(ctx, name, created, lane)
    if record is None:
        return None
    found = sources.gather(ctx, record, lane)
    if found.batches:
        if targets.waits(record):
            ctx.stand_by("poll", job_id=_job(record, lane), **_payload(record, lane, 1.0))
            return _process(ctx, record, lane, found.batches)
        for batch in found.batches:
            _at_once(processing.process(ctx, record, batch))
        _again(ctx, record, lane, 0.0 if found.more else processing.pause(ctx, record, lane), 1.0)
        return None
    delay = min(idle, SLOWEST) if found.due is None else max(0.0, found.due - ctx.now)
    _again(ctx, record, lane, delay, idle * 2 if found.due is None else idle)
    ctx.hasten_on(sources.channel(record), _job(record, lane))
    return None


async def _process(ctx: Context, record, lane: int, found: list) -> None:
    for batch in found:
        await processing.process(ctx, record, batch)
    current = running(ctx, record.id[0], record.created, lane)
    if current is not None:
        _again(ctx, current, lane, processing.pause(ctx, current, lane), 1.0)


def _at_once(coroutine) -> None:
    """Drive a coroutine of steps that don't wait."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a step that should be done at once waits")
