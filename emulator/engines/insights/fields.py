"""The fields of an event that no query has to make: what its message's JSON holds, and what Lambda's lines tell.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

LAMBDA = {
    name: re.compile(pattern) for name, pattern in (
        ("@type", r"^(START|END|REPORT)(?= RequestId: )"), ("@requestId", r"RequestId: ([0-9a-f-]{36})"),
        ("@duration", r"\tDuration: ([\d.]+) ms"), ("@billedDuration", r"Billed Duration: (\d+) ms"),
        ("@memorySize", r"Memory Size: (\d+) MB"), ("@maxMemoryUsed", r"Max Memory Used: (\d+) MB"),
        ("@initDuration", r"Init Duration: ([\d.]+) ms"), ("@xrayTraceId", r"XRAY TraceId: (\S+)"),
    )
}  # fmt: skip
MEGABYTES = ("@memorySize", "@maxMemoryUsed")
DEEPEST = 50  # structures within each other that are looked into
MOST = 200  # fields that are found in one event


def document(message: str) -> Any:
    """The JSON object of a message; None for any other."""
    start = message.find("{")
    if start < 0 or message[:start].strip():
        return None
    try:
        return orjson.loads(message)
    except orjson.JSONDecodeError:
        return None


def value(message: str, parsed: Any, name: str) -> str | None:
    """The field with a name, as text."""
    pattern = LAMBDA.get(name)
    if pattern is not None:
        found = pattern.search(message)
        return found and (f"{int(found[1]) * 1_000_000}" if name in MEGABYTES else found[1])
    return told(_walk(parsed, name)) if parsed is not None else None


def _walk(node: Any, path: str) -> Any:
    while path:
        if isinstance(node, dict):
            if path in node:
                return node[path]
            head, _, path = path.partition(".")
            if head not in node:
                return None
            node = node[head]
        elif isinstance(node, list):
            head, _, path = path.partition(".")
            if not head.isdigit() or int(head) >= len(node):
                return None
            node = node[int(head)]
        else:
            return None
    return node


def told(node: Any) -> str | None:
    """A value as queries see it: booleans are 1 and 0, what holds others is JSON."""
    if node is None or isinstance(node, str):
        return node
    if isinstance(node, bool):
        return "1" if node else "0"
    return orjson.dumps(node).decode()


def discovered(message: str) -> dict[str, str]:
    """All fields of an event, by name: the leaves of its JSON, with dots between the names on the way."""
    found = {name: text for name in LAMBDA if (text := value(message, None, name)) is not None}
    parsed = document(message)
    if isinstance(parsed, dict):
        for name, leaf in _leaves(parsed, "", 0):
            if len(found) == MOST:
                break
            text = told(leaf)
            if text is not None:
                found[name] = text
    return found


def _leaves(node: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict | list) and node and depth < DEEPEST:
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, each in items:
            yield from _leaves(each, f"{path}.{key}" if path else str(key), depth + 1)
    else:
        yield path, node
