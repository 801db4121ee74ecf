"""KMS's pages: a marker, a limit, and whether there is more."""

from collections.abc import Callable, Iterable

from emulator.kernel.context import Context
from emulator.resources import page
from emulator.services.kms.errors import INVALID_MARKER, validation


def paged(ctx: Context, member: str, items: Iterable, key: Callable, most: int = 100, default: int = 50) -> dict:
    """One page of an answer. ``most`` and ``default`` are the operation's limits. Raises InvalidMarkerException."""
    limit = ctx.input.get("Limit") or default
    if limit > most:
        raise validation(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {most}"
        )
    query = {name: value for name, value in ctx.input.items() if name not in ("Limit", "Marker")}
    found, marker = page(ctx, items, key, ctx.input.get("Marker"), limit, query=query, invalid=INVALID_MARKER)
    answer = {member: found, "Truncated": marker is not None}
    return answer if marker is None else answer | {"NextMarker": marker}
