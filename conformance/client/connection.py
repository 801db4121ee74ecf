"""One keep-alive connection to the endpoint under test."""

import http.client
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit

#: Seconds after which an unanswered request counts as failed.
TIMEOUT = 30.0


class Unanswered(Exception):
    """The endpoint closed the connection or did not answer in time."""


class Raw(NamedTuple):
    """An answer as it came: status, headers in order, the whole body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Connection:
    """Not for several threads at once."""

    def __init__(self, endpoint: str):
        parts = urlsplit(endpoint)
        self.host = parts.netloc
        self._address = (parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        self._secure = parts.scheme == "https"
        self._open: http.client.HTTPConnection | None = None

    def send(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Raw:
        """Send and read the whole answer; a connection that the server closed meanwhile is opened anew, once."""
        for last in (False, True):
            fresh = self._open is None
            if fresh:
                self._open = self._connect()
            try:
                return self._exchange(method, target, headers, body)
            except (http.client.HTTPException, OSError) as error:
                self.close()
                if last or fresh or isinstance(error, TimeoutError):
                    raise Unanswered(f"{type(error).__name__}: {error}") from None
        raise AssertionError("unreachable")

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            return http.client.HTTPSConnection(*self._address, timeout=TIMEOUT, context=ssl.create_default_context())
        return http.client.HTTPConnection(*self._address, timeout=TIMEOUT)

    def _exchange(self, method, target, headers, body) -> Raw:
        connection = self._open
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value.encode("utf-8") if not value.isascii() else value)
        connection.endheaders(body or None)
        got = connection.getresponse()
        raw = Raw(got.status, got.getheaders(), got.read())
        if got.will_close:
            self.close()
        return raw

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
