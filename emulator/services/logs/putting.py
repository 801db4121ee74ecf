"""PutLogEvents: what comes in order and in time is kept, and handed to whoever watches the log group.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from bisect import bisect_left
from itertools import pairwise
from operator import itemgetter

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.logs import encryption, storage, watching
from emulator.services.logs.errors import invalid
from emulator.services.logs.lookup import group, stream, streams_of
from emulator.services.logs.service import service
from emulator.services.logs.streams import sequence_token
from emulator.services.logs.tables import Event, Group, Stream

LARGEST = 1_048_576  # bytes of one call's events
EXTRA = 26  # bytes that each event counts besides its message
SPAN = 24 * 3_600_000  # milliseconds from the first to the last
FUTURE = 2 * 3_600_000
PAST = 14 * storage.DAY

_time = itemgetter("timestamp")


@service.operation
def put_log_events(ctx, logGroupName, logStreamName, logEvents, sequenceToken=None, entity=None):
    """Raises InvalidParameterException, ResourceNotFoundException; tells of events that are too old or too new."""
    found = group(ctx, logGroupName)
    into = stream(ctx, found, logStreamName)
    size = _check(logEvents)
    kept, rejected = _in_time(ctx, found, logEvents)
    if kept:
        into = _write(ctx, found, into, kept, size if len(kept) == len(logEvents) else _size(kept))
    answer = {"nextSequenceToken": sequence_token(into)}
    if rejected:
        answer["rejectedLogEventsInfo"] = rejected
    return answer


def _size(events: list[dict]) -> int:
    return sum(len(event["message"].encode()) for event in events) + EXTRA * len(events)


def _check(events: list[dict]) -> int:
    """The bytes of the events. Raises InvalidParameterException."""
    times = list(map(_time, events))
    if any(before > after for before, after in pairwise(times)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    if times[-1] - times[0] > SPAN:
        raise invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    size = _size(events)
    if size > LARGEST:
        raise invalid(f"Upload too large: {size} bytes exceeds limit of {LARGEST}")
    return size


def _in_time(ctx: Context, found: Group, events: list[dict]) -> tuple[list[dict], dict]:
    """The events that may be kept, and what is told of the others."""
    now = int(ctx.now * 1000)
    oldest, expired, newest = now - PAST, storage.horizon(ctx, found), now + FUTURE
    if events[0]["timestamp"] >= max(oldest, expired) and events[-1]["timestamp"] <= newest:
        return events, {}
    rejected: dict[str, int] = {}
    start = end = 0
    for name, limit in (("tooOldLogEventEndIndex", oldest), ("expiredLogEventEndIndex", expired)):
        end = bisect_left(events, limit, key=_time)
        if end:
            rejected[name] = end
            start = max(start, end)
    new = bisect_left(events, newest + 1, key=_time)
    if new < len(events):
        rejected["tooNewLogEventStartIndex"] = new
    return events[start:new], rejected


def _write(ctx: Context, found: Group, into: Stream, given: list[dict], size: int) -> Stream:
    now, seal = int(ctx.now * 1000), encryption.sealer(ctx, found)
    number = into.next
    if seal is None:
        events = tuple(
            Event(event["timestamp"], number + at, now, event["message"]) for at, event in enumerate(given)
        )
    else:
        events = tuple(
            Event(event["timestamp"], number + at, now, seal(event["message"]), found.data_key)
            for at, event in enumerate(given)
        )
    storage.write(storage.rows_of(ctx, found, into), events)
    first, last = given[0]["timestamp"], given[-1]["timestamp"]
    into = streams_of(ctx, found).put(replace(
        into, next=number + len(given), size=into.size + size, ingested=now,
        first=first if into.first is None else min(into.first, first),
        last=last if into.last is None else max(into.last, last),
    ))  # fmt: skip
    watching.came(ctx, found, into, [
        Event(event["timestamp"], number + at, now, event["message"]) for at, event in enumerate(given)
    ] if seal else events)  # fmt: skip
    return into
