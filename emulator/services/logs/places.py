"""Where an event stands, as its id and as the tokens of GetLogEvents tell it: 56 digits.

They hold the event's time, a mark of its stream and its number there.
"""

from hashlib import blake2b

from emulator.services.logs.storage import Place

MARK, NUMBER = 64, 80  # bits of the stream's mark, and of the number


def mark(stream_id: str) -> int:
    return int.from_bytes(blake2b(stream_id.encode(), digest_size=MARK // 8).digest())


def written(place: Place, stream_mark: int) -> str:
    timestamp, number = place
    return f"{timestamp << MARK + NUMBER | stream_mark << NUMBER | number:056d}"


def read(text: str, stream_mark: int) -> Place | None:
    """The place of a text; None for one of another stream and for any other text."""
    if len(text) != 56 or not text.isdecimal():
        return None
    whole = int(text)
    if (whole >> NUMBER) % (1 << MARK) != stream_mark:
        return None
    return whole >> MARK + NUMBER, whole % (1 << NUMBER)
