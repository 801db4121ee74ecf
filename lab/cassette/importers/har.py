"""HAR 1.2 (JSON): ``log.entries[]``; binary content in base64. http://www.softwareishard.com/blog/har-12-spec/"""

import base64
import json
from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, request, response


def matches(path: Path, head: bytes) -> bool:
    return path.suffix == ".har" or (b'"log"' in head and b'"entries"' in head)


def read(path: Path) -> list[Recording]:
    entries = json.loads(path.read_bytes())["log"]["entries"]
    bare = any(not each["response"].get("headers") for each in entries)
    started = entries[0].get("startedDateTime") if entries else None
    # Every recording is called "recording.har": its folder tells what it holds.
    name = path.parent.name if path.stem == "recording" else path.stem
    return [Recording(name, [exchange(each) for each in entries], ["headers"] if bare else [], started)]


def exchange(entry: dict) -> Exchange:
    sent, got = entry["request"], entry["response"]
    posted = sent.get("postData") or {}
    headers = named(sent)
    if posted.get("mimeType") and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", posted["mimeType"]))
    return Exchange(request(sent["method"], sent["url"], headers, content_of(posted)),
                    response(got["status"], named(got), content_of(got.get("content") or {})))


def content_of(part: dict) -> bytes:
    """The bytes of ``content`` or ``postData``; the latter has no standard mark for base64."""
    text = part.get("text") or ""
    marked = part.get("encoding") or part.get("_encoding")
    return base64.b64decode(text) if marked == "base64" else text.encode()


def named(message: dict) -> list[tuple[str, str]]:
    return [(each["name"], each["value"]) for each in message.get("headers") or []]
