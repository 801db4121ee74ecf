"""Scalars as text: in XML, query forms, query strings and headers."""

from base64 import b64decode, b64encode
from collections.abc import Callable

from emulator.model.shapes import Shape
from emulator.protocol.timestamps import WRITERS, from_any

INTEGERS = frozenset(("integer", "long", "short", "byte", "bigInteger"))
FLOATS = frozenset(("float", "double", "bigDecimal"))
SPECIAL_FLOATS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def float_text(value: float) -> str | None:
    """``NaN``, ``Infinity`` or ``-Infinity`` for a float that JSON can't write; None for all others."""
    if value - value == 0:
        return None
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def read_text(shape: Shape) -> Callable[[str], object]:
    """A function from the text of a scalar, in XML, a query form or a header, to its value. Raises ValueError."""
    kind = shape.type
    if kind in INTEGERS:
        return int
    if kind in FLOATS:
        return lambda text: SPECIAL_FLOATS[text] if text in SPECIAL_FLOATS else float(text)
    if kind == "boolean":
        return read_boolean
    if kind == "timestamp":
        return from_any
    if kind == "blob":
        return lambda text: b64decode(text, validate=False)
    return str


def read_boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered == "true":
        return True
    if lowered == "false":
        return False
    raise ValueError(text)


def float_literal(value) -> str:
    return float_text(value) or repr(float(value))


def write_text(shape: Shape, timestamp: str) -> Callable[[object], str]:
    """A function from a scalar to its text, not escaped. ``timestamp``: the format where the model names none."""
    kind = shape.type
    if kind in INTEGERS:
        return lambda value: str(int(value))
    if kind in FLOATS:
        return float_literal
    if kind == "boolean":
        return lambda value: "true" if value else "false"
    if kind == "timestamp":
        form = shape.get("timestampFormat", timestamp)
        return WRITERS["iso8601ms" if form == "iso8601" and timestamp == "iso8601ms" else form]
    if kind == "blob":
        return lambda value: b64encode(value.encode() if value.__class__ is str else value).decode()
    return str
