"""Input templates: text with ``<placeholders>``, filled in with values of an event as EventBridge and Pipes do it.

Outside of quotes a value is written as JSON. Inside of them text is written as it is, and what is no text as JSON,
whose quotes AWS drops where the template as a whole is text, not an object.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from emulator.engines import json_tokens
from emulator.engines.event_paths import MISSING

_PLACEHOLDER = re.compile(r"<([^<>\s\"]+)>")

Look = Callable[[str], Any]  # from a placeholder's name to its value; MISSING where there is none


class BrokenTemplate(ValueError):
    """What the template gives is no JSON."""


def is_object(template: str) -> bool:
    """Whether a template is a JSON document, which its filled-in text must be too."""
    return template.lstrip()[:1] in ("{", "[")


def placeholders(template: str) -> list[str]:
    return _PLACEHOLDER.findall(template)


def fill(template: str, look: Look) -> str:
    """The text of a template with its placeholders' values. Raises BrokenTemplate."""
    whole = is_object(template)
    text = "".join(
        _written(look(piece), quoted, whole) if named else piece for piece, named, quoted in _pieces(template)
    )
    if whole:
        try:
            orjson.loads(text)
        except ValueError as error:
            raise BrokenTemplate(f"The input template did not give valid JSON: {error}") from None
    return text


def check(template: str) -> None:
    """Raises json_tokens.BrokenJson for a template that can't give JSON, whatever its placeholders stand for."""
    if is_object(template):
        json_tokens.tokens("".join(
            (piece if not named else "" if quoted else "0") for piece, named, quoted in _pieces(template)
        ))  # fmt: skip


def _pieces(template: str) -> Iterator[tuple[str, bool, bool]]:
    """(text or a placeholder's name, whether it is a placeholder, whether that stands inside of quotes), in order."""
    quoted, at = False, 0
    for found in _PLACEHOLDER.finditer(template):
        text = template[at : found.start()]
        yield text, False, False
        quoted ^= len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1
        yield found[1], True, quoted
        at = found.end()
    yield template[at:], False, False


def _written(value: Any, quoted: bool, in_object: bool) -> str:
    if value is MISSING:
        return "" if quoted else '""'
    text = orjson.dumps(value).decode()
    if not quoted:
        return text
    if isinstance(value, str):
        return text[1:-1]
    return text if in_object else text.replace('"', "")
