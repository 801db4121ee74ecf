"""Pointers (``@ptr``) to single events, and what is found there: all at once, or as a stream.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogRecord.html
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator

import orjson

from emulator.engines.insights import fields
from emulator.kernel.context import Context
from emulator.services.logs import encryption, places, protection, reading, storage
from emulator.services.logs.errors import invalid, not_found
from emulator.services.logs.lookup import either, find, streams_of
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group, Stream

MISSING = "The specified log record does not exist."
MINUTES = 8 * 60_000  # milliseconds to each side of the time whose fields are told
CHUNK = 64 * 1024  # bytes of one event of the stream
FIELDS = ("@timestamp", "@message", "@logStream", "@log", "@ingestionTime")


def written(group: Group, of: Stream, event: Event) -> str:
    text = f"{places.written(event.place, places.mark(of.id))}{group.arn} {of.name}"
    return urlsafe_b64encode(text.encode()).decode()


def _read(ctx: Context, pointer: str) -> tuple[Group, Stream, Event] | None:
    try:
        text = urlsafe_b64decode(pointer).decode()
    except ValueError:
        raise invalid("The specified log record pointer is invalid.") from None
    arn, _, name = text[56:].partition(" ")
    group = find(ctx, arn) if arn.startswith("arn:") and arn.count(":") >= 6 else None
    of = streams_of(ctx, group).get(name) if group is not None else None
    place = places.read(text[:56], places.mark(of.id)) if of is not None else None
    if place is None or place[0] < storage.horizon(ctx, group):
        return None
    event = next(storage.forward(storage.rows_of(ctx, group, of), place), None)
    return (group, of, event) if event is not None and event.place == place else None


def _record(ctx: Context, pointer: str, unmask: bool) -> dict[str, str]:
    """All fields of one event. Raises InvalidParameterException, ResourceNotFoundException."""
    found = _read(ctx, pointer)
    if found is None:
        raise not_found(MISSING)
    group, of, event = found
    message = protection.shown(ctx, group, unmask, encryption.opener(ctx, group))(event)
    system = {"@timestamp": str(event.timestamp), "@message": message, "@logStream": of.name,
              "@log": f"{group.account}:{group.name}", "@ingestionTime": str(event.ingested),
              "@ptr": pointer}  # fmt: skip
    return system | fields.discovered(message)


@service.operation
def get_log_record(ctx, logRecordPointer, unmask=False):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    return {"logRecord": _record(ctx, logRecordPointer, unmask)}


@service.operation
def get_log_object(ctx, logObjectPointer, unmask=False):
    """The fields of an event, as JSON in pieces. Events are kept whole, so that no pointer is of a part of one.

    Raises InvalidParameterException, ResourceNotFoundException.
    """
    return {"fieldStream": _pieces(orjson.dumps(_record(ctx, logObjectPointer, unmask)))}


async def _pieces(data: bytes) -> AsyncIterator[dict]:
    for start in range(0, len(data), CHUNK):
        yield {"fields": {"data": data[start : start + CHUNK]}}


@service.operation
def get_log_group_fields(ctx, logGroupName=None, time=None, logGroupIdentifier=None):
    """The fields of the events around a time (seconds), or of the last 15 minutes, and how many have them."""
    group = either(ctx, logGroupName, logGroupIdentifier)
    middle = time * 1000 if time is not None else int(ctx.now * 1000) - MINUTES + 60_000
    low = max(middle - MINUTES, storage.horizon(ctx, group))
    message = encryption.opener(ctx, group)
    counts, total = Counter(), 0
    for _, event in reading.between(ctx, group, list(streams_of(ctx, group)), low, middle + MINUTES):
        counts.update((*FIELDS, *fields.discovered(message(event))))
        total += 1
    return {"logGroupFields": [
        {"name": name, "percent": round(100 * count / total)} for name, count in counts.most_common()]}  # fmt: skip
