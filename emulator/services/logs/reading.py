"""GetLogEvents goes through a stream in both directions; FilterLogEvents searches a log group.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice, repeat

from emulator.engines import filter_patterns
from emulator.kernel.context import Context
from emulator.services.logs import encryption, places, protection, storage
from emulator.services.logs.errors import invalid
from emulator.services.logs.lookup import either, stream, streams_of
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group, Stream

PAGE = 10_000
LARGEST = 1_048_576  # bytes of one answer's events
END = 1 << 63


def pattern_of(text: str | None) -> filter_patterns.Pattern | None:
    """The parsed pattern; None for one that lets everything through. Raises InvalidParameterException."""
    if not text or not text.strip():
        return None
    try:
        return filter_patterns.parse(text)
    except filter_patterns.PatternError as error:
        raise invalid(str(error)) from None


@service.operation
def get_log_events(
    ctx, logStreamName, logGroupName=None, logGroupIdentifier=None, startTime=None, endTime=None, nextToken=None,
    limit=PAGE, startFromHead=False, unmask=False,
):  # fmt: skip
    """Raises InvalidParameterException, ResourceNotFoundException."""
    found = either(ctx, logGroupName, logGroupIdentifier)
    of = stream(ctx, found, logStreamName)
    mark = places.mark(of.id)
    low = max(startTime or 0, storage.horizon(ctx, found))
    high = END if endTime is None else endTime
    rows = storage.rows_of(ctx, found, of)
    ahead, place = _position(nextToken, mark, startFromHead, low, high)
    if ahead:
        walk = _until(storage.forward(rows, max(place, (low, 0))), lambda event: event.timestamp < high)
    else:
        walk = _until(storage.backward(rows, min(place, (high, 0))), lambda event: event.timestamp >= low)
    message = protection.shown(ctx, found, unmask, encryption.opener(ctx, found))
    events = list(_fitting(walk, message, limit))
    if not ahead:
        events.reverse()
    if events:
        before, after = events[0][0].place, (events[-1][0].timestamp, events[-1][0].number + 1)
    else:
        before = after = place if nextToken or ahead else (low, 0)
    return {
        "events": [_told(event, text) for event, text in events],
        "nextForwardToken": f"f/{places.written(after, mark)}/s",
        "nextBackwardToken": f"b/{places.written(before, mark)}/s",
    }


def _told(event: Event, text: str) -> dict:
    return {"timestamp": event.timestamp, "message": text, "ingestionTime": event.ingested}


def _position(token: str | None, mark: int, head: bool, low: int, high: int) -> tuple[bool, storage.Place]:
    """Which way to go, and from where. Raises InvalidParameterException."""
    if token is None:
        return (True, (low, 0)) if head else (False, (high, 0))
    way, _, rest = token.partition("/")
    place = places.read(rest.removesuffix("/s"), mark)
    if way not in ("f", "b") or place is None:
        raise invalid("The specified nextToken is invalid.")
    return way == "f", place


def _until(events: Iterator[Event], inside: Callable[[Event], bool]) -> Iterator[Event]:
    for event in events:
        if not inside(event):
            return
        yield event


def _fitting(events: Iterator[Event], message: Callable[[Event], str], limit: int) -> Iterator[tuple[Event, str]]:
    """As many events, with their messages, as one answer holds."""
    size = 0
    for event in islice(events, limit):
        text = message(event)
        size += len(text) + 26
        if size > LARGEST and size > len(text) + 26:
            return
        yield event, text


# Searching


@service.operation
def filter_log_events(
    ctx, logGroupName=None, logGroupIdentifier=None, logStreamNames=None, logStreamNamePrefix=None, startTime=None,
    endTime=None, filterPattern=None, nextToken=None, limit=PAGE, startFromHead=True, interleaved=None, unmask=False,
):  # fmt: skip
    """A group's events that fit a pattern, by time. Raises InvalidParameterException, ResourceNotFoundException."""
    found = either(ctx, logGroupName, logGroupIdentifier)
    if logStreamNames is not None and logStreamNamePrefix is not None:
        raise invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    if startTime is not None and endTime is not None and startTime > endTime:
        raise invalid("The start time must be before the end time.")
    pattern = pattern_of(filterPattern)
    low = max(startTime or 0, storage.horizon(ctx, found))
    high = END if endTime is None else endTime
    searched = _searched(ctx, found, logStreamNames, logStreamNamePrefix)
    plain = encryption.opener(ctx, found)
    message = protection.shown(ctx, found, unmask, plain)

    def walk(after) -> Iterator[tuple[Stream, Event]]:
        ahead = startFromHead is not False if after is None else after[0]
        start, end = (low, high) if after is None else (after[1], high) if ahead else (low, after[1])
        for pair in between(ctx, found, searched, start, end, ahead):
            passed = after is not None and (_key(pair) <= after[1:] if ahead else _key(pair) >= after[1:])
            if not passed and (pattern is None or pattern.matches(plain(pair[1]))):
                yield ahead, *pair

    query = [found.arn, logStreamNames, logStreamNamePrefix, startTime, endTime, filterPattern]

    def show(found: tuple[bool, Stream, Event]) -> dict:
        _, of, event = found
        id = places.written(event.place, places.mark(of.id))
        return {"logStreamName": of.name, **_told(event, message(event)), "eventId": id}

    answer = paged(ctx, "events", walk, lambda each: (each[0], *_key(each[1:])), nextToken, limit, query, show)
    return answer | {"searchedLogStreams": []}


def _key(pair: tuple[Stream, Event]) -> tuple[int, str, int]:
    of, event = pair
    return event.timestamp, of.name, event.number


def _searched(ctx: Context, found: Group, names: list[str] | None, prefix: str | None) -> list[Stream]:
    if names is not None:
        return [stream(ctx, found, name) for name in sorted(set(names))]
    return [each for each in streams_of(ctx, found) if each.name.startswith(prefix or "")]


def between(
    ctx: Context, found: Group, of: list[Stream], low: int, high: int, ahead: bool = True
) -> Iterator[tuple[Stream, Event]]:
    """The events of some streams from ``low`` up to and including ``high``, by time, or backwards."""
    ways = []
    for each in of:
        if each.last is not None and each.last >= low and each.first <= high:
            rows = storage.rows_of(ctx, found, each)
            if ahead:
                events = _until(storage.forward(rows, (low, 0)), lambda event: event.timestamp <= high)
            else:
                events = _until(storage.backward(rows, (high + 1, 0)), lambda event: event.timestamp >= low)
            ways.append(zip(repeat(each), events))
    return merge(*ways, key=_key, reverse=not ahead)
