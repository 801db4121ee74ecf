"""Reading and changing a document by the paths that processors use: ``a.b``, ``a[0].b``, ``a.0.b``."""

import re
from typing import Any

MISSING = object()
STEP = re.compile(r"[^.\[\]]+")


def _steps(path: str) -> list[str]:
    return STEP.findall(path)


def get(document: Any, path: str) -> Any:
    """The value at a path; MISSING where there is none."""
    for step in _steps(path):
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return MISSING
    return document


def put(document: dict, path: str, value: Any) -> None:
    """Set the value at a path; objects on the way are made where there are none."""
    *way, last = _steps(path)
    for step in way:
        inner = _inner(document, step)
        if not isinstance(inner, dict | list):
            inner = document[step] = {}
        document = inner
    if isinstance(document, list):
        if last.isdigit() and int(last) < len(document):
            document[int(last)] = value
    else:
        document[last] = value


def _inner(document: Any, step: str) -> Any:
    if isinstance(document, list):
        return document[int(step)] if step.isdigit() and int(step) < len(document) else {}
    return document.get(step)


def remove(document: Any, path: str) -> None:
    *way, last = _steps(path)
    holder = get(document, ".".join(way)) if way else document
    if isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        del holder[int(last)]
