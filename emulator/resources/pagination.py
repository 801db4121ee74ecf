"""Pages and their tokens. ``page`` serves declared and hand-written lists alike; ``paging`` tells members' names."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from emulator.model import Operation
from emulator.model.loader import read
from emulator.resources.errors import Refusal, refuse

LIFETIME = 24 * 3600.0  # seconds after which a token is refused
INVALID: Refusal = ("ValidationException", "Invalid NextToken.")

# Names where botocore's paginators are silent, in order of preference.
INPUT_TOKENS = ("NextToken", "nextToken", "Marker", "marker", "PaginationToken", "NextMarker", "position")
OUTPUT_TOKENS = ("NextToken", "nextToken", "NextMarker", "nextMarker", "Marker", "PaginationToken", "position")
MORE = ("IsTruncated", "isTruncated")
LIMITS = ("MaxResults", "maxResults", "MaxItems", "MaxRecords", "Limit", "limit", "PageSize", "pageSize")


class Paging(NamedTuple):
    """Where an operation keeps its pages: input members, and dotted paths in the output. Empty where there is none."""

    token: str
    limit: str
    next: str
    items: str
    more: str


@cache
def paginators(service: str) -> dict:
    return read(service, "paginators-1").get("pagination", {})


def paging(operation: Operation) -> Paging:
    """The names of an operation's paging members: botocore's paginators, else the shapes."""
    known = paginators(operation.service.name).get(operation.name)
    if known is not None:
        return Paging(
            _first(known["input_token"]), known.get("limit_key", ""), _first(known["output_token"]),
            _first(known["result_key"]), known.get("more_results", ""),
        )  # fmt: skip
    given = operation.input.members if operation.input else {}
    place, result = _around_list(operation)
    items = next((name for name, shape in result.items() if shape.type == "list"), "")
    following = _among(OUTPUT_TOKENS, result)
    more = _among(MORE, result)
    return Paging(
        _among(INPUT_TOKENS, given), _among(LIMITS, given), following and place + following, items and place + items,
        more and place + more,
    )  # fmt: skip


def _around_list(operation: Operation) -> tuple[str, dict]:
    """The members among which the output's list is, and the path to them: at the top, or one structure down."""
    top = operation.output.members if operation.output else {}
    for name, shape in top.items():
        if shape.type == "list":
            return "", top
        if shape.type == "structure" and any(inner.type == "list" for inner in shape.members.values()):
            return f"{name}.", shape.members
    return "", top


def _first(names) -> str:
    name = names if isinstance(names, str) else names[0]
    return name.partition("||")[0].strip()  # "NextMarker || Contents[-1].Key": the first is the token


def _among(names: tuple[str, ...], members) -> str:
    return next((name for name in names if name in members), "")


def page(
    ctx,
    items: Iterable | Callable[[Any], Iterable],
    key: Callable[[Any], Any],
    token: str | None = None,
    limit: int = 100,
    *,
    query: Any = None,
    invalid: Refusal = INVALID,
) -> tuple[list, str | None]:
    """One page of ``items`` and the token for the next, None at the end.

    ``items`` come in the ascending order of ``key`` (strings, numbers, tuples of them); a function of the last key of
    the page before (None at first) may give them from there on instead. A token holds for the same caller, operation
    and ``query`` (plain data: the filters) and for a day. Raises ``invalid`` for any other.
    """
    bound = _bound(ctx, query)
    after = _open(token, bound, ctx.now, invalid) if token else None
    if callable(items):
        rest = iter(items(after))
    else:
        rest = (item for item in items if after is None or key(item) > after)
    found = []
    for item in rest:
        if len(found) == limit:
            return found, _seal(key(found[-1]), bound, ctx.now + LIFETIME)
        found.append(item)
    return found, None


def _bound(ctx, query) -> bytes:
    whole = (ctx.service, ctx.operation, ctx.account, ctx.region, query)
    return msgspec.msgpack.encode(whole, order="deterministic")


def _seal(key, bound: bytes, expires: float) -> str:
    body = msgspec.msgpack.encode((expires, key))
    return urlsafe_b64encode(hashlib.blake2b(body + bound, digest_size=12).digest() + body).decode()


def _open(token: str, bound: bytes, now: float, invalid: Refusal):
    try:
        packed = urlsafe_b64decode(token.encode())
        body = packed[12:]
        if hashlib.blake2b(body + bound, digest_size=12).digest() == packed[:12]:
            expires, key = msgspec.msgpack.decode(body)
            if expires > now:
                return tuple(key) if isinstance(key, list) else key
    except (ValueError, msgspec.DecodeError):
        pass
    raise refuse(invalid, {"token": token})
