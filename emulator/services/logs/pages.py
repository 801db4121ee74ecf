"""One page of a list, as this service's operations answer it."""

from collections.abc import Callable
from typing import Any

from emulator.kernel.context import Context
from emulator.resources.errors import Refusal
from emulator.resources.pagination import page
from emulator.services.logs.errors import BAD_TOKEN


def paged(
    ctx: Context, member: str, items, key: Callable[[Any], Any], token: str | None, limit: int, query: Any,
    show: Callable[[Any], Any] | None = None, invalid: Refusal = BAD_TOKEN,
) -> dict[str, Any]:  # fmt: skip
    """``items``, ``key`` and ``query`` are as for ``page``; ``show`` makes of an item what is told of it.

    Raises ``invalid`` for a token that is none.
    """
    found, following = page(ctx, items, key, token, limit, query=query, invalid=invalid)
    answer = {member: [show(each) for each in found] if show is not None else found}
    return answer | ({"nextToken": following} if following else {})
