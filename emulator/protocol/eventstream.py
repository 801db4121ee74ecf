"""The frames of ``application/vnd.amazon.eventstream``: prelude, typed headers, payload, two checksums.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from dataclasses import dataclass
from struct import Struct
from struct import error as StructError
from uuid import UUID
from zlib import crc32

from emulator.protocol.errors import ParseError

CONTENT_TYPE = "application/vnd.amazon.eventstream"
PRELUDE = Struct("!II")
CHECKSUM = Struct("!I")
OVERHEAD = 16
MAXIMUM = 24 * 1024 * 1024  # The specification allows 16 MiB of payload and 128 KiB of headers

# Header types by number: those of a fixed size with their format.
TRUE, FALSE, BYTE, SHORT, INTEGER, LONG, BYTES, STRING, TIMESTAMP, IDENTIFIER = range(10)
FIXED = {BYTE: Struct("!b"), SHORT: Struct("!h"), INTEGER: Struct("!i"), LONG: Struct("!q"), TIMESTAMP: Struct("!q")}
LENGTH = Struct("!H")


@dataclass(frozen=True, slots=True)
class Header:
    """A header value with its type number, so that a frame can be written again byte by byte."""

    type: int
    value: object


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: ``headers`` by name in order, ``payload`` bytes."""

    headers: dict[str, Header]
    payload: bytes

    def get(self, name: str, default=None):
        """The value of a header."""
        header = self.headers.get(name)
        return default if header is None else header.value


def encode_frame(headers: dict[str, Header | str], payload: bytes = b"") -> bytes:
    """The bytes of one message. A bare string is a string header."""
    encoded = b"".join(encode_header(name, value) for name, value in headers.items())
    prelude = PRELUDE.pack(len(encoded) + len(payload) + OVERHEAD, len(encoded))
    start = prelude + CHECKSUM.pack(crc32(prelude)) + encoded + payload
    return start + CHECKSUM.pack(crc32(start))


def encode_header(name: str, header: Header | str) -> bytes:
    if header.__class__ is str:
        header = Header(STRING, header)
    key = name.encode()
    kind, value = header.type, header.value
    start = bytes((len(key),)) + key + bytes((kind,))
    if kind in (TRUE, FALSE):
        return start
    if kind in (BYTES, STRING):
        data = value.encode() if kind == STRING else value
        return start + LENGTH.pack(len(data)) + data
    if kind == IDENTIFIER:
        return start + value.bytes
    return start + FIXED[kind].pack(value)


def broken(reason: str) -> ParseError:
    return ParseError("SerializationException", f"Malformed event stream message: {reason}")


class FrameDecoder:
    """Splits bytes, as they arrive, into frames; ``pending`` tells whether a frame is begun and not done."""

    def __init__(self):
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames completed by ``data``. Raises ParseError for wrong lengths, checksums or headers."""
        self._buffer += data
        frames = []
        while len(self._buffer) >= 12:
            total, header_length = PRELUDE.unpack_from(self._buffer)
            if total < OVERHEAD + header_length or total > MAXIMUM:
                raise broken("length")
            if CHECKSUM.unpack_from(self._buffer, 8)[0] != crc32(self._buffer[:8]):
                raise broken("prelude checksum")
            if len(self._buffer) < total:
                break
            message = bytes(self._buffer[:total])
            del self._buffer[:total]
            if CHECKSUM.unpack_from(message, total - 4)[0] != crc32(message[:-4]):
                raise broken("message checksum")
            frames.append(Frame(decode_headers(message[12:12 + header_length]), message[12 + header_length:-4]))
        return frames


def decode_headers(data: bytes) -> dict[str, Header]:
    headers: dict[str, Header] = {}
    at = 0
    try:
        while at < len(data):
            length = data[at]
            name = data[at + 1:at + 1 + length].decode()
            at += 1 + length
            headers[name], at = decode_value(data, at)
    except (IndexError, StructError, UnicodeDecodeError, KeyError, ValueError):
        raise broken("headers") from None
    if at != len(data):
        raise broken("headers")
    return headers


def decode_value(data: bytes, at: int) -> tuple[Header, int]:
    """The typed value at a place and the place after it."""
    kind = data[at]
    at += 1
    if kind in (TRUE, FALSE):
        return Header(kind, kind == TRUE), at
    if kind in (BYTES, STRING):
        length = LENGTH.unpack_from(data, at)[0]
        found = data[at + 2:at + 2 + length]
        return Header(kind, found.decode() if kind == STRING else found), at + 2 + length
    if kind == IDENTIFIER:
        return Header(kind, UUID(bytes=data[at:at + 16])), at + 16
    return Header(kind, FIXED[kind].unpack_from(data, at)[0]), at + FIXED[kind].size


def unwrap(frame: Frame) -> Frame | None:
    """The event inside a signed input message (``:chunk-signature``); None for the empty one that ends the stream."""
    if ":chunk-signature" not in frame.headers:
        return frame
    inner = FrameDecoder().feed(frame.payload)
    return inner[0] if inner else None
