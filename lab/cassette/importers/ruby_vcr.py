"""Ruby's VCR (YAML): ``http_interactions[]``, bodies under ``{encoding, string}`` or ``{base64_string}``.

https://benoittgt.github.io/vcr/. Header names are title-cased by the tool, so their case says nothing.
"""

import base64
from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, as_bytes, pairs, request, response, wire_case
from lab.cassette.importers.yaml import load


def matches(path: Path, head: bytes) -> bool:
    return b"http_interactions:" in head


def read(path: Path) -> list[Recording]:
    return [Recording(path.stem, [exchange(each) for each in load(path)["http_interactions"]])]


def exchange(entry: dict) -> Exchange:
    sent, got = entry["request"], entry["response"]
    return Exchange(request(sent["method"], sent["uri"], headers(sent), body(sent)),
                    response(got["status"]["code"], headers(got), body(got)))


def headers(message: dict) -> list[tuple[str, str]]:
    return [(wire_case(name), value) for name, value in pairs(message.get("headers"))]


def body(message: dict) -> bytes:
    content = message.get("body") or {}
    if "base64_string" in content:
        return base64.b64decode(content["base64_string"])
    return as_bytes(content.get("string"))
