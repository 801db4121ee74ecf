"""What an invocation calls: templated targets as a table, universal ones through the model.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html, managing-targets-universal.html
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from emulator.engines.sdk_call import find_operation, parameters
from emulator.kernel.errors import NotImplementedByEmulator

UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"


class Call(NamedTuple):
    """One call of a target: botocore's service name, the operation, its input, and where it goes."""

    service: str
    operation: str
    input: dict
    account: str
    region: str


class Template(NamedTuple):
    """A templated target: ``build(ctx, target, ARN's resource part, payload)`` gives the operation's input."""

    service: str
    operation: str
    build: Callable[..., dict]


def _send_message(ctx, target, resource, payload) -> dict:
    url = ctx.call("sqs", "GetQueueUrl", {"QueueName": resource}, **_where(ctx, target["Arn"]))["QueueUrl"]
    return {"QueueUrl": url, "MessageBody": payload, **target.get("SqsParameters", {})}


def _put_events(ctx, target, resource, payload) -> dict:
    if "EventBridgeParameters" not in target:
        raise NotImplementedByEmulator("The event bus v2 as a target")
    bus = resource.split("/")[-1]
    return {"Entries": [{**target["EventBridgeParameters"], "Detail": payload, "EventBusName": bus}]}


def _run_task(ctx, target, resource, payload) -> dict:
    given = {name[0].lower() + name[1:]: value for name, value in target["EcsParameters"].items()}
    given["taskDefinition"] = given.pop("taskDefinitionArn")
    given["count"] = given.pop("taskCount", 1)
    if "Input" in target:
        given["overrides"] = json.loads(payload)
    return {"cluster": target["Arn"], **given}


# By the service in the target's ARN.
TEMPLATED: dict[str, Template] = {
    "ecs": Template("ecs", "RunTask", _run_task),
    "events": Template("events", "PutEvents", _put_events),
    "firehose": Template("firehose", "PutRecord", lambda ctx, target, resource, payload: {
        "DeliveryStreamName": resource.split("/")[-1], "Record": {"Data": payload.encode()}}),
    "kinesis": Template("kinesis", "PutRecord", lambda ctx, target, resource, payload: {
        "StreamARN": target["Arn"], "Data": payload.encode(), **target["KinesisParameters"]}),
    "lambda": Template("lambda", "Invoke", lambda ctx, target, resource, payload: {
        "FunctionName": target["Arn"], "InvocationType": "Event", "Payload": payload.encode()}),
    "sns": Template("sns", "Publish", lambda ctx, target, resource, payload: {
        "TopicArn": target["Arn"], "Message": payload}),
    "sqs": Template("sqs", "SendMessage", _send_message),
    "states": Template("stepfunctions", "StartExecution", lambda ctx, target, resource, payload: {
        "stateMachineArn": target["Arn"], "input": payload}),
}  # fmt: skip

# Targets whose services are not the emulator's: accepted, as AWS does, and failing when they are invoked.
OUTSIDE = frozenset(("codebuild", "codepipeline", "inspector", "sagemaker"))

JSON_INPUT = ("ecs", "events", "lambda", "states")  # whose Input must be JSON


def call_of(ctx, target: dict, payload: str) -> Call:
    """The call that a target stands for. Raises AwsError where it cannot be made."""
    arn = target["Arn"]
    if arn.startswith(UNIVERSAL):
        named, _, action = arn.removeprefix(UNIVERSAL).partition(":")
        operation = find_operation(named, action)
        if operation is None:
            raise NotImplementedByEmulator(f"{named}:{action}")
        given = parameters(operation.input, json.loads(payload)) if operation.input else {}
        return Call(operation.service.name, operation.name, given, ctx.account, ctx.region)
    template = TEMPLATED.get(arn.split(":")[2])
    if template is None:
        raise NotImplementedByEmulator(f"The target {arn}")
    given = template.build(ctx, target, arn.split(":", 5)[5], payload)
    return Call(template.service, template.operation, given, **_where(ctx, arn))


def _where(ctx, arn: str) -> dict[str, str]:
    parts = arn.split(":")
    return {"account": parts[4] or ctx.account, "region": parts[3] or ctx.region}
