"""How a request departs from RFC 7230 in ways that two servers may read differently, and what is then done. Pure.

What no parser takes for a request at all is severe, and refused before it comes here.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#desync-mitigation-mode
"""

import re
from typing import NamedTuple

BODIES = ("contentlength", "transferencoding")  # the headers that tell where a body ends, by their letters
ODD = re.compile(r"[^\t\x20-\x7e]")  # not in a header's value


class Finding(NamedTuple):
    """``level`` is Acceptable, Ambiguous or Severe; both are "-" for a request that complies."""

    level: str
    reason: str


COMPLIANT = Finding("-", "-")
BLOCKED = {"monitor": (), "defensive": ("Severe",), "strictest": ("Acceptable", "Ambiguous", "Severe")}
CLOSED = {"monitor": (), "defensive": ("Ambiguous",), "strictest": ()}  # the last request of its connection


def classified(method: str, headers: tuple[tuple[str, str], ...]) -> Finding:
    """The worst of what is wrong with a request of HTTP/1."""
    known = {name.lower(): value for name, value in headers}
    if any(re.sub("[^a-z]", "", name) in BODIES and name not in ("content-length", "transfer-encoding")
           for name in known):
        return Finding("Ambiguous", "SuspiciousHeader")
    if method in ("GET", "HEAD"):
        if "transfer-encoding" in known:
            return Finding("Ambiguous", "UndefinedTransferEncodingSemantics")
        if known.get("content-length", "0") != "0":
            return Finding("Ambiguous", "UndefinedContentLengthSemantics")
        if "content-length" in known:
            return Finding("Acceptable", "GetHeadZeroContentLength")
    if any(ODD.search(value) for value in known.values()):
        return Finding("Acceptable", "NonCompliantHeader")
    return COMPLIANT
