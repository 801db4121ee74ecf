"""One request and its answer as they passed the proxy, whole and undisguised: in memory alone, until redacted."""

from dataclasses import dataclass, field
from typing import Any

Headers = list[tuple[str, str]]


@dataclass
class Message:
    """Headers keep their order and case. ``body`` is whole and free of transfer framing (chunks, aws-chunked)."""

    headers: Headers
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """The first value of a header, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)


@dataclass
class Exchange:
    """``host`` is the Host header's, ``query`` the raw string; ``response`` is None when the connection broke.

    ``live``: the bytes came over verified TLS from AWS's own host, and from nowhere else. ``started`` is in seconds
    since 1970, ``duration`` in seconds. ``service``, ``operation``, ``protocol``, ``input``
    and ``output`` are what the models read.
    """

    method: str
    host: str
    path: str
    query: str
    request: Message
    status: int = 0
    response: Message | None = None
    error: str | None = None
    live: bool = False
    started: float = 0.0
    duration: float = 0.0
    service: str | None = None
    operation: str | None = None
    protocol: str | None = None
    region: str | None = None
    input: Any = None
    output: Any = None
    notes: list[str] = field(default_factory=list)
