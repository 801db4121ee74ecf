"""Finding streams: by name, by ARN (which may be another account's), in the state that an operation needs."""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis.errors import invalid, not_active, not_found
from emulator.services.kinesis.tables import Shard, Stream, streams


def owner(arn: str) -> dict[str, str]:
    """Account and region of an ARN, as ``ctx.rows`` takes them; empty for what is no ARN."""
    parts = arn.split(":", 5)
    return {"account": parts[4], "region": parts[3]} if len(parts) == 6 else {}


def name_of(arn: str) -> str:
    """The stream's name in the ARN of a stream or of one of its consumers."""
    return arn.partition(":stream/")[2].partition("/")[0]


def by_arn(ctx: Context, arn: str, id: str | None = None) -> Stream | None:
    """The stream of an ARN, or of the ARN of one of its consumers; with an ``id`` that very one."""
    found = ctx.rows(streams, **owner(arn)).get(name_of(arn))
    return found if found is None or id is None or found.id == id else None


def find(ctx: Context, name: str | None, arn: str | None) -> Stream:
    """The stream that a request names. Raises InvalidArgumentException, ResourceNotFoundException."""
    if arn is not None:
        if name is not None and name != name_of(arn):
            raise invalid(f"StreamARN {arn} and StreamName {name} do not name the same stream.")
        stream, name, account = by_arn(ctx, arn), name_of(arn), owner(arn)["account"]
    elif name is not None:
        stream, account = ctx.rows(streams).get(name), ctx.account
    else:
        raise invalid("Either StreamName or StreamARN must be specified.")
    if stream is None:
        raise not_found(f"Stream {name} under account {account} not found.")
    return stream


def active(ctx: Context, name: str | None, arn: str | None) -> Stream:
    """The stream, where it must be ACTIVE. Raises ResourceInUseException and what :func:`find` raises."""
    stream = find(ctx, name, arn)
    if stream.status != "ACTIVE":
        raise not_active(stream)
    return stream


def readable(ctx: Context, name: str | None, arn: str | None) -> Stream:
    """The stream, where it must take and give records: one that is made or goes is not there for that."""
    stream = find(ctx, name, arn)
    if stream.status not in ("ACTIVE", "UPDATING"):
        raise not_found(f"Stream {stream.name} under account {stream.account} not found.")
    return stream


def save(ctx: Context, stream: Stream, **changes) -> Stream:
    return ctx.rows(streams, **stream.place).put(replace(stream, **changes))


def with_shards(ctx: Context, stream: Stream, shards: tuple[Shard, ...], **changes) -> Stream:
    """Save the stream with these shards, and with the table by which records find theirs."""
    found = sorted((each.start, position) for position, each in enumerate(shards) if not each.closed)
    starts, opens = zip(*found) if found else ((), ())
    return save(ctx, stream, shards=shards, starts=starts, opens=opens, **changes)
