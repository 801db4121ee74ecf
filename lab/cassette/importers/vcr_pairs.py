"""The gzipped variant of vcrpy's YAML with two parallel lists, ``requests[]`` and ``responses[]``, paired by index."""

import gzip
from pathlib import Path

from lab.cassette.importers import vcrpy
from lab.cassette.importers.exchange import Recording
from lab.cassette.importers.yaml import load

#: What the recorder wrote over a header.
REDACTED = "**REDACTED**"


def matches(path: Path, head: bytes) -> bool:
    if head[:2] != b"\x1f\x8b" or ".y" not in path.name:
        return False
    with gzip.open(path) as file:
        return file.read(64).startswith(b"requests:")


def read(path: Path) -> list[Recording]:
    data = load(path)
    exchanges = [vcrpy.exchange(sent, got) for sent, got in zip(data["requests"], data["responses"], strict=True)]
    missing = set()
    for message in [part for each in exchanges for part in (each.request, each.response)]:
        kept = [pair for pair in message.headers if pair[1] != REDACTED]
        if len(kept) != len(message.headers):
            missing.add("headers")
        message.headers = kept
    return [Recording(path.name.split(".")[0], exchanges, missing=sorted(missing))]
