"""Whether a scalar on the wire has the form that its shape asks for."""

import base64
import binascii
import math
import re
from collections.abc import Callable

from emulator.model import Shape

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
HTTP = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
                  r"\d\d:\d\d:\d\d GMT")
UNIX = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}


def _whole(shape: Shape) -> Callable[[str], bool]:
    limit = 1 << (BITS.get(shape.type, 64) - 1)
    return lambda text: re.fullmatch(r"-?\d+", text) is not None and -limit <= int(text) < limit


def _real(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def timestamp_form(shape: Shape, default: str) -> str:
    return shape.get("timestampFormat") or default


def text_fits(shape: Shape, text: str, timestamps: str) -> bool:
    """Whether a scalar written as text (XML, headers) is one of its shape. ``timestamps``: the place's default form."""
    if shape.type in ("integer", "long", "short", "byte"):
        return _whole(shape)(text)
    if shape.type in ("float", "double", "bigdecimal"):
        return _real(text)
    if shape.type == "boolean":
        return text in ("true", "false")
    if shape.type == "blob":
        return _base64(text)
    if shape.type == "timestamp":
        form = timestamp_form(shape, timestamps)
        return {"iso8601": ISO, "rfc822": HTTP, "unixTimestamp": UNIX}[form].fullmatch(text) is not None
    return True


def json_fits(shape: Shape, value) -> bool:
    """Whether a scalar in JSON is one of its shape."""
    kind = type(value)
    if shape.type in ("integer", "long", "short", "byte"):
        return kind is int and _whole(shape)(str(value))
    if shape.type in ("float", "double", "bigdecimal"):
        return (kind in (int, float) and (kind is int or math.isfinite(value))) or value in (
            "NaN", "Infinity", "-Infinity")
    if shape.type == "boolean":
        return kind is bool
    if shape.type == "timestamp":
        if timestamp_form(shape, "unixTimestamp") == "unixTimestamp":
            return kind in (int, float)
        return kind is str and text_fits(shape, value, "iso8601")
    if shape.type == "blob":
        return kind is str and _base64(value)
    return kind is str
