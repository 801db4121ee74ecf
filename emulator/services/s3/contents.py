"""Work over the content of objects that may be large: digests of what lies in many blobs, and copies of ranges.

Small contents are done at once; large ones in a worker thread, so that the loop goes on. What is to be done with the
result is a continuation, which runs in a transaction.
"""

from collections.abc import Callable, Iterable
from typing import Any

from emulator.kernel import digests
from emulator.kernel.blobs import Blob, Body, Staged
from emulator.kernel.context import Context

AT_ONCE = 1024 * 1024  # bytes up to which the work is done without a thread

Ranges = list[tuple[Blob, int, int]]


def off_loop(ctx: Context, size: int, work: Callable[[], Any], then: Callable[[Any], Any]):
    """``then(work())``: at once when ``size`` is small, else an awaitable of it. ``work`` must not touch state."""
    return then(work()) if size <= AT_ONCE else _later(ctx, work, then)


async def _later(ctx: Context, work: Callable[[], Any], then: Callable[[Any], Any]):
    return then(await ctx.in_thread(work))


def digest(ctx: Context, ranges: Ranges, names: Iterable[str], then: Callable[[dict[str, bytes]], Any]):
    """``then`` with the digests of these blob ranges; an awaitable of it when they are large."""
    body = Body(ctx.blobs, ranges)
    hashes = {name: digests.new(name) for name in names}

    def work() -> dict[str, bytes]:
        for piece in body.pieces():
            for one in hashes.values():
                one.update(piece)
        return {name: one.digest() for name, one in hashes.items()}

    return _over(ctx, body, work, then)


def copy(ctx: Context, ranges: Ranges, names: Iterable[str], then: Callable[[Staged], Any]):
    """``then`` with these blob ranges written as one staged value, hashed on the way; an awaitable when large."""
    body = Body(ctx.blobs, ranges)
    if body.size <= AT_ONCE:
        return _over(ctx, body, lambda: Staged(body.read()), then)
    writer = ctx.blobs.writer(names)

    def work() -> Staged:
        try:
            for piece in body.pieces():
                writer.write(piece)
            return writer.finish()
        except BaseException:
            writer.abort()
            raise

    return _over(ctx, body, work, then)


def _over(ctx: Context, body: Body, work: Callable[[], Any], then: Callable[[Any], Any]):
    """Do the work over a body, whose blobs stay alive until it is done."""
    if body.size > AT_ONCE:
        return _over_later(ctx, body, work, then)
    try:
        found = work()
    finally:
        body.close()
    return then(found)


async def _over_later(ctx: Context, body: Body, work: Callable[[], Any], then: Callable[[Any], Any]):
    try:
        found = await ctx.in_thread(work)
        result = then(found)
        # The source may be gone by now: let go of its blobs only after the transaction that made the copy hold them,
        # which ends where the coroutine waits.
        await ctx.in_thread(bool)
        return result
    finally:
        body.close()
