"""What a viewer asks and what it is answered, as the edge passes them on: header names in lower case."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus


@dataclass
class Asked:
    """A viewer's request. ``path`` and ``query`` are raw; ``secure`` tells whether it came over TLS.

    ``certificate`` is the viewer's own (DER), empty where it showed none; ``server_name`` the host that it asked for
    over TLS, in lower case.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""
    ip: str = "127.0.0.1"
    secure: bool = False
    certificate: bytes = b""
    server_name: str = ""

    @property
    def host(self) -> str:
        """The host without its port, in lower case."""
        return self.headers.get("host", "").rpartition(":")[0].lower() or self.headers.get("host", "").lower()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies, as they were sent."""
        found = {}
        for part in self.headers.get("cookie", "").split(";"):
            name, equals, value = part.strip().partition("=")
            if equals and name:
                found[name] = value
        return found

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query string's parts as (decoded name, the part as it was sent)."""
        return [(unquote_plus(each.partition("=")[0]), each) for each in self.query.split("&") if each]

    def without(self, *names: str) -> None:
        """Take parameters out of the query string."""
        self.query = "&".join(part for name, part in self.parameters if name not in names)


@dataclass
class Answer:
    """A response on its way to the viewer. ``headers`` are (name, value) pairs; ``made`` tells who made it.

    A body that is too large to be held is a stream with a ``size``: it is passed on as it is.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: Any = b""
    made: str = "origin"  # origin, edge (an error of CloudFront's own) or function

    @property
    def held(self) -> bool:
        """Whether the content is in memory, where it can be kept, compressed and cut."""
        return isinstance(self.body, bytes)

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return len(self.body) if self.held else self.body.size

    def get(self, name: str, default: str | None = None) -> str | None:
        name = name.lower()
        return next((value for each, value in self.headers if each.lower() == name), default)

    def set(self, name: str, value: str) -> None:
        self.remove(name)
        self.headers.append((name, value))

    def remove(self, name: str) -> None:
        name = name.lower()
        self.headers = [pair for pair in self.headers if pair[0].lower() != name]

    def copy(self) -> "Answer":
        return Answer(self.status, list(self.headers), self.body, self.made)


def parse_set_cookie(value: str) -> tuple[str, str, str]:
    """Name, value and attributes of a Set-Cookie header."""
    pair, _, attributes = value.partition(";")
    name, _, text = pair.strip().partition("=")
    return name, text, attributes.strip()


