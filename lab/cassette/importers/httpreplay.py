"""Go's ``httpreplay`` (``.replay``, JSON): entries in the order of the calls, bodies in base64.

https://pkg.go.dev/cloud.google.com/go/httpreplay
"""

import base64
import json
from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, request, response

#: What the recorder wrote over a value that it blanked.
CLEARED = "CLEARED"


def matches(path: Path, head: bytes) -> bool:
    return path.suffix == ".replay" or b'"Entries"' in head


def read(path: Path) -> list[Recording]:
    entries = json.loads(path.read_bytes())["Entries"] or []
    return [Recording(path.stem, [exchange(each) for each in entries], missing=["headers"])]


def exchange(entry: dict) -> Exchange:
    sent, got = entry["Request"], entry["Response"]
    headers = [pair for pair in flat(sent["Header"]) if pair[1] != CLEARED]
    if sent.get("MediaType"):
        headers.append(("Content-Type", sent["MediaType"]))
    body = b"".join(base64.b64decode(part or "") for part in sent.get("BodyParts") or [])
    blanked = "the recorder blanked part of the request's body" if body.endswith(CLEARED.encode()) else None
    return Exchange(request(sent["Method"], sent["URL"], headers, body),
                    response(got["StatusCode"], flat(got["Header"]), base64.b64decode(got.get("Body") or "")), blanked)


def flat(headers: dict[str, list[str]] | None) -> list[tuple[str, str]]:
    return [(name, value) for name, values in (headers or {}).items() for value in values]
