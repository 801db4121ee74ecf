"""Records that the Kinesis Producer Library packed into one.

A mark, a protocol buffers message with tables of keys and the records, and the MD5 of that message.
https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
"""

from collections.abc import Iterator
from hashlib import md5

MARK = b"\xf3\x89\x9a\xc2"
DIGEST = 16
KEYS, RECORDS = 1, 3  # fields of the message
KEY, DATA = 1, 3  # fields of a record
VARINT, BYTES = 0, 2  # wire types


def unpacked(data: bytes) -> list[tuple[str, bytes]] | None:
    """The (partition key, data) pairs in an aggregated record; None for one that is not aggregated."""
    message = data[len(MARK) : -DIGEST]
    if not data.startswith(MARK) or md5(message, usedforsecurity=False).digest() != data[-DIGEST:]:
        return None
    keys, found = [], []
    try:
        for field, value in _fields(message):
            if field == KEYS:
                keys.append(value.decode())
            elif field == RECORDS:
                inner = dict(_fields(value))
                found.append((inner[KEY], inner[DATA]))
        return [(keys[index], content) for index, content in found]
    except (IndexError, KeyError, ValueError, AttributeError, TypeError):
        return None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message by number: whole numbers and bytes. Raises IndexError, ValueError."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & 7 == VARINT:
            value, at = _varint(message, at)
        elif tag & 7 == BYTES:
            length, at = _varint(message, at)
            value, at = message[at : at + length], at + length
        else:
            raise ValueError("a wire type that these messages don't have")
        yield tag >> 3, value


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
