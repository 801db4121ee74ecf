"""The events of a stream: written at the end or, when they come late, into their place; read from any time on."""

from bisect import bisect_left
from collections.abc import Iterator

from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.logs import account_retention
from emulator.services.logs.tables import Batch, Event, Group, Stream, batches

LARGEST = 500  # events of a batch into which others are put
DAY = 86_400_000

Place = tuple[int, int]  # an event's timestamp and its number in the stream


def rows_of(ctx: Context, group: Group, stream: Stream) -> Rows[Batch]:
    return ctx.rows(batches, stream.id, **group.place)


def write(rows: Rows[Batch], events: tuple[Event, ...]) -> None:
    """Keep events, which are in the order of time and numbered on from all that are there."""
    newest = rows.highest()
    if newest is None or newest.events[-1].timestamp <= events[0].timestamp:
        rows.put(Batch(events))
        return
    at = 0
    while at < len(events):  # those that came late: as many at a time as go into one batch, or between two
        following = next(rows.range(events[at].place), None)
        end = len(events) if following is None else bisect_left(events, following.events[0].place, at)
        _insert(rows, events[at:end])
        at = end


def _insert(rows: Rows[Batch], part: tuple[Event, ...]) -> None:
    """Put events into the batch that begins before them, where it reaches beyond; too large a batch becomes two."""
    batch = next(rows.range(part[0].place, reverse=True), None)
    if batch is None or batch.events[-1] < part[0]:
        rows.put(Batch(part))
        return
    merged = tuple(sorted(batch.events + part))
    cut = len(merged) if len(merged) <= LARGEST else len(merged) // 2
    rows.put(Batch(merged[:cut]))
    if merged[cut:]:
        rows.put(Batch(merged[cut:]))


def forward(rows: Rows[Batch], place: Place) -> Iterator[Event]:
    """Events from a place on, in order."""
    before = next(rows.range(place, reverse=True), None)
    if before is not None:
        yield from before.events[bisect_left(before.events, place) :]
    for batch in rows.range(place, after=True):
        yield from batch.events


def backward(rows: Rows[Batch], place: Place) -> Iterator[Event]:
    """Events before a place, the last of them first."""
    for batch in rows.range(place, reverse=True, after=True):
        yield from reversed(batch.events[: bisect_left(batch.events, place)])


def horizon(ctx: Context, group: Group) -> int:
    """The time before which a group's events are not kept any more."""
    days = account_retention.kept(ctx, group).days
    return int(ctx.now * 1000) - days * DAY if days else 0


def trim(rows: Rows[Batch], oldest: int) -> None:
    """Forget the events from before a time."""
    for batch in list(rows.range()):
        if batch.events[0].timestamp >= oldest:
            return
        rows.delete(batch.events[0].place)
        kept = tuple(event for event in batch.events if event.timestamp >= oldest)
        if kept:
            rows.put(Batch(kept))
