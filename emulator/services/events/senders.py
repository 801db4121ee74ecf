"""How a payload reaches each kind of target, as a table by the kind; modules with more to do add theirs.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from collections.abc import Callable
from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.engines.event_paths import MISSING, look_up
from emulator.engines.target_calls import Arn, Call
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator

Sender = Callable[[Context, Any, Arn, str], None]  # (ctx, delivery, the target's ARN, payload); raises AwsError

SENDERS: dict[str, Sender] = {}
# Kinds whose sending waits for an answer from outside: the service's job ``deliver_to_<kind>`` does it.
LATER: set[str] = set()


def kind_of(arn: Arn) -> str:
    """The service of the ARN; of EventBridge's own targets event-bus, api-destination or archive."""
    if arn.service != "events":
        return arn.service
    return arn.resource.partition("/")[0] if arn.resource != ":" else "archive"


def sender(kind: str) -> Callable[[Sender], Sender]:
    """Declare how targets of a kind are reached."""

    def keep(function: Sender) -> Sender:
        SENDERS[kind] = function
        return function

    return keep


def send(ctx: Context, delivery, payload: str) -> None:
    """Raises AwsError."""
    arn = target_calls.read(delivery.target["Arn"])
    function = SENDERS.get(kind_of(arn))
    if function is None:
        raise NotImplementedByEmulator(f"The target {arn.text}")
    function(ctx, delivery, arn, payload)


def _calls(build: Callable[[Context, Any, Arn, str], Call]) -> Sender:
    """A sender that makes one call."""

    def send_one(ctx: Context, delivery, arn: Arn, payload: str) -> None:
        build(ctx, delivery, arn, payload).make(ctx, delivery.principal, arn.where(ctx))

    return send_one


def _plain(build: target_calls.Build) -> Sender:
    return _calls(lambda ctx, delivery, arn, payload: build(ctx, arn, payload))


def _queue(ctx: Context, delivery, arn: Arn, payload: str) -> Call:
    more = dict(delivery.target.get("SqsParameters", {}))
    if delivery.trace:
        more["MessageSystemAttributes"] = {
            "AWSTraceHeader": {"DataType": "String", "StringValue": delivery.trace}
        }  # fmt: skip
    return target_calls.queue(ctx, arn, payload, **more)


def _stream(ctx: Context, delivery, arn: Arn, payload: str) -> Call:
    """The partition key is the event's id, unless the target names a path."""
    path = delivery.target.get("KinesisParameters", {}).get("PartitionKeyPath", "$.id")
    key = look_up(delivery.event, path)
    if key is MISSING:
        raise AwsError("INVALID_PARAMETER", f"The event has nothing at {path}", 400)
    return target_calls.stream(ctx, arn, payload, key if isinstance(key, str) else orjson.dumps(key).decode())


def _task(ctx: Context, delivery, arn: Arn, payload: str) -> Call:
    given = any(name in delivery.target for name in ("Input", "InputPath", "InputTransformer"))
    overrides = orjson.loads(payload) if given else None
    return target_calls.task(ctx, arn, delivery.target["EcsParameters"], overrides)


def _command(ctx: Context, delivery, arn: Arn, payload: str) -> Call:
    return target_calls.command(ctx, arn, payload, delivery.target.get("RunCommandParameters", {}))


def _log(ctx: Context, delivery, arn: Arn, payload: str) -> None:
    """The event as a log event; a transformer may name its time and message."""
    timestamp, message = int(delivery.ingested * 1000), payload
    if "InputTransformer" in delivery.target:
        given = orjson.loads(payload)
        if isinstance(given, dict) and given.keys() <= {"timestamp", "message"}:
            message = given.get("message", payload)
            timestamp = int(given.get("timestamp") or timestamp)
    text = message if isinstance(message, str) else orjson.dumps(message).decode()
    target_calls.log(ctx, arn, delivery.principal, delivery.event["id"], [(timestamp, text)])


SENDERS.update({kind: _plain(build) for kind, build in target_calls.PLAIN.items()})
SENDERS.update({
    "sqs": _calls(_queue), "kinesis": _calls(_stream), "ecs": _calls(_task), "ssm": _calls(_command), "logs": _log,
    "glue": _calls(lambda ctx, delivery, arn, payload: Call("glue", "StartWorkflowRun", {"Name": arn.name})),
})  # fmt: skip
