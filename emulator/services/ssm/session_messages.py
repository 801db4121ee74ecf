"""The binary messages of Session Manager's data channel, sans-I/O.

A message is a fixed head (big-endian) and a payload: length of the head without the payload's length, type (32
characters), schema version, date in milliseconds, sequence number, flags, id, SHA-256 of the payload, payload type,
payload length. The protocol is that of the session-manager-plugin and the agent, whose sources are public:
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html
"""

import hashlib
import struct
import uuid
from typing import NamedTuple

HEAD = struct.Struct(">I32sIQQQ16s32sI")
LENGTH = struct.Struct(">I")
INPUT, OUTPUT, ACKNOWLEDGE, CLOSED = "input_stream_data", "output_stream_data", "acknowledge", "channel_closed"
# Types of payloads.
DATA, SIZE, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, HANDSHAKE_COMPLETE, FLAG = 1, 3, 5, 6, 7, 10
TERMINATE = 2  # the flag by which a client ends a session
SYN, FIN = 1, 2  # flags of a message: the first, the last of its stream


class Message(NamedTuple):
    """One message. ``created`` is in milliseconds; ``flags`` tell the first and the last of a stream."""

    type: str
    sequence: int
    payload: bytes = b""
    payload_type: int = 0
    flags: int = 0
    id: str = "00000000-0000-0000-0000-000000000000"
    created: int = 0
    schema: int = 1


def encode(message: Message) -> bytes:
    raw = uuid.UUID(message.id).bytes
    head = HEAD.pack(
        HEAD.size, message.type.encode().ljust(32), message.schema, message.created, message.sequence, message.flags,
        raw[8:] + raw[:8], hashlib.sha256(message.payload).digest(), message.payload_type,
    )  # fmt: skip
    return head + LENGTH.pack(len(message.payload)) + message.payload


def decode(data: bytes) -> Message:
    """Raises ValueError for what is no whole message, or whose payload is not the one that was digested."""
    try:
        size, kind, schema, created, sequence, flags, raw, digest, payload_type = HEAD.unpack_from(data)
        [length] = LENGTH.unpack_from(data, size)
    except struct.error:
        raise ValueError("the message is too short") from None
    payload = data[size + 4 :]
    if len(payload) != length:
        raise ValueError("the payload is not as long as the message says")
    if payload and hashlib.sha256(payload).digest() != digest:
        raise ValueError("the payload is not the one that was digested")
    name = kind.rstrip(b" \0").decode("ascii", "replace")
    identifier = str(uuid.UUID(bytes=raw[8:] + raw[:8]))
    return Message(name, sequence, payload, payload_type, flags, identifier, created, schema)
