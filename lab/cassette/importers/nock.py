"""Node's nock (JSON): a list of ``{scope, method, path, body, status, response, rawHeaders, reqheaders}``.

https://github.com/nock/nock#recording. ``responseIsBinary`` means hex; else JSON bodies are parsed, so that their byte
order and spacing are lost.
"""

import json
from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, pairs, request, response


def matches(path: Path, head: bytes) -> bool:
    return path.suffix == ".json" and head.lstrip()[:1] == b"[" and b'"scope"' in head


def read(path: Path) -> list[Recording]:
    entries = json.loads(path.read_bytes())
    bare = not all(each.get("rawHeaders") for each in entries)
    return [Recording(path.stem, [exchange(each) for each in entries], missing=["headers"] if bare else [])]


def exchange(entry: dict) -> Exchange:
    raw = entry.get("rawHeaders") or {}
    got = list(zip(raw[::2], raw[1::2])) if isinstance(raw, list) else pairs(raw)
    sent = pairs(entry.get("reqheaders"))
    content = entry.get("body")
    if isinstance(content, dict | list) and not any(name.lower() == "content-type" for name, _ in sent):
        sent.append(("Content-Type", "application/json"))
    return Exchange(request(entry["method"], entry["scope"] + entry["path"], sent, body(content)),
                    response(entry["status"], got, body(entry.get("response"), entry.get("responseIsBinary", False))))


def body(content, binary: bool = False) -> bytes:
    match content:
        case None | "":
            return b""
        case str():
            return bytes.fromhex(content) if binary else content.encode()
        case list() if content and all(isinstance(each, str) for each in content) and binary:
            return b"".join(map(bytes.fromhex, content))
        case _:
            return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
