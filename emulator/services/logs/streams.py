"""Log streams: made, listed by name or by their last event, deleted.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
"""

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from emulator.kernel.store import Rows
from emulator.services.logs.errors import exists, invalid, refused
from emulator.services.logs.groups import forget
from emulator.services.logs.lookup import either, group, millis, stream, streams_of
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service
from emulator.services.logs.tables import Group, Stream

PAGE = 50
END = "\U0010ffff"  # sorts after every character of a name
SEQUENCE = "4960000000000000000000000000000000000000"  # AWS's sequence tokens, which count for nothing, look so


def sequence_token(each: Stream) -> str:
    return f"{SEQUENCE}{each.next:016d}"


@service.operation
def create_log_stream(ctx, logGroupName, logStreamName):
    """Raises InvalidParameterException, ResourceAlreadyExistsException, ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    rows = streams_of(ctx, found)
    if logStreamName in rows:
        raise exists("The specified log stream already exists")
    rows.put(Stream(logStreamName, ctx.ids.hex(16), millis(ctx)))


@service.operation
def delete_log_stream(ctx, logGroupName, logStreamName):
    """Raises ResourceNotFoundException."""
    found = group(ctx, logGroupName)
    forget(ctx, found, stream(ctx, found, logStreamName))


@service.operation
def describe_log_streams(
    ctx, logGroupName=None, logGroupIdentifier=None, logStreamNamePrefix=None, orderBy="LogStreamName",
    descending=False, nextToken=None, limit=PAGE,
):  # fmt: skip
    """Raises InvalidParameterException, ResourceNotFoundException, ValidationException."""
    found = either(ctx, logGroupName, logGroupIdentifier, both=refused)
    if orderBy == "LastEventTime" and logStreamNamePrefix is not None:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    rows, wanted, backwards = streams_of(ctx, found), logStreamNamePrefix or "", bool(descending)
    if orderBy == "LastEventTime":
        key, walk = _last, partial(_by_time, rows, backwards)
    else:
        key, walk = attrgetter("name"), partial(_by_name, rows, wanted, backwards)
    query = [found.arn, wanted, orderBy, descending]
    return paged(ctx, "logStreams", walk, key, nextToken, limit, query, lambda each: shown(found, each))


def _last(each: Stream) -> tuple[int, str]:
    return each.last or 0, each.name


def _by_time(rows: Rows[Stream], backwards: bool, after: tuple[int, str] | None) -> Iterator[Stream]:
    for each in sorted(rows, key=_last, reverse=backwards):
        if after is None or (_last(each) < after if backwards else _last(each) > after):
            yield each


def _by_name(rows: Rows[Stream], wanted: str, backwards: bool, after: str | None) -> Iterator[Stream]:
    """The streams whose names begin so, which stand together."""
    start = after if after is not None else wanted + END if backwards else wanted
    for each in rows.range(start, after=after is not None, reverse=backwards):
        if not each.name.startswith(wanted):
            return
        yield each


def shown(found: Group, each: Stream) -> dict:
    """Streams do not tell their bytes any more: always 0."""
    out = {
        "logStreamName": each.name, "creationTime": each.created, "storedBytes": 0,
        "arn": f"{found.arn}:log-stream:{each.name}",
    }  # fmt: skip
    if each.last is not None:
        out |= {"firstEventTimestamp": each.first, "lastEventTimestamp": each.last, "lastIngestionTime": each.ingested,
                "uploadSequenceToken": sequence_token(each)}  # fmt: skip
    return out
