"""Tumbling windows: a function carries a state through the batches of a span of time, and is told when it is over.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
"""

from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.kernel.store import replace
from emulator.services.lambda_ import batches
from emulator.services.lambda_.tables import Mapping, Position

LARGEST = 1024 * 1024  # bytes of a state


def length(mapping: Mapping) -> int:
    """Seconds; 0 without windows."""
    return mapping.document["TumblingWindowInSeconds"]


def start_of(mapping: Mapping, event: dict[str, Any]) -> float:
    """When the window of a record begins."""
    return batches.arrival_of(event) // length(mapping) * length(mapping)


def is_over(mapping: Mapping, position: Position, now: float) -> bool:
    """Whether a window is open whose time has passed."""
    return position.window is not None and now >= position.window + length(mapping)


def within(mapping: Mapping, position: Position, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records, from the first on, that are of one window: the open one, or the first's."""
    start = start_of(mapping, events[0]) if position.window is None else position.window
    count = next((number for number, each in enumerate(events) if start_of(mapping, each) > start), len(events))
    return events[:count]


def payload(
    mapping: Mapping, position: Position, events: list[dict[str, Any]], final: bool = False
) -> dict[str, Any]:
    """The event of an invocation; with the window where the mapping has windows."""
    if not length(mapping):
        return {"Records": events}
    start = start_of(mapping, events[0]) if position.window is None else position.window
    return {
        "Records": events, "window": {"start": _moment(start), "end": _moment(start + length(mapping))},
        "state": position.state, "shardId": position.shard, "eventSourceARN": mapping.source,
        "isFinalInvokeForWindow": final, "isWindowTerminatedEarly": False,
    }  # fmt: skip


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def carried(mapping: Mapping, position: Position, events: list[dict[str, Any]], answer: bytes) -> Position:
    """The position with the state that the function gives back; one that is too large is dropped."""
    if not length(mapping) or not events:
        return position
    found = orjson.loads(answer or b"null")
    state = found.get("state") if isinstance(found, dict) else None
    kept = state if isinstance(state, dict) and len(orjson.dumps(state)) <= LARGEST else {}
    start = start_of(mapping, events[0]) if position.window is None else position.window
    return replace(position, window=start, state=kept)


def closed(position: Position) -> Position:
    return replace(position, window=None, state={})
