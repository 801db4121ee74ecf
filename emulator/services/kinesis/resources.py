"""What an ARN of Kinesis names: a stream, one of its consumers, a queue or a channel."""

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.store import Record
from emulator.services.kinesis.errors import not_found
from emulator.services.kinesis.lookup import by_arn, name_of, owner
from emulator.services.kinesis.tables import Consumer, consumers, streams


class Named(NamedTuple):
    """A record that carries ``tags`` (and, a stream or consumer, a ``policy``), and how a changed one is kept."""

    record: Any
    save: Callable[[Record], Record]


def consumer_of(ctx: Context, arn: str) -> Consumer | None:
    stream, _, rest = arn.partition("/consumer/")
    found = ctx.rows(consumers, stream, **owner(arn)).get(rest.rpartition(":")[0])
    return found if found is not None and found.arn == arn else None


def _stream(ctx: Context, arn: str) -> Named | None:
    found = by_arn(ctx, arn)
    return Named(found, ctx.rows(streams, **owner(arn)).put) if found is not None else None


def _consumer(ctx: Context, arn: str) -> Named | None:
    found = consumer_of(ctx, arn)
    return Named(found, ctx.rows(consumers, found.stream, **owner(arn)).put) if found is not None else None


# By the first part of the resource's own name in the ARN; queues and channels add themselves.
KINDS: dict[str, Callable[[Context, str], Named | None]] = {"stream": _stream, "consumer": _consumer}

_RAISE: Any = object()


def kind_of(arn: str) -> str:
    return "consumer" if "/consumer/" in arn else arn.split(":", 5)[-1].partition("/")[0]


def resource(ctx: Context, arn: str, missing=_RAISE) -> Named | None:
    """The resource of an ARN; ``missing`` when there is none, or without it ResourceNotFoundException."""
    kind = kind_of(arn)
    found = KINDS[kind](ctx, arn) if kind in KINDS and owner(arn) else None
    if found is None and missing is _RAISE:
        raise not_found(f"{kind.capitalize()} {_name(arn, kind)} under account {owner(arn).get('account')} not found.")
    return found


def _name(arn: str, kind: str) -> str:
    return name_of(arn) if kind == "stream" else arn
