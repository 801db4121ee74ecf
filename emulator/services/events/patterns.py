"""Event patterns as EventBridge takes them: what it refuses, and TestEventPattern.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from datetime import datetime

import orjson

from emulator.engines import event_patterns
from emulator.engines.event_fields import fields_of
from emulator.engines.event_matching import Pattern
from emulator.engines.json_tokens import BrokenJson, place, source
from emulator.kernel.errors import AwsError
from emulator.services.events.errors import invalid
from emulator.services.events.service import service

REQUIRED = ("id", "account", "source", "time", "region", "detail-type")  # of an event to test a pattern with


def parse(text: str) -> Pattern:
    """Raises InvalidEventPatternException."""
    try:
        return event_patterns.parse(text)
    except event_patterns.PatternError as error:
        reason = error.located
    except BrokenJson as error:
        reason = f"{error.message}\n at [Source: {source(text)}; {place(text, error.offset)}]"
    raise AwsError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}", 400)


@service.operation
def test_event_pattern(ctx, EventPattern, Event):
    """Raises InvalidEventPatternException, ValidationException for what is no event."""
    try:
        event = orjson.loads(Event)
    except orjson.JSONDecodeError:
        event = None
    if not isinstance(event, dict) or not all(name in event for name in REQUIRED):
        raise invalid("Parameter Event is not valid.")
    return {"Result": parse(EventPattern).matches(fields_of(event))}


def moment(text: str) -> float:
    """An event's time in epoch seconds."""
    return datetime.fromisoformat(text).timestamp()
