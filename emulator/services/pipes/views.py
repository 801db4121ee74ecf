"""Events as filters, paths and templates see them: bodies and data that are JSON are read.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html#input-transform-implicit
"""

from base64 import b64decode
from typing import Any

import orjson


def view(event: Any) -> Any:
    """The event with its body, or its decoded data, read where that is JSON."""
    if not isinstance(event, dict):
        return event
    if event.get("eventSource") == "aws:sqs":
        return {**event, "body": _read(event["body"])}
    if event.get("eventSource") == "aws:kinesis":
        return {**event, "data": _read(b64decode(event["data"]))}
    return event


def _read(content: str | bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content if isinstance(content, str) else content.decode(errors="replace")
