"""mitmproxy's flow files (tnetstrings, as ``mitmdump -w`` writes them), read by mitmproxy itself.

https://docs.mitmproxy.org/stable/concepts/options/#save_stream_file
"""

import re
from datetime import UTC, datetime
from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, request, response

#: A tnetstring: its length, a colon, and what every flow tells in its first bytes.
HEAD = re.compile(rb"\d+:.*?(?:9:websocket|7:version|4:type|8:response|7:request)", re.DOTALL)


def matches(path: Path, head: bytes) -> bool:
    return bool(HEAD.match(head[:512]))


def read(path: Path) -> list[Recording]:
    """Raises ValueError when mitmproxy is not installed or can't read the file."""
    try:
        from mitmproxy.exceptions import FlowReadException
        from mitmproxy.io import FlowReader
    except ImportError:
        raise ValueError("mitmproxy is needed: pip install 'paritylab[record]'") from None
    with path.open("rb") as file:
        try:
            flows = [flow for flow in FlowReader(file).stream() if getattr(flow, "request", None) is not None]
        except FlowReadException as problem:
            raise ValueError(str(problem)) from None
    began = min((flow.request.timestamp_start for flow in flows), default=None)
    at = None if began is None else datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds")
    return [Recording(path.stem, [exchange(flow) for flow in flows], recorded_at=at)]


def exchange(flow) -> Exchange:
    sent, got = flow.request, flow.response
    made = request(sent.method, f"{sent.scheme}://{sent.host_header or sent.pretty_host}{sent.path}", headers(sent),
                   sent.raw_content or b"")
    return Exchange(made, got and response(got.status_code, headers(got), got.raw_content or b""))


def headers(message) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.headers.fields]
