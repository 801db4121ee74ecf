"""What goes in and out of a codec: one HTTP request and one HTTP response, as plain data (no sockets, sans-I/O)."""

from urllib.parse import parse_qsl, unquote


class Request:
    """An HTTP request as it stood on the wire.

    ``path`` is the raw, still percent-encoded path without the query; ``query`` the raw query string without ``?``.
    ``headers`` maps lower-case names to values, repeated headers joined with ``", "``. ``body`` is ``bytes``; a large
    body of an operation that streams is instead a handle with ``size`` (a staged blob), and the codec passes it on
    as the streaming member without looking inside.
    """

    __slots__ = ("_arguments", "_form", "body", "headers", "method", "path", "query")

    def __init__(self, method: str, path: str, query: str = "", headers: dict[str, str] | None = None, body=b""):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers if headers is not None else {}
        self.body = body
        self._arguments = None
        self._form = None

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}{'?' if self.query else ''}{self.query}>"

    @property
    def arguments(self) -> dict[str, list[str]]:
        """The query string, decoded: name to values in order; a bare name has the value ``""``."""
        if self._arguments is None:
            self._arguments = multi(self.query) if self.query else {}
        return self._arguments

    @property
    def form(self) -> dict[str, str]:
        """A form body (or, for GET, the query string) decoded: name to last value."""
        if self._form is None:
            text = self.body.decode("utf-8", "replace") if self.body else self.query
            self._form = dict(parse_qsl(text, keep_blank_values=True))
        return self._form

    @property
    def decoded_path(self) -> str:
        return unquote(self.path)


class Response:
    """An HTTP response. ``headers`` are (name, value) pairs in order; ``body`` is ``bytes`` or a streamed body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int = 200, headers: list[tuple[str, str]] | None = None, body=b""):
        self.status = status
        self.headers = headers if headers is not None else []
        self.body = body

    def __repr__(self) -> str:
        return f"<Response {self.status}>"


def multi(query: str) -> dict[str, list[str]]:
    """Decode a query string; names without ``=`` keep the value ``""``."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found
