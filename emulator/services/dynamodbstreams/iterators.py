"""Shard iterators: a place in a shard, good for 15 minutes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
"""

import hashlib
from base64 import b64decode, b64encode
from typing import NamedTuple

import msgspec

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError

LIFETIME = 15 * 60.0
DIGEST = 12  # bytes of the digest before the content, against what was never given out


class Place(NamedTuple):
    """From change ``number`` on, in a shard of a stream; made at ``at`` (epoch seconds)."""

    arn: str
    shard: str
    number: int
    at: float


def written(ctx: Context, arn: str, shard: str, number: int) -> str:
    body = msgspec.msgpack.encode((shard, number, ctx.now))
    return f"{arn}|1|{b64encode(_digest(arn, body) + body).decode()}"


def read(ctx: Context, iterator: str) -> Place:
    """Raises ExpiredIteratorException, ValidationException."""
    arn, _, rest = iterator.partition("|1|")
    try:
        packed = b64decode(rest, validate=True)
        digest, body = packed[:DIGEST], packed[DIGEST:]
        if digest != _digest(arn, body):
            raise ValueError
        place = Place(arn, *msgspec.msgpack.decode(body))
    except (ValueError, msgspec.DecodeError):
        raise AwsError("ValidationException", "Invalid ShardIterator") from None
    if place.at + LIFETIME <= ctx.now:
        raise AwsError(
            "ExpiredIteratorException",
            "The shard iterator has expired and can no longer be used to retrieve stream records.",
        )
    return place


def _digest(arn: str, body: bytes) -> bytes:
    return hashlib.blake2b(arn.encode() + body, digest_size=DIGEST).digest()
