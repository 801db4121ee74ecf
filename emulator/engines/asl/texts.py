"""JSON as Step Functions writes and reads it: compact, members in their order; refusals in the parser's own words."""

import json
from typing import Any

import orjson


def dumps(value: Any) -> str:
    """Compact JSON text."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # whole numbers beyond 64 bits
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def same(value: Any) -> str:
    """A text that is the same for equal values: the order of members does not matter."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def loads(text: str) -> Any:
    """Raises ValueError with the words that Step Functions uses."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("Document nesting depth exceeds the maximum allowed") from None
    except ValueError as error:
        raise ValueError(_words(text, getattr(error, "pos", 0))) from None


EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def _words(text: str, position: int) -> str:
    """What Jackson says of the place where a text stops being JSON."""
    rest = text[position:].lstrip()
    if not rest:
        return "Unexpected end-of-input"
    before = text[:position].rstrip()[-1:]
    if before in ("{", ",") and _in_object(text[:position]) and rest[0] != '"':
        return f"Unexpected character ({_named(rest[0])}): was expecting double-quote to start field name"
    if rest[0].isalpha():
        token = rest[: next((index for index, each in enumerate(rest) if not each.isalnum() and each != "_"), None)]
        return f"Unrecognized token '{token}': {EXPECTED}"
    return f"Unexpected character ({_named(rest[0])}): expected a valid value (JSON String, Number, Array, Object or " \
        "token 'null', 'true' or 'false')"


def _named(character: str) -> str:
    return f"'{character}' (code {ord(character)})"


def _in_object(text: str) -> bool:
    """Whether the innermost bracket that is open at the end is a brace; strings hold few brackets in such texts."""
    depth: list[str] = []
    for each in text:
        if each in "{[":
            depth.append(each)
        elif each in "}]" and depth:
            depth.pop()
    return bool(depth) and depth[-1] == "{"
