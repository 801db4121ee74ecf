"""What a TLS client says first: the host name that it asks for. RFC 8446 (4.1.2) and RFC 6066 (3)."""

HANDSHAKE = 0x16  # the type of the record
HEAD = 5  # bytes of a record before its content
BEFORE = 4 + 2 + 32  # bytes of a ClientHello before its session: type and length, version, random
NAME = 0  # the extension that names the host


def whole(data: bytes) -> bool:
    """Whether the first record is there as a whole, or is none of a handshake."""
    return data[:1] != bytes([HANDSHAKE]) or len(data) >= HEAD + int.from_bytes(data[3:HEAD] or b"\xff\xff")


def server_name(data: bytes) -> str | None:
    """The host name; None where none is named, or this is no ClientHello."""
    if data[:1] != bytes([HANDSHAKE]):
        return None
    try:
        at = HEAD + BEFORE
        for width in (1, 2, 1):  # session id, cipher suites, compression methods
            at += width + _number(data, at, width)
        end = at + 2 + _number(data, at, 2)
        at += 2
        while at + 4 <= end:
            kind, size = _number(data, at, 2), _number(data, at + 2, 2)
            if kind == NAME:  # a list with one name of one type
                return data[at + 9 : at + 4 + size].decode("ascii")
            at += 4 + size
    except (ValueError, UnicodeDecodeError):
        pass
    return None


def _number(data: bytes, at: int, width: int) -> int:
    """Raises ValueError beyond the end."""
    if len(data) < at + width:
        raise ValueError("the message ends early")
    return int.from_bytes(data[at : at + width])
