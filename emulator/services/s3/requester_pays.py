"""Requester Pays: who asked and was let in on those terms is told that the request was charged.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
"""

from collections.abc import Callable
from functools import wraps

from emulator.kernel.context import Context
from emulator.model import load
from emulator.services.s3 import service
from emulator.services.s3.access import charges
from emulator.services.s3.tables import buckets


def told(function: Callable) -> Callable:
    """An operation whose answer tells of the charge where there was one."""

    @wraps(function)
    def run(ctx: Context, *arguments, **given):
        answer = function(ctx, *arguments, **given)
        if ctx.input.get("RequestPayer") == "requester" and _is_charged(ctx):
            return _later(answer) if hasattr(answer, "__await__") else _with_charge(answer)
        return answer

    return run


def _is_charged(ctx: Context) -> bool:
    bucket = ctx.rows(buckets).get(ctx.input.get("Bucket"))
    output = load("s3").operations[ctx.operation].output
    return (
        bucket is not None and charges(bucket) and ctx.principal.account != bucket.account
        and output is not None and "RequestCharged" in output.members
    )  # fmt: skip


def _with_charge(answer: dict) -> dict:
    return {**answer, "RequestCharged": "requester"}


async def _later(answer) -> dict:
    return _with_charge(await answer)


def apply() -> None:
    """Wrap every operation; after all of them have registered."""
    service.functions = {name: told(function) for name, function in service.functions.items()}
