"""What every importer of HTTP recordings yields: exchanges, and the helpers that make them from a tool's fields."""

from typing import NamedTuple
from urllib.parse import urlsplit

from lab.cassette.model import Body, Request, Response


class Exchange(NamedTuple):
    """One request and its answer (None: it was not recorded).

    ``incomplete``: what the tool blanked in the request; ``anonymous``: whether it was unsigned, where the tool tells.
    """

    request: Request
    response: Response | None
    incomplete: str | None = None
    anonymous: bool | None = None


class Recording(NamedTuple):
    """One scenario of a file: a name within it, its exchanges, what the recording tool dropped, and notes."""

    name: str
    exchanges: list[Exchange]
    missing: list[str] = []
    recorded_at: str | None = None
    notes: list[str] = []


def request(method: str, url: str, headers: list[tuple[str, str]], body: bytes) -> Request:
    """``url`` absolute; its default port is dropped from the host, an empty path becomes ``/``."""
    parts = urlsplit(url)
    host = parts.netloc
    for scheme, port in (("https", ":443"), ("http", ":80")):
        if parts.scheme == scheme:
            host = host.removesuffix(port)
    return Request(method=method.upper(), host=host, path=parts.path or "/", query=parts.query, headers=headers,
                   body=Body.of(body))


def response(status: int, headers: list[tuple[str, str]], body: bytes) -> Response:
    return Response(status=status, headers=headers, body=Body.of(body))


def wire_case(name: str) -> str:
    """A header name whose case a tool rewrote, as AWS writes it: its own headers are lower-case."""
    return name.lower() if name.lower().startswith("x-amz") else name


def as_text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def as_bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else (value or b"")


def pairs(headers: dict | None) -> list[tuple[str, str]]:
    """Headers of a mapping whose values are a string, bytes or a list of either."""
    found = []
    for name, values in (headers or {}).items():
        for value in values if isinstance(values, list) else [values]:
            found.append((as_text(name), as_text(value)))
    return found
