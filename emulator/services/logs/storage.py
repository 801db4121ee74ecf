"""The events of a stream: written at the end or, when they come late, into their place; read from any time on."""

from bisect import bisect_left
from collections.abc import Iterator

from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.logs.tables import Batch, Event, Group, Stream, batches

CHUNK = 1000  # events of a batch that is written anew
DAY = 86_400_000

Place = tuple[int, int]  # an event's timestamp and its number in the stream


def rows_of(ctx: Context, group: Group, stream: Stream) -> Rows[Batch]:
    return ctx.rows(batches, stream.id, **group.place)


def write(rows: Rows[Batch], events: tuple[Event, ...]) -> None:
    """Keep events, which are in the order of time."""
    newest = rows.highest()
    if newest is None or newest.events[-1].timestamp <= events[0].timestamp:
        rows.put(Batch(events))
        return
    touched = list(_overlapping(rows, events[0].timestamp, events[-1].timestamp))
    merged = sorted([*events, *(event for batch in touched for event in batch.events)], key=lambda event: event.place)
    for batch in touched:
        rows.delete(batch.events[0].place)
    for at in range(0, len(merged), CHUNK):
        rows.put(Batch(tuple(merged[at : at + CHUNK])))


def _overlapping(rows: Rows[Batch], first: int, last: int) -> Iterator[Batch]:
    """The batches that hold something between two times."""
    for batch in rows.range((last, 1 << 62), reverse=True):
        if batch.events[-1].timestamp < first:
            return
        yield batch


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
    return int(ctx.now * 1000) - group.retention * DAY if group.retention else 0


def trim(rows: Rows[Batch], oldest: int) -> None:
    """Forget the events from before a time."""
    for batch in list(rows.range()):
        if batch.events[0].timestamp >= oldest:
            return
        rows.delete(batch.events[0].place)
        kept = tuple(event for event in batch.events if event.timestamp >= oldest)
        if kept:
            rows.put(Batch(kept))
