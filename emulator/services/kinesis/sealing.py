"""Iterators and tokens: content that its holder can't make or change, sealed with a stream's own id."""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error

import msgspec

from emulator.kernel.context import Context
from emulator.services.kinesis.lookup import by_arn
from emulator.services.kinesis.tables import Stream

MARK = b"\x00\x00\x00\x00\x00\x00\x00\x01"  # what every iterator of AWS begins with
DIGEST = 16


def sealed(stream: Stream, *content) -> str:
    """Plain data about a stream as text."""
    body = msgspec.msgpack.encode((stream.arn, *content))
    return b64encode(MARK + _digest(stream, body) + body).decode()


def opened(ctx: Context, token: str) -> tuple[Stream, list]:
    """The stream and the content of what :func:`sealed` made. Raises ValueError for all else."""
    try:
        packed = b64decode(token, validate=True)
        body = packed[len(MARK) + DIGEST :]
        arn, *content = msgspec.msgpack.decode(body)
    except (Error, msgspec.DecodeError, TypeError):
        raise ValueError("no token") from None
    stream = by_arn(ctx, arn) if isinstance(arn, str) else None
    if stream is None or packed[: len(MARK) + DIGEST] != MARK + _digest(stream, body):
        raise ValueError("no token of a stream")
    return stream, content


def _digest(stream: Stream, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=stream.id.encode(), digest_size=DIGEST).digest()
