"""Python's vcrpy (YAML): ``interactions[]`` with ``request`` and ``response``; strings plain or ``!!binary``.

https://vcrpy.readthedocs.io/
"""

from pathlib import Path

from lab.cassette.importers.exchange import Exchange, Recording, as_bytes, pairs, request, response
from lab.cassette.importers.yaml import load


def matches(path: Path, head: bytes) -> bool:
    return b"interactions:" in head and b"http_interactions:" not in head


def read(path: Path) -> list[Recording]:
    exchanges = [exchange(each["request"], each["response"]) for each in load(path)["interactions"]]
    bare = any(each.response is not None and not each.response.headers for each in exchanges)
    return [Recording(path.stem, exchanges, missing=["headers"] if bare else [])]


def exchange(sent: dict, got: dict) -> Exchange:
    return Exchange(request(sent["method"], sent["uri"], pairs(sent.get("headers")), as_bytes(sent.get("body"))),
                    response(got["status"]["code"], pairs(got.get("headers")), as_bytes(got["body"].get("string"))))
