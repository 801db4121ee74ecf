"""Client tokens: the same token with the same input gets the same answer, with another input an error."""

import hashlib

import msgspec

from emulator.resources.errors import Refusal, refuse
from emulator.resources.records import TokenRecord, tokens

LIFETIME = 24 * 3600.0  # seconds for which a token is remembered

MISMATCH: Refusal = (
    "ConflictException", "The client token {token} was already used with a different request.",
)  # fmt: skip


def digest(given: dict) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(given, order="deterministic")).hexdigest()


def replay(ctx, operation: str, token: str, given: dict, mismatch: Refusal = MISMATCH) -> dict | None:
    """The answer that this token was given before; None when it is new. Raises ``mismatch`` for another input."""
    known = ctx.rows(tokens, ctx.service).get((operation, token))
    if known is None or known.expires <= ctx.now:
        return None
    if known.digest != digest(given):
        raise refuse(mismatch, {"token": token})
    return known.answer


def remember(ctx, operation: str, token: str, given: dict, answer: dict) -> None:
    """Keep the answer under the token, and forget tokens whose time is over."""
    rows = ctx.rows(tokens, ctx.service)
    while (oldest := rows.first("expires")) is not None and oldest.expires <= ctx.now:
        rows.delete(oldest.id)
    rows.put(TokenRecord((operation, token), digest(given), answer, ctx.now + LIFETIME))
