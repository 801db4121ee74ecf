"""What AWS made then and what this endpoint made now: a bijection of values, put into every later request.

Bytes are bound as their base64, which is how JSON bodies carry them.
"""

import base64
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
#: An id with its path, as Route 53 tells it: requests name it without.
ROUTED = re.compile(r"/[a-z]+/[A-Z0-9]{5,}")


class Bindings:
    """Recorded value to live value. Substitution takes the longest recorded value first.

    ``region``: where the step at hand goes. A value that was bound again in another region (:meth:`bind_there`) stands
    for that region's there.
    """

    def __init__(self, pairs: dict[str, str] | None = None):
        self.live: dict[str, str] = {}
        self.recorded: dict[str, str] = {}
        self.region: str | None = None
        self._first: dict[str, str | None] = {}
        self._writings: dict[str, str] = {}
        self._regional: dict[str | None, dict[str, str]] = {}
        self._patterns: dict[str | None, re.Pattern] = {}
        for recorded, live in (pairs or {}).items():
            self.bind(recorded, live)

    def copy(self) -> "Bindings":
        """The same pairs; what is bound to the copy leaves this one as it is."""
        other = Bindings()
        other.live, other.recorded, other.region = dict(self.live), dict(self.recorded), self.region
        other._first, other._writings = dict(self._first), dict(self._writings)
        other._regional = {region: dict(writings) for region, writings in self._regional.items()}
        other._patterns = dict(self._patterns)
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
        self._first[recorded] = self.region
        if recorded != live:
            self._write(self._writings, recorded, live)
            if ROUTED.fullmatch(recorded) and ROUTED.fullmatch(live):
                self._write(self._writings, recorded.rpartition("/")[2], live.rpartition("/")[2])

    def bind_there(self, recorded: str, live: str) -> None:
        """Take a pair up for this region alone, where the value was bound in another region first.

        What a reference emulator numbers the same in every region (the shards of streams, say), AWS does not.
        """
        if self._first.get(recorded, self.region) != self.region:
            self._write(self._regional.setdefault(self.region, {}), recorded, live)

    def _write(self, writings: dict[str, str], recorded: str, live: str) -> None:
        for write in WRITINGS:
            writings.setdefault(write(recorded), write(live))
        self._patterns.clear()

    def text(self, text: str) -> str:
        """The text with every recorded value replaced, in whatever writing it stands there."""
        here = self._regional.get(self.region, {})
        if not self._writings and not here:
            return text
        pattern = self._patterns.get(self.region)
        if pattern is None:
            longest = sorted({*self._writings, *here}, key=len, reverse=True)
            pattern = self._patterns[self.region] = re.compile("|".join(map(re.escape, longest)))
        return pattern.sub(lambda match: here.get(match[0]) or self._writings[match[0]], text)

    def raw(self, body: bytes) -> bytes:
        """Bytes with every recorded value replaced; bytes that are not UTF-8 pass through unharmed."""
        if not body:
            return body
        return self.text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def value(self, value: Any) -> Any:
        """A decoded value with every string in it replaced, keys of maps too."""
        match value:
            case str():
                return self.text(value)
            case bytes():
                bound = self.live.get(base64.b64encode(value).decode())
                return self.raw(value) if bound is None else base64.b64decode(bound)
            case dict():
                return {self.text(key): self.value(each) for key, each in value.items()}
            case list():
                return [self.value(each) for each in value]
            case _:
                return value
