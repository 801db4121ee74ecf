"""Templates of recorded answers against live ones: placeholders hold one value each for a whole cassette."""

import re
from typing import Any

from lab.replayer.bindings import Bindings

PLACEHOLDER = re.compile(r"<[a-zA-Z][\w.-]*(?::\d+)?>")

#: What the placeholders match that are the same in every cassette.
REGION = r"[a-z]{2}(?:-[a-z]+)+-\d"
PARTITION = r"aws(?:-cn|-us-gov)?"


def literal(text: str) -> str:
    """The pattern of a literal part; whether the endpoint under test is reached over TLS does not count."""
    return re.sub("https?://", "https?://", re.escape(text))


class Mismatch(ValueError):
    """A placeholder would have to hold two values; the text says which."""


class Placeholders:
    """The values that a cassette's placeholders hold, as they are found.

    ``stood`` is what each stood for when the reference answers were captured; ``chosen`` are those of them whose value
    the client chose, so that the placeholder is known before any answer shows it. ``loose``: any value will do.
    """

    def __init__(self, stood: dict[str, str], account: str, bindings: Bindings, chosen: dict[str, str]):
        self.account = account
        self.bindings = bindings
        self.stood = stood
        self.loose = False
        self.values = {name: bindings.text(value) for name, value in chosen.items()}

    def copy(self, bindings: Bindings) -> "Placeholders":
        other = Placeholders(self.stood, self.account, bindings, {})
        other.values = dict(self.values)
        other.loose = self.loose
        return other

    def match(self, template: str, live: str) -> bool:
        """Whether a live string fits; takes up what its open placeholders hold. Raises Mismatch for a second value."""
        names: dict[str, str] = {}
        open_pattern = self._pattern(template, names)
        found = re.fullmatch(open_pattern, live, re.DOTALL)
        if found is None:
            return False
        for group, name in names.items():
            self._take(name, found[group])
        return True

    def _pattern(self, template: str, names: dict[str, str]) -> str:
        parts, at, seen = [], 0, {}
        for each in PLACEHOLDER.finditer(template):
            parts.append(literal(template[at:each.start()]))
            at = each.end()
            name = each[0]
            if name in seen:
                parts.append(f"(?P={seen[name]})")
                continue
            fixed = self._fixed(name)
            if fixed is None:
                seen[name] = group = f"p{len(names)}"
                names[group] = name
                fixed = f"(?P<{group}>.+?)"
            parts.append(fixed)
        return "".join([*parts, literal(template[at:])])

    def _fixed(self, name: str) -> str | None:
        """The pattern of a placeholder that is not open."""
        match name:
            case "<account>":
                return f"(?:{self.account}|111111111111)"
            case "<region>":
                return REGION
            case "<partition>":
                return PARTITION
        if name.startswith("<region_"):
            return REGION
        return None

    def expected(self, name: str) -> str | None:
        """What a placeholder has to hold by now."""
        known = self.values.get(name)
        stood = self.stood.get(name)
        return known if known is not None else self.bindings.live.get(stood) if stood is not None else None

    def _take(self, name: str, live: str) -> None:
        if self.loose or self.stood.get(name, "").startswith("<"):
            return  # what stands for a mask stands for anything
        known = self.expected(name)
        if known is not None and known != live:
            raise Mismatch(f"{name} was {known!r} before")
        if known is None and ":" in name:
            kind = name.rpartition(":")[0]
            other = next((each for each, value in self.values.items() if value == live
                          and each.rpartition(":")[0] == kind and self.stood.get(each) != self.stood.get(name)), None)
            if other is not None:
                raise Mismatch(f"{name} is {live!r}, which {other} holds already")
        self.values[name] = live

    def fill(self, template: Any) -> Any:
        """A template for people: known placeholders filled in."""
        if isinstance(template, str):
            return PLACEHOLDER.sub(lambda each: self.expected(each[0]) or each[0], template)
        return template
