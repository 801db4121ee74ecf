"""Strict mode: status, headers and bytes as they stand on the wire, beside what an SDK decodes from them."""

import re
import zlib

from lab.cassette.model import Response
from lab.differ.align import Aligner
from lab.differ.compare import Comparison, diff
from lab.report.result import Difference

#: Headers of one connection or one server machine.
HOP = frozenset(("connection", "keep-alive", "transfer-encoding", "date", "server", "x-amz-id-2", "via", "alt-svc"))

#: Text in bodies that no two answers share.
MASKS = [re.compile(pattern) for pattern in (
    rb"(?<=<RequestId>)[^<]+", rb"(?<=<HostId>)[^<]+", rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    rb"\b1[5-9]\d{8}(\.\d+|\d{3})?\b",
)]


def headers(response: Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in response.headers:
        key = name.lower()
        if key not in HOP:
            found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def masked(body: bytes) -> bytes:
    for mask in MASKS:
        body = mask.sub(b"*", body)
    return body


def compare_wire(recorded: Response, live: Response, decoded: Comparison, aligner: Aligner) -> Comparison:
    """The comparison with what differs on the wire added under ``wire``. Bound values are put in before comparing."""
    ours = headers(recorded)
    theirs = aligner.align(ours, headers(live), None, "wire.headers")
    if "content-length" in theirs and "content-length" in ours:
        theirs["content-length"] = ours["content-length"]  # follows from the body, which is compared below
    if theirs.get("x-amz-crc32") == str(zlib.crc32(live.body.raw())) and "x-amz-crc32" in ours:
        theirs["x-amz-crc32"] = ours["x-amz-crc32"]  # so does this, and it is right
    found = [Difference(f"wire.headers.{each.path}", each.kind, each.expected, each.got) for each in diff(ours, theirs)]
    expected, got = masked(aligner.bindings.raw(recorded.body.raw())), masked(live.body.raw())
    for digest, right in aligner.derived.items():
        expected = expected.replace(digest.encode(), right.encode())
    if expected != got:
        found.append(Difference("wire.body", "value", expected.decode("utf-8", "replace"),
                                got.decode("utf-8", "replace")))
    if recorded.status != live.status:
        found.append(Difference("wire.status", "status", recorded.status, live.status))
    return Comparison([*decoded.differences, *found], sorted(aligner.normalizers), decoded.expected, decoded.got)
