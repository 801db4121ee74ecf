"""Records that could not be delivered, as they are written to the error prefix.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
"""

from base64 import b64encode
from typing import Any, NamedTuple

import orjson

from emulator.services.firehose.tables import Item


class Failed(NamedTuple):
    """A record, and why it failed. ``output`` is the error-output-type: the folder that it goes to.

    ``more`` are members that this kind of failure has besides.
    """

    item: Item
    output: str
    code: str
    message: str
    attempts: int = 1
    more: dict[str, Any] = {}


class Retry(NamedTuple):
    """Records to be sent again; when there is no more time, they fail with this ``output``, code and message."""

    items: tuple[Item, ...]
    output: str
    code: str
    message: str


def line(failed: Failed, now: float) -> bytes:
    """One failed record as a line of JSON. Format conversion names its members in a way of its own."""
    last = "lastError" if failed.output == "format-conversion-failed" else "error"
    document = {
        "attemptsMade": failed.attempts, "arrivalTimestamp": int(failed.item.at * 1000),
        f"{last}Code": failed.code, f"{last}Message": failed.message,
        "attemptEndingTimestamp": int(now * 1000), "rawData": b64encode(failed.item.data).decode(), **failed.more,
    }  # fmt: skip
    return orjson.dumps(document) + b"\n"
