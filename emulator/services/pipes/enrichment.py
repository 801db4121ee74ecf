"""Enrichment: events are given to a function, a workflow or an API destination, whose answer goes on in their place.

https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.pipes import destinations, inputs
from emulator.services.pipes.sources import role
from emulator.services.pipes.steps import answer_of, call_function, call_machine

BATCHED = {"lambda": call_function, "states": call_machine}


async def enrich(ctx: Context, record, events: list[Any]) -> list[Any]:
    """The events that go on to the target; none when the answer is empty. Raises AwsError."""
    text = record.document.get("Enrichment")
    if not text:
        return events
    arn, given = target_calls.read(text), record.document.get("EnrichmentParameters", {})
    texts = [inputs.text(ctx, record, given.get("InputTemplate"), event) for event in events]
    if arn.service in BATCHED:
        payload = orjson.dumps([inputs.document(each) for each in texts]).decode()
        return _answered(answer_of(await BATCHED[arn.service](ctx, arn, role(record), payload)))
    if arn.service != "events":
        raise NotImplementedByEmulator(f"The enrichment {text}")
    found: list[Any] = []
    for event, each in zip(events, texts):
        parameters = inputs.value(event, given.get("HttpParameters", {}))
        found += _answered(answer_of(await destinations.invoke(ctx, arn, role(record), parameters, event, each)))
    return found


def _answered(answer: Any) -> list[Any]:
    if answer in (None, {}, []):
        return []
    return answer if isinstance(answer, list) else [answer]
