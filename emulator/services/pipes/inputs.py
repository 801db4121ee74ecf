"""Input templates of pipes: ``<$.body.id>`` and reserved variables, filled in from an event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
"""

from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.engines import event_templates
from emulator.engines.event_paths import MISSING, look_up
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.pipes.views import view


def text(ctx: Context, record, template: str | None, event: Any) -> str:
    """What a step is given of an event. Raises AwsError for a template that gives no JSON."""
    if not template:
        return orjson.dumps(event).decode()
    seen = view(event)
    reserved = {
        "aws.pipes.pipe-arn": record.arn,
        "aws.pipes.pipe-name": record.id[0],
        "aws.pipes.source-arn": record.document["Source"],
        "aws.pipes.enrichment-arn": record.document.get("Enrichment", ""),
        "aws.pipes.target-arn": record.document["Target"],
        "aws.pipes.event.ingestion-time": datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws.pipes.event": event,
        "aws.pipes.event.json": event,
    }

    def look(name: str) -> Any:
        if name.startswith("$"):
            return _found(seen, name)
        return reserved.get(name, MISSING)

    try:
        return event_templates.fill(template, look)
    except event_templates.BrokenTemplate as error:
        raise AwsError("ValidationException", str(error), 400) from None


def _found(seen: Any, path: str) -> Any:
    try:
        return look_up(seen, path)
    except ValueError:
        return MISSING


def value(event: Any, given: Any) -> Any:
    """A parameter of a target with its paths (``$.body.id``) read from the event; the rest as it is."""
    if isinstance(given, str) and given.startswith("$."):
        found = _found(view(event), given)
        if found is MISSING:
            raise AwsError("ValidationException", f"The event has nothing at {given}", 400)
        return found if isinstance(found, str) else orjson.dumps(found).decode()
    if isinstance(given, dict):
        return {name: value(event, each) for name, each in given.items()}
    if isinstance(given, list):
        return [value(event, each) for each in given]
    return given


def document(content: str) -> Any:
    """What a text says as JSON; the text itself where it is none."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content
