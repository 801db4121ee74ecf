"""Wire documents as plain data: reading and writing by dotted path, without ever changing one in place."""

from collections.abc import Iterator
from typing import Any

MISSING = object()


def read(document: Any, path: str, default=None):
    """The value at ``"Member.Inner"``; the default where any part is absent."""
    for part in path.split("."):
        if not isinstance(document, dict) or part not in document:
            return default
        document = document[part]
    return document


def every(document: Any, path: str) -> Iterator:
    """All values at a path; ``Items[]`` walks a list: ``"Origins.Items[].Id"``."""
    head, _, rest = path.partition(".")
    value = document.get(head.removesuffix("[]")) if isinstance(document, dict) else None
    for each in value or () if head.endswith("[]") else (value,):
        if rest:
            yield from every(each, rest)
        elif each is not None:
            yield each


def write(document: dict, path: str, value) -> dict:
    """A copy of the document with a value at the path; structures on the way are made where they are absent."""
    head, _, rest = path.partition(".")
    if rest:
        inner = document.get(head)
        value = write(inner if isinstance(inner, dict) else {}, rest, value)
    return {**document, head: value}


def without(document: dict, path: str) -> dict:
    """A copy of the document without what stands at the path."""
    head, _, rest = path.partition(".")
    if rest:
        return {**document, head: without(document[head], rest)} if head in document else document
    return {name: value for name, value in document.items() if name != head}


def with_defaults(document: dict, defaults: dict[str, Any]) -> dict:
    """Lay defaults (by path) under a document."""
    for path, value in defaults.items():
        if read(document, path, MISSING) is MISSING:
            document = write(document, path, value)
    return document


def renamed(document: dict, names: dict[str, str]) -> dict:
    """The document with members under other names; a dotted one puts a member inside a structure."""
    moved: dict = {}
    for name, value in document.items():
        moved = write(moved, names.get(name, name), value)
    return moved
