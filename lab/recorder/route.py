"""The route addon: sends what is meant for AWS to another endpoint instead."""

from argparse import ArgumentTypeError
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lab.recorder.capture import AWS_HOST


class Upstream(NamedTuple):
    """Where requests for ``service`` (None: all) go."""

    service: str | None
    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Upstream":
        """``[SERVICE=][http[s]://]HOST[:PORT]``. Raises ArgumentTypeError that says what is expected."""
        service, found, rest = text.partition("=")
        service, rest = (service, rest) if found else (None, text)
        parts = urlsplit(rest if "://" in rest else f"http://{rest}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ArgumentTypeError(
                f"{text!r} names no upstream: write HOST:PORT, http://HOST:PORT or SERVICE=http://HOST:PORT")
        return cls(service, parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))


class Route:
    """Rewrites where a request goes, and nothing of what it says: the Host header and the signature stay."""

    def __init__(self, upstreams: list[Upstream], everything: bool = False):
        self.upstreams = upstreams
        self.everything = everything

    def requestheaders(self, flow: Any) -> None:
        request = flow.request
        if not self.everything and not AWS_HOST.search(request.pretty_host):
            return
        scope = request.headers.get("authorization", "") + request.path
        for upstream in self.upstreams:
            if upstream.service is None or f"/{upstream.service}/aws4_request" in scope.replace("%2F", "/"):
                # Through the setters of the request the Host header would follow.
                request.data.scheme = upstream.scheme.encode()
                request.data.host = upstream.host
                request.data.port = upstream.port
                return
