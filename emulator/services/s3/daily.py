"""What S3 does to a bucket once a day, at midnight UTC: one job for each kind of work and bucket.

A handler arms its own next day for as long as its configuration stands. The jobs belong to the bucket's owner and
region, wherever the request came from that armed them first.
"""

from emulator.kernel.context import Context
from emulator.services.s3.tables import Bucket

DAY = 86_400


def midnight_after(at: float) -> float:
    """The first midnight UTC that lies behind a moment in epoch seconds."""
    return (int(at) // DAY + 1) * DAY


def arm(ctx: Context, bucket: Bucket, handler: str, due: float | None = None, **payload) -> None:
    """Let the job ``handler(ctx, bucket=name, **payload)`` run at ``due``, by default the next midnight."""
    here = ctx.account, ctx.region
    ctx.account, ctx.region = bucket.account, bucket.region
    try:
        series = "/".join((handler, bucket.name, *map(str, payload.values())))
        ctx.at(midnight_after(ctx.now) if due is None else due, handler, series, bucket=bucket.name, **payload)
    finally:
        ctx.account, ctx.region = here
