"""Pages of Step Functions: a limit, where 0 means the default, and an opaque token."""

from collections.abc import Callable, Iterable

from emulator.kernel.context import Context
from emulator.resources import page

DEFAULT = 100
INVALID = ("InvalidToken", "Invalid Token: 'Invalid token'")


def paged(ctx: Context, member: str, items: Iterable, key: Callable, show: Callable) -> dict:
    """One page of an answer under ``member``. Raises InvalidToken."""
    query = {name: value for name, value in ctx.input.items() if name not in ("maxResults", "nextToken")}
    limit = ctx.input.get("maxResults") or DEFAULT
    found, token = page(ctx, items, key, ctx.input.get("nextToken"), limit, query=query, invalid=INVALID)
    answer = {member: [show(each) for each in found]}
    return answer if token is None else {**answer, "nextToken": token}
