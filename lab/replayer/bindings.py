"""What AWS made then and what this endpoint made now: a bijection of values, put into every later request."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

#: How a value may be written inside a body or a URL.
WRITINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda value: json.dumps(value)[1:-1],
    lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    lambda value: quote(value, safe=""),
    lambda value: quote(value),
    quote_plus,
    escape,
    lambda value: escape(value, {'"': "&quot;"}),
    lambda value: escape(value, {'"': "&#34;"}),
)


class Conflict(ValueError):
    """Two live values for one recorded, or two recorded for one live."""


class Bindings:
    """Recorded value to live value. Substitution takes the longest recorded value first."""

    def __init__(self, pairs: dict[str, str] | None = None):
        self.live: dict[str, str] = {}
        self.recorded: dict[str, str] = {}
        self._pattern: re.Pattern | None = None
        self._writings: dict[str, str] = {}
        for recorded, live in (pairs or {}).items():
            self.bind(recorded, live)

    def copy(self) -> "Bindings":
        """The same pairs; what is bound to the copy leaves this one as it is."""
        other = Bindings()
        other.live, other.recorded = dict(self.live), dict(self.recorded)
        other._writings, other._pattern = dict(self._writings), self._pattern
        return other

    def bind(self, recorded: str, live: str, opaque: bool = False) -> None:
        """Take a pair up. Raises Conflict when either side is bound to something else.

        ``opaque``: a page token. AWS makes a new one each time, so that one live token may stand for several.
        """
        known = self.live.get(recorded)
        if known is not None:
            if known != live:
                raise Conflict(f"{recorded!r} was {known!r} before")
            return
        if not opaque and self.recorded.get(live, recorded) != recorded:
            raise Conflict(f"{live!r} stands for {self.recorded[live]!r} already")
        self.live[recorded] = live
        self.recorded.setdefault(live, recorded)
        if recorded != live:
            for write in WRITINGS:
                self._writings.setdefault(write(recorded), write(live))
            self._pattern = None

    def text(self, text: str) -> str:
        """The text with every recorded value replaced, in whatever writing it stands there."""
        if not self._writings:
            return text
        if self._pattern is None:
            longest = sorted(self._writings, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest)))
        return self._pattern.sub(lambda match: self._writings[match[0]], text)

    def raw(self, body: bytes) -> bytes:
        """Bytes with every recorded value replaced; bytes that are not UTF-8 pass through unharmed."""
        if not self._writings or not body:
            return body
        return self.text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def value(self, value: Any) -> Any:
        """A decoded value with every string in it replaced, keys of maps too."""
        match value:
            case str():
                return self.text(value)
            case bytes():
                return self.raw(value)
            case dict():
                return {self.text(key): self.value(each) for key, each in value.items()}
            case list():
                return [self.value(each) for each in value]
            case _:
                return value
