"""The fields that events have in common, and their types, from documents as they came.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogFields.html
"""

from collections.abc import Iterable
from typing import Any

KINDS = {bool: "boolean", int: "long", float: "double", str: "string", list: "array", dict: "struct"}
LONGEST = 256  # characters of a field's name


def fields(documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields of some documents by name, each with its type: as ``LogFieldsList`` tells them."""
    values: dict[str, list[Any]] = {}
    for document in documents:
        for name, value in document.items():
            if 0 < len(name) <= LONGEST and value is not None:
                values.setdefault(name, []).append(value)
    return [{"logFieldName": name, "logFieldType": typed(found)} for name, found in sorted(values.items())]


def typed(values: list[Any]) -> dict[str, Any]:
    """The type that fits all of some values: the wider number, and text where they differ in kind."""
    kinds = {KINDS[type(value)] for value in values}
    if kinds == {"long", "double"}:
        return {"type": "double"}
    if len(kinds) > 1 or not kinds:
        return {"type": "string"}
    kind = kinds.pop()
    if kind == "array":
        return {"type": kind, "element": typed([each for value in values for each in value if each is not None])}
    return {"type": kind, "fields": fields(values)} if kind == "struct" else {"type": kind}
