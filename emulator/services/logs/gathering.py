"""The events that queries go over, as queries see them: transformed, what is sensitive hidden."""

from collections.abc import Iterable

from emulator.engines.insights import Event
from emulator.kernel.context import Context
from emulator.services.logs import encryption, pointers, protection, reading, storage, transforming
from emulator.services.logs.lookup import find, streams_of
from emulator.services.logs.tables import Group


def log_of(found: Group) -> str:
    """A log group as events name it in ``@log``."""
    return f"{found.account}:{found.name}"


def gathered(ctx: Context, arns: Iterable[str], start: int, end: int) -> list[Event]:
    """The events of log groups in a time (milliseconds). Raises InvalidOperationException."""
    known = filter(None, (find(ctx, each) for each in arns))
    return [event for found in known for event in _of(ctx, found, start, end)]


def _of(ctx: Context, found: Group, start: int, end: int) -> Iterable[Event]:
    log, transformed, plain = log_of(found), transforming.of(ctx, found), encryption.opener(ctx, found)
    message = protection.shown(ctx, found, False, plain)
    low = max(start, storage.horizon(ctx, found))
    for of, event in reading.between(ctx, found, list(streams_of(ctx, found)), low, end):
        hidden = None if message is plain else transformed(event._replace(message=plain(event)))
        yield Event(event.timestamp, event.ingested, transformed(event._replace(message=message(event))), of.name, log,
                    pointers.written(found, of, event), hidden)  # fmt: skip
