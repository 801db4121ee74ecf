"""Raw HTTP to the endpoint under test: requests go to its address, under whatever Host header the recording had."""

import http.client
import ssl
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lab.cassette.model import Body, Response
from lab.errors import LabError

#: Seconds after which an unanswered request counts as failed.
TIMEOUT = 70.0


class NotReached(LabError):
    """The endpoint does not answer on its address."""


@dataclass
class Outgoing:
    """A request ready to be sent: ``target`` is path and query as they go on the wire."""

    method: str
    host: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Transport:
    """One keep-alive connection to the endpoint; not for several threads at once."""

    def __init__(self, endpoint: str):
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotReached(f"{endpoint!r} is no endpoint. Give a URL such as http://127.0.0.1:4566.")
        self.endpoint = endpoint
        self.address = (parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        self.secure = parts.scheme == "https"
        self._connection: http.client.HTTPConnection | None = None

    def _open(self) -> http.client.HTTPConnection:
        if self.secure:
            return http.client.HTTPSConnection(*self.address, timeout=TIMEOUT, context=ssl.create_default_context())
        return http.client.HTTPConnection(*self.address, timeout=TIMEOUT)

    def send(self, outgoing: Outgoing) -> Response:
        """Send and read the whole answer. A connection that the server closed in between is opened once more.

        Raises NotReached when nothing listens, ConnectionError when the server breaks off.
        """
        for last in (False, True):
            fresh = self._connection is None
            if fresh:
                self._connection = self._open()
            try:
                return self._exchange(outgoing)
            except ConnectionRefusedError:
                raise NotReached(f"nothing answers at {self.endpoint}. Is the emulator running there?") from None
            except (http.client.HTTPException, OSError) as error:
                self.close()
                if last or fresh or isinstance(error, TimeoutError):
                    raise ConnectionError(f"{type(error).__name__}: {error}") from None
        raise AssertionError("unreachable")

    def _exchange(self, outgoing: Outgoing) -> Response:
        started = time.perf_counter()
        connection = self._connection
        connection.putrequest(outgoing.method, outgoing.target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", outgoing.host)
        for name, value in outgoing.headers:
            connection.putheader(name, value.encode("utf-8") if not value.isascii() else value)
        if outgoing.body or outgoing.method in ("PUT", "POST"):
            connection.putheader("Content-Length", str(len(outgoing.body)))
        connection.endheaders(outgoing.body or None)
        got = connection.getresponse()
        body = got.read()
        if got.will_close:
            self.close()
        return Response(status=got.status, headers=[(name, value) for name, value in got.getheaders()],
                        body=Body.of(body), duration=time.perf_counter() - started)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
