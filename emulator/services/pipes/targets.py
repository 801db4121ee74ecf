"""Targets of pipes, as a table by the kind of their ARN: what takes a batch at once, and what one event at a time.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from emulator.engines import target_calls
from emulator.engines.target_calls import Arn, Call
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.pipes import destinations, inputs
from emulator.services.pipes.sources import role, source_of
from emulator.services.pipes.steps import answer_of, call_function, call_machine

# Services that pipes deliver to and that are not the emulator's: taken as targets, failing when events come.
OUTSIDE = frozenset(("batch", "execute-api", "redshift", "redshift-serverless", "sagemaker", "timestream"))


class Item(NamedTuple):
    """One event on its way: as it is, and as the text that the target is given."""

    event: Any
    text: str


def kind_of(arn: Arn) -> str:
    """The service of the ARN; of EventBridge's own targets event-bus or api-destination."""
    return arn.resource.partition("/")[0] if arn.service == "events" else arn.service


def _parameters(record, name: str, event: Any) -> dict[str, Any]:
    return inputs.value(event, record.document.get("TargetParameters", {}).get(name, {}))


def _queue(ctx: Context, record, arn: Arn, item: Item) -> Call:
    return target_calls.queue(ctx, arn, item.text, **_parameters(record, "SqsQueueParameters", item.event))


def _stream(ctx: Context, record, arn: Arn, item: Item) -> Call:
    key = _parameters(record, "KinesisStreamParameters", item.event)["PartitionKey"]
    return target_calls.stream(ctx, arn, item.text, key)


def _bus(ctx: Context, record, arn: Arn, item: Item) -> Call:
    given = _parameters(record, "EventBridgeEventBusParameters", item.event)
    detail = inputs.document(item.text)
    entry = {
        "Source": given.get("Source", f"Pipe {record.id[0]}"),
        "DetailType": given.get("DetailType", f"Event from aws:{source_of(record).service}"),
        "Detail": item.text if isinstance(detail, dict) else orjson.dumps({"payload": detail}).decode(),
        "EventBusName": arn.text, "Resources": given.get("Resources", []),
    }  # fmt: skip
    return Call("events", "PutEvents", {"Entries": [entry]})


def _task(ctx: Context, record, arn: Arn, item: Item) -> Call:
    given = _parameters(record, "EcsTaskParameters", item.event)
    overrides = given.pop("Overrides", None)
    return target_calls.task(ctx, arn, given, overrides and _lowered(overrides))


def _lowered(value: Any) -> Any:
    """ECS writes its members with a small letter where Pipes writes a capital one."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _lowered(each) for name, each in value.items()}
    return [_lowered(each) for each in value] if isinstance(value, list) else value


EACH: dict[str, Callable[[Context, Any, Arn, Item], Call]] = {
    "ecs": _task, "event-bus": _bus, "kinesis": _stream, "sqs": _queue,
    "firehose": lambda ctx, record, arn, item: target_calls.delivery_stream(ctx, arn, item.text),
    "sns": lambda ctx, record, arn, item: target_calls.topic(ctx, arn, item.text),
}  # fmt: skip
KNOWN = frozenset(EACH) | OUTSIDE | {"api-destination", "lambda", "logs", "states"}


def _invocation(record) -> str:
    """REQUEST_RESPONSE or FIRE_AND_FORGET."""
    kind, given = target_calls.read(record.document["Target"]).service, record.document.get("TargetParameters", {})
    name = "LambdaFunctionParameters" if kind == "lambda" else "StepFunctionStateMachineParameters"
    return given.get(name, {}).get("InvocationType", "REQUEST_RESPONSE")


def waits(record) -> bool:
    """Whether handing on a batch has to wait for an answer."""
    kind = kind_of(target_calls.read(record.document["Target"]))
    if record.document.get("Enrichment") or kind == "api-destination":
        return True
    return kind in ("lambda", "states") and _invocation(record) == "REQUEST_RESPONSE"


async def send(ctx: Context, record, events: list[Any]) -> set[str]:
    """Hand events to the target; the ids of those that it says failed. Raises AwsError when all did."""
    arn = target_calls.read(record.document["Target"])
    kind, template = kind_of(arn), record.document.get("TargetParameters", {}).get("InputTemplate")
    items = [Item(event, inputs.text(ctx, record, template, event)) for event in events]
    if kind in ("lambda", "states"):
        return await _batch(ctx, record, arn, items)
    if kind == "api-destination":
        for item in items:
            given = _parameters(record, "HttpParameters", item.event)
            await destinations.invoke(ctx, arn, role(record), given, item.event, item.text)
    elif kind == "logs":
        _log(ctx, record, arn, items)
    elif kind in EACH:
        for item in items:
            answer = EACH[kind](ctx, record, arn, item).make(ctx, role(record), arn.where(ctx))
            if answer.get("FailedEntryCount"):
                entry = answer["Entries"][0]
                raise AwsError(entry["ErrorCode"], entry["ErrorMessage"], 400)
    else:
        raise NotImplementedByEmulator(f"The target {arn.text}")
    return set()


async def _batch(ctx: Context, record, arn: Arn, items: list[Item]) -> set[str]:
    """A function or a state machine gets the whole batch, and may say which of it failed."""
    payload = orjson.dumps([inputs.document(item.text) for item in items]).decode()
    if _invocation(record) == "FIRE_AND_FORGET":
        build = target_calls.function if arn.service == "lambda" else target_calls.state_machine
        build(ctx, arn, payload).make(ctx, role(record), arn.where(ctx))
        return set()
    ask = call_function if arn.service == "lambda" else call_machine
    answer = answer_of(await ask(ctx, arn, role(record), payload))
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    return {each["itemIdentifier"] for each in failures or () if each.get("itemIdentifier")}


def _log(ctx: Context, record, arn: Arn, items: list[Item]) -> None:
    """As log events, in one stream: the one named, or one of the pipe's own."""
    given = _parameters(record, "CloudWatchLogsParameters", items[0].event) if items else {}
    stream = given.get("LogStreamName") or f"{record.id[0]}/{record.arn.split(':')[4]}"
    messages = []
    for item in items:
        timestamp = _parameters(record, "CloudWatchLogsParameters", item.event).get("Timestamp")
        messages.append((int(timestamp) if timestamp and timestamp.isdigit() else int(ctx.now * 1000), item.text))
    target_calls.log(ctx, arn, role(record), stream, messages)
