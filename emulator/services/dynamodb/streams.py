"""What a write of an item leaves behind besides: its record in the table's stream.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from datetime import UTC, datetime

from emulator.engines import change_stream
from emulator.engines.change_stream import Change
from emulator.kernel.context import Context, Principal
from emulator.kernel.store import replace
from emulator.services.dynamodb.service import service
from emulator.services.dynamodb.tables import DynamoTable, Stored
from emulator.services.dynamodb.values import dump, item_size, load

# Who deletes items that expired.
EXPIRY = Principal("Service", "", "dynamodb.amazonaws.com", "dynamodb.amazonaws.com")
SETS = ("SS", "NS", "BS")


def stream_arn(table: DynamoTable) -> str:
    return f"{table.arn}/stream/{table.stream_label}"


def start(ctx: Context, table: DynamoTable) -> DynamoTable:
    """Open the stream that the table's ``stream`` asks for; the table with its label."""
    moment = datetime.fromtimestamp(ctx.now, UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    while change_stream.find(ctx, f"{table.arn}/stream/{moment}") is not None:
        moment = _later(moment)
    table = replace(table, stream_label=moment)
    keys = tuple((name, "HASH") for name, _ in table.hash) + tuple((name, "RANGE") for name, _ in table.range)
    arn = stream_arn(table)
    change_stream.open_stream(ctx, arn, table.name, table.stream["StreamViewType"], keys)
    ctx.after(change_stream.SHARD_LIFE, "keep_stream", f"stream-{arn}", arn=arn)
    return table


def _later(label: str) -> str:
    """The label a millisecond later: labels of one table are distinct."""
    moment = datetime.fromisoformat(label).replace(tzinfo=UTC).timestamp() + 0.001
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def stop(ctx: Context, table: DynamoTable) -> None:
    """End the table's stream, if it has one."""
    if table.stream_label:
        change_stream.disable(ctx, stream_arn(table))


@service.job
def keep_stream(ctx, arn):
    """Every four hours: trim a stream, and let a child take over from its open shard."""
    stream = change_stream.find(ctx, arn)
    stream = change_stream.trim(ctx, stream) if stream is not None else None
    if stream is None:
        return
    if not stream.disabled:
        change_stream.roll(ctx, stream)
    ctx.after(change_stream.SHARD_LIFE, "keep_stream", f"stream-{arn}", arn=arn)


def differ(before: Stored | None, after: Stored | None) -> bool:
    """Whether a write changed anything: the order of attributes and of sets' elements does not count."""
    if before is None or after is None:
        return before is not after
    if before.body == after.body:
        return False
    return before.size != after.size or _unordered(load(before.body)) != _unordered(load(after.body))


def _unordered(value):
    if isinstance(value, dict):
        return {
            name: frozenset(each) if name in SETS and isinstance(each, list) else _unordered(each)
            for name, each in value.items()
        }
    return [_unordered(each) for each in value] if isinstance(value, list) else value


def event_name(before: Stored | None, after: Stored | None) -> str:
    return "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"


def keys_of(table: DynamoTable, stored: Stored) -> dict:
    item = load(stored.body)
    return {name: item[name] for name, _ in table.keys}


def record(ctx: Context, table: DynamoTable, before: Stored | None, after: Stored | None) -> None:
    """Write the change of an item into the table's open stream."""
    stream = change_stream.find(ctx, stream_arn(table))
    if stream is None or stream.disabled:
        return
    keys = keys_of(table, after or before)
    new = after if after is not None and stream.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES") else None
    old = before if before is not None and stream.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES") else None
    change = Change(
        number=stream.next, id=ctx.ids.hex(32), at=ctx.now, event=event_name(before, after), keys=dump(keys),
        new=new and new.body, old=old and old.body,
        size=item_size(keys) + (new.size if new else 0) + (old.size if old else 0),
        by_service=ctx.principal is EXPIRY,
    )  # fmt: skip
    change_stream.append(ctx, stream, change)
