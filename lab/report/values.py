"""Values of recorded answers as text: JSON with stable key order, and a short form that fits on a line."""

from typing import Any

import msgspec


def dump(value: Any, indent: int = 0) -> str:
    """JSON with sorted keys; blobs as base64, timestamps as ISO 8601, whatever else JSON lacks as ``str`` gives it."""
    raw = msgspec.json.encode(value, enc_hook=str, order="deterministic")
    return (msgspec.json.format(raw, indent=indent) if indent else raw).decode()


def short(value: Any, limit: int = 100) -> str:
    """One line of at most ``limit`` characters; a cut value says how long it was."""
    text = dump(value)
    if len(text) <= limit:
        return text
    tail = f"… ({len(text)} characters)"
    return text[:max(limit - len(tail), 1)] + tail


def clip(value: Any, limit: int = 2000) -> Any:
    """The same value with long strings and blobs cut, so that a record keeps evidence and not whole objects."""
    match value:
        case dict():
            return {key: clip(each, limit) for key, each in value.items()}
        case list() | tuple():
            return [clip(each, limit) for each in value]
        case str() if len(value) > limit:
            return f"{value[:limit]}… ({len(value)} characters)"
        case bytes() if len(value) > limit:
            return clip(value[:limit + 1].decode("latin-1"), limit)[:limit] + f"… ({len(value)} bytes)"
        case _:
            return value
