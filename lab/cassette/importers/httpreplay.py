"""Go's ``httpreplay`` (``.replay``, JSON): entries in the order of the calls, bodies in base64.

https://pkg.go.dev/cloud.google.com/go/httpreplay
"""

import base64
import json
from pathlib import Path

from lab.cassette.importers.blanked import completed
from lab.cassette.importers.exchange import Exchange, Recording, request, response, wire_case

#: What the recorder wrote over a value that it blanked.
CLEARED = "CLEARED"


def matches(path: Path, head: bytes) -> bool:
    return path.suffix == ".replay" or (head.lstrip()[:1] == b"{" and b'"Entries"' in head)


def read(path: Path) -> list[Recording]:
    entries = json.loads(path.read_bytes())["Entries"] or []
    types = full_types(entries)
    exchanges = [exchange(each, types.get(at)) for at, each in enumerate(entries)]
    exchanges, notes = completed(exchanges)
    return [Recording(path.stem, exchanges, missing=["headers"], notes=notes)]


def exchange(entry: dict, full_type: str | None = None) -> Exchange:
    sent, got = entry["Request"], entry["Response"]
    headers = [pair for pair in flat(sent["Header"]) if pair[1] != CLEARED]
    if sent.get("MediaType") or full_type is not None:
        headers.append(("Content-Type", full_type or sent["MediaType"]))
    body = b"".join(base64.b64decode(part or "") for part in sent.get("BodyParts") or [])
    signed = "X-Amz-Date" in sent["Header"] or "X-Amz-Algorithm=" in sent["URL"]  # Authorization itself is dropped
    blanked = "the recorder blanked part of the request's body" if body.endswith(CLEARED.encode()) else None
    return Exchange(request(sent["Method"], sent["URL"], headers, body),
                    response(got["StatusCode"], flat(got["Header"]), base64.b64decode(got.get("Body") or "")),
                    blanked, not signed)


def address(sent: dict) -> str:
    return sent["URL"].partition("?")[0]


def full_types(entries: list[dict]) -> dict[int, str]:
    """Content types with their parameters, by the index of the request that sent them.

    The recorder keeps the bare type of a request; what was stored shows the whole one when it is read back.
    """
    found: dict[int, str] = {}
    writers: dict[str, int] = {}
    for index, entry in enumerate(entries):
        sent = entry["Request"]
        if sent["Method"] == "PUT":
            writers[address(sent)] = index
            continue
        writer = writers.get(address(sent))
        whole = dict(flat(entry["Response"]["Header"])).get("Content-Type")
        if writer is None or whole is None:
            continue
        if whole.partition(";")[0] == entries[writer]["Request"].get("MediaType"):
            found.setdefault(writer, whole)
    return found


def flat(headers: dict[str, list[str]] | None) -> list[tuple[str, str]]:
    """Pairs of a header map. Go rewrites the case of names; AWS's own are lower-case on the wire."""
    return [(wire_case(name), value) for name, values in (headers or {}).items() for value in values]
