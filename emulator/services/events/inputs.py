"""What a target is given: the event, a part of it, constant text, or what its input transformer makes.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.engines import event_templates
from emulator.engines.event_paths import MISSING, look_up


class Unusable(ValueError):
    """The input that was to be given is no JSON."""


def payload(delivery) -> str:
    """The text for a delivery's target. Raises Unusable."""
    target, event = delivery.target, delivery.event
    if "Input" in target:
        return target["Input"]
    if "InputPath" in target:
        value = look_up(event, target["InputPath"])
        return orjson.dumps(None if value is MISSING else value).decode()
    if "InputTransformer" in target:
        return _transformed(delivery, target["InputTransformer"])
    return orjson.dumps(event).decode()


# What a template may name without a path of its own: from a delivery to the value.
RESERVED: dict[str, Callable[[Any], Any]] = {
    "aws.events.rule-arn": lambda delivery: delivery.rule,
    "aws.events.rule-name": lambda delivery: delivery.rule_name,
    "aws.events.event.ingestion-time": lambda delivery: ingestion_time(delivery.ingested),
    "aws.events.event": lambda delivery: {
        name: value for name, value in delivery.event.items() if name != "detail"
    },
    "aws.events.event.json": lambda delivery: delivery.event,
}  # fmt: skip


def _transformed(delivery, transformer: dict[str, Any]) -> str:
    paths = transformer.get("InputPathsMap", {})

    def look(name: str):
        if name in RESERVED:
            return RESERVED[name](delivery)
        return look_up(delivery.event, paths[name]) if name in paths else MISSING

    try:
        return event_templates.fill(transformer["InputTemplate"], look)
    except event_templates.BrokenTemplate as error:
        raise Unusable(str(error)) from None


def ingestion_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
