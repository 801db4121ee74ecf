"""Work over the content of objects that may be large: digests of what lies in many blobs, and copies of ranges.

Small contents are done at once; large ones in a worker thread, so that the loop goes on.
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


async def _later(ctx: Context, work, then):
    return then(await ctx.in_thread(work))


def digest(ctx: Context, ranges: Ranges, names: Iterable[str]) -> Callable[[], dict[str, bytes]]:
    """A function that computes digests of these blob ranges; the blobs stay alive until it has run."""
    body = Body(ctx.blobs, ranges)
    hashes = {name: digests.new(name) for name in names}

    def work() -> dict[str, bytes]:
        for piece in body.pieces():
            for one in hashes.values():
                one.update(piece)
        return {name: one.digest() for name, one in hashes.items()}

    return _closing(body, work)


def copy(ctx: Context, ranges: Ranges, names: Iterable[str]) -> Callable[[], Staged]:
    """A function that writes these blob ranges as one staged value, hashed on the way."""
    body = Body(ctx.blobs, ranges)
    if body.size <= AT_ONCE:
        return _closing(body, lambda: Staged(body.read()))
    writer = ctx.blobs.writer(names)

    def work() -> Staged:
        for piece in body.pieces():
            writer.write(piece)
        return writer.finish()

    return _closing(body, work)


def _closing(body: Body, work: Callable[[], Any]) -> Callable[[], Any]:
    """Files are let go on the loop's side: ``release`` is what the caller's continuation runs."""

    def run():
        return body, work()

    return run


def released(then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The continuation for :func:`digest` and :func:`copy`: lets the blobs go, then goes on with the result."""

    def after(found):
        body, result = found
        body.close()
        return then(result)

    return after
