"""Dates in the patterns of Java's formatter, as far as digits, names of months and days, and zones go."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+")
DIRECTIVES = {
    "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d", "HH": "%H",
    "H": "%H", "hh": "%I", "h": "%I", "mm": "%M", "m": "%M", "ss": "%S", "s": "%S", "a": "%p", "EEEE": "%A",
    "EEE": "%a", "E": "%a", "SSSSSS": "%f", "SSS": "%f", "S": "%f", "Z": "%z", "X": "%z", "XX": "%z", "XXX": "%z",
    "xx": "%z", "DDD": "%j",
}  # fmt: skip
TARGET = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"


def _pieces(pattern: str) -> list[tuple[str, bool]]:
    """(text, whether it stands for itself) in order. Raises ValueError for letters without a meaning."""
    out = []
    for found in TOKEN.finditer(pattern):
        text = found[0]
        if found[1] is not None or not text[0].isalpha():
            out.append((found[1] if found[1] is not None else text, True))
        elif text in DIRECTIVES:
            out.append((text, False))
        else:
            raise ValueError(f"the date pattern {pattern} has {text}")
    return out


def check(pattern: str) -> None:
    """Raises ValueError."""
    if pattern != "epoch":
        _pieces(pattern)


def read(text: str, pattern: str, zone: str) -> datetime | None:
    """A moment in a pattern (``epoch``: seconds or milliseconds since 1970); None where it does not fit."""
    if pattern == "epoch":
        try:
            number = float(text)
        except ValueError:
            return None
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    directives = "".join(
        piece.replace("%", "%%") if plain else DIRECTIVES[piece] for piece, plain in _pieces(pattern)
    )
    try:
        found = datetime.strptime(text, directives)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def write(moment: datetime, pattern: str, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    if pattern == "epoch":
        return str(int(local.timestamp() * 1000))
    return "".join(piece if plain else _written(local, piece) for piece, plain in _pieces(pattern))


def _written(local: datetime, piece: str) -> str:
    if piece[0] == "S":
        return f"{local.microsecond:06d}"[: len(piece)]
    text = local.strftime(DIRECTIVES[piece])
    if len(piece) == 1 and piece in "MdHhms":
        return text.lstrip("0") or "0"
    if piece == "XXX":
        return "Z" if text == "+0000" else f"{text[:3]}:{text[3:]}"
    return text
