"""What channels and queues, both attached to streams, are listed by."""

from emulator.kernel.context import Context
from emulator.resources.pagination import page
from emulator.services.kinesis.lookup import by_arn

LISTED = 100
BAD_TOKEN = ("InvalidArgumentException", "NextToken is not valid.")


def listed(ctx: Context, table, streams: list[dict] | None, most: int, token: str | None, tell, member: str) -> dict:
    """A page of the caller's records of ``table``, of the named streams or of all, under ``member``.

    ``tell`` gives what is particular of a record's summary. Raises InvalidArgumentException.
    """
    wanted = {each["StreamARN"] for each in streams or ()}
    items = (each for each in ctx.rows(table) if not wanted or each.stream in wanted)
    found, token = page(ctx, items, lambda each: each.id, token, min(most, LISTED), query=sorted(wanted),
                        invalid=BAD_TOKEN)  # fmt: skip
    summaries = [{**tell(each), "Streams": [source(ctx, each.stream)]} for each in found]
    return {member: summaries} | ({"NextToken": token} if token else {})


def source(ctx: Context, arn: str) -> dict:
    """A stream as the summaries tell it."""
    stream = by_arn(ctx, arn)
    return {"StreamARN": arn, "StreamCreationTimestamp": int(stream.created) if stream is not None else 0}
