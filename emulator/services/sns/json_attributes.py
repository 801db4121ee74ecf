"""Attributes whose value is JSON: read, or refused in the words of AWS's parser."""

from functools import lru_cache

import orjson

from emulator.engines import json_tokens
from emulator.services.sns.errors import invalid


@lru_cache(maxsize=4096)
def _broken(text: str) -> str:
    """What is wrong with a JSON text; "" when it is well."""
    try:
        json_tokens.tokens(text)
    except json_tokens.BrokenJson as error:
        return f"{error.message}\n at {json_tokens.redacted(text, error.offset)}"
    return ""


def read(name: str, text: str, prefix: str = ""):
    """The value. ``prefix`` comes before the attribute's name in the refusal. Raises InvalidParameter."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid(f"{prefix}{name}: failed to parse JSON. {_broken(text) or 'Unexpected content'}") from None


def read_object(name: str, text: str, prefix: str = "") -> dict:
    value = read(name, text, prefix)
    if not isinstance(value, dict):
        raise invalid(f"{prefix}{name}: must be a JSON object")
    return value
