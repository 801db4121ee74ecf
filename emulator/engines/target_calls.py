"""What an ARN stands for as the target of an event: the call that hands a payload to the service behind it.

EventBridge's rules and Pipes share these; each adds what its own parameters say.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError


class Arn(NamedTuple):
    """The parts of an ARN; ``resource`` is all that follows the account."""

    text: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def name(self) -> str:
        """The resource's name without its kind: what follows the last slash or colon."""
        return self.resource.replace(":", "/").rpartition("/")[2]

    def where(self, ctx: Context) -> dict[str, str]:
        """Where a call that it is about goes."""
        return {"account": self.account or ctx.account, "region": self.region or ctx.region}


def read(text: str) -> Arn:
    """Raises ValueError for what is no ARN."""
    parts = text.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise ValueError(f"{text!r} is no ARN")
    return Arn(text, parts[2], parts[3], parts[4], parts[5])


class Call(NamedTuple):
    """One call: botocore's service name, the operation and its input."""

    service: str
    operation: str
    input: dict[str, Any]

    def make(self, ctx: Context, principal, where: dict[str, str]) -> dict:
        """Carry it out. Raises AwsError; ``where`` are account and region."""
        return ctx.call(self.service, self.operation, self.input, as_=principal, **where)


def queue(ctx: Context, arn: Arn, payload: str, **more) -> Call:
    """``more``: other members of SendMessage (a group, attributes)."""
    url = f"{ctx.host}/{arn.account}/{arn.name}"
    return Call("sqs", "SendMessage", {"QueueUrl": url, "MessageBody": payload, **more})


def topic(ctx: Context, arn: Arn, payload: str) -> Call:
    return Call("sns", "Publish", {"TopicArn": arn.text, "Message": payload})


def function(ctx: Context, arn: Arn, payload: str, kind: str = "Event") -> Call:
    return Call("lambda", "Invoke", {
        "FunctionName": arn.text, "InvocationType": kind, "Payload": payload.encode()})  # fmt: skip


def state_machine(ctx: Context, arn: Arn, payload: str, operation: str = "StartExecution") -> Call:
    return Call("stepfunctions", operation, {"stateMachineArn": arn.text, "input": payload})


def stream(ctx: Context, arn: Arn, payload: str, key: str) -> Call:
    return Call("kinesis", "PutRecord", {"StreamARN": arn.text, "Data": payload.encode(), "PartitionKey": key})


def delivery_stream(ctx: Context, arn: Arn, payload: str) -> Call:
    return Call("firehose", "PutRecord", {"DeliveryStreamName": arn.name, "Record": {"Data": payload.encode()}})


def task(ctx: Context, arn: Arn, parameters: dict, overrides: dict | None) -> Call:
    """``parameters``: EcsParameters under their wire names; ``overrides`` those of the task."""
    given = {name[0].lower() + name[1:]: value for name, value in parameters.items()}
    given["taskDefinition"] = given.pop("taskDefinitionArn")
    given["count"] = given.pop("taskCount", 1)
    if "tags" in given:
        given["tags"] = [{"key": tag["Key"], "value": tag["Value"]} for tag in given["tags"]]
    if overrides is not None:
        given["overrides"] = overrides
    return Call("ecs", "RunTask", {"cluster": arn.text, **given})


def command(ctx: Context, arn: Arn, payload: str, parameters: dict) -> Call:
    """An SSM document; the payload names the document's parameters."""
    return Call("ssm", "SendCommand", {
        "DocumentName": arn.name, "Targets": parameters.get("RunCommandTargets", []),
        "Parameters": _object(payload),
    })  # fmt: skip


def _object(payload: str) -> dict:
    value = orjson.loads(payload)
    return value if isinstance(value, dict) else {}


def log(ctx: Context, arn: Arn, principal, stream_name: str, messages: list[tuple[int, str]]) -> None:
    """Write events, (milliseconds, text), to a log group under a stream, made where there is none. Raises AwsError."""
    group = arn.resource.removeprefix("log-group:").removesuffix(":*")
    where = arn.where(ctx)
    named = {"logGroupName": group, "logStreamName": stream_name}
    try:
        ctx.call("logs", "CreateLogStream", named, as_=principal, **where)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
    events = [{"timestamp": timestamp, "message": message} for timestamp, message in messages]
    ctx.call("logs", "PutLogEvents", {**named, "logEvents": events}, as_=principal, **where)


Build = Callable[[Context, Arn, str], Call]

# Targets that take a payload and nothing else, by the service in their ARN.
PLAIN: dict[str, Build] = {
    "firehose": delivery_stream, "lambda": function, "sns": topic, "sqs": queue, "states": state_machine,
}  # fmt: skip
