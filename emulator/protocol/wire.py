"""What goes in and out of a codec: one HTTP request and one HTTP response, as plain data (no sockets, sans-I/O)."""

from urllib.parse import unquote, unquote_plus
from zlib import MAX_WBITS, decompressobj
from zlib import error as ZlibError

from emulator.protocol.errors import ParseError

INFLATED_LIMIT = 64 * 1024 * 1024


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
        """The query string and a form body, decoded: name to last value, the body's over the query's."""
        if self._form is None:
            form = pairs(self.query) if self.query else {}
            if self.body:
                form.update(pairs(self.body.decode("utf-8", "replace")))
            self._form = form
        return self._form

    def inflate(self) -> None:
        """Undo ``Content-Encoding: gzip`` (SDKs compress large bodies of some operations) and take it off the headers.

        Raises ParseError for a body that is not gzip or grows beyond 64 MiB.
        """
        encodings = [each.strip() for each in self.headers.get("content-encoding", "").split(",")]
        if encodings[-1] != "gzip" or self.body.__class__ is not bytes:
            return
        inflater = decompressobj(MAX_WBITS | 16)
        try:
            body = inflater.decompress(self.body, INFLATED_LIMIT)
        except ZlibError:
            raise ParseError("SerializationException", "The body is not gzip") from None
        if inflater.unconsumed_tail or not inflater.eof:
            raise ParseError("SerializationException", "The body is not whole or too large")
        self.body = body
        self.headers = dict(self.headers)
        self.headers["content-encoding"] = ", ".join(encodings[:-1])
        self._form = None

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


def pairs(text: str) -> dict[str, str]:
    """Decode ``a=b&c=d``: name to last value; a name without ``=`` has the value ``""``."""
    if "%" in text or "+" in text:
        found = {}
        for pair in text.split("&"):
            name, _, value = pair.partition("=")
            found[unquote_plus(name)] = unquote_plus(value)
    else:
        found = dict(pair.partition("=")[::2] for pair in text.split("&"))
    found.pop("", None)
    return found


def multi(query: str) -> dict[str, list[str]]:
    """Decode a query string; names without ``=`` keep the value ``""``."""
    found: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name:
            found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found
