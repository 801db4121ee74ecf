"""Decoded values as JSON and back: the tags that stand for bytes, timestamps and what else JSON lacks."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

TAGS = frozenset(("$b64", "$time", "$repeat", "$sha256", "$stream", "$decimal", "$float", "$set", "$events", "$object"))


class Unreplayable(ValueError):
    """The value was not kept, so that the step can't be repeated; the text says which."""


def tag_of(value: Any) -> str | None:
    """The tag of a tagged value, else None."""
    if isinstance(value, dict):
        return next((key for key in value if key in TAGS), None)
    return None


def to_plain(value: Any) -> Any:
    """JSON for a decoded value: bytes as ``$b64``, datetimes as ``$time``, and so on."""
    match value:
        case dict():
            return {key: to_plain(each) for key, each in value.items()}
        case list() | tuple():
            return [to_plain(each) for each in value]
        case bytes() | bytearray():
            return {"$b64": base64.b64encode(value).decode()}
        case datetime():
            return {"$time": value.astimezone(UTC).isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
        case set() | frozenset():
            return {"$set": sorted(map(to_plain, value), key=str)}
        case float() if value != value or value in (float("inf"), float("-inf")):
            return {"$float": str(value)}
        case _:
            return value


def _repeated(tagged: dict) -> str | bytes:
    pattern = tagged["$repeat"]
    unit, length = base64.b64decode(pattern["b64"]), pattern["length"]
    whole = (unit * (length // len(unit) + 1))[:length]
    return whole.decode() if tagged.get("text") else whole


def _stream(content: Any) -> BytesIO:
    value = to_python(content)
    return BytesIO(value.encode() if isinstance(value, str) else value)


def to_python(value: Any) -> Any:
    """The Python value that botocore takes as a parameter. Raises Unreplayable for content that was not kept."""
    if isinstance(value, list):
        return [to_python(each) for each in value]
    tag = tag_of(value)
    if tag is None:
        return {key: to_python(each) for key, each in value.items()} if isinstance(value, dict) else value
    content = value[tag]
    match tag:
        case "$b64":
            return base64.b64decode(content)
        case "$time":
            return datetime.fromisoformat(content)
        case "$repeat":
            return _repeated(value)
        case "$stream":
            return _stream(content)
        case "$decimal":
            return Decimal(content)
        case "$float":
            return float(content)
        case "$set":
            return set(to_python(content))
        case "$events":
            return to_python(content)
        case _:
            raise Unreplayable(f"the value was not kept ({tag}: {str(content)[:60]})")


def strings(value: Any) -> Iterator[str]:
    """Every string in a decoded value, keys of maps left out."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)
