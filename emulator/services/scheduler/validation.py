"""What AWS refuses in a schedule beyond what its model says.

The words are AWS's own, from recorded answers; https://docs.aws.amazon.com/scheduler/latest/UserGuide/troubleshooting.html
and https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html tell the rules.
"""

import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.engines.schedules import At, parse
from emulator.kernel.errors import AwsError
from emulator.services.scheduler.targets import JSON_INPUT, OUTSIDE, TEMPLATED, UNIVERSAL

START_GRACE = 300  # seconds that a StartDate may lie in the past

# Which service a block of parameters belongs to.
PARAMETERS = {
    "EcsParameters": "ecs", "EventBridgeParameters": "events", "KinesisParameters": "kinesis",
    "SageMakerPipelineParameters": "sagemaker", "SqsParameters": "sqs",
    "EventBridgePutEventsV2Parameters": "events", "EventBridgePutRawEventsParameters": "events",
}  # fmt: skip
REQUIRED = {"events": "EventBridgeParameters", "kinesis": "KinesisParameters", "ecs": "EcsParameters"}

READ_ONLY = (
    "get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "lookup", "discover",
    "validate", "batchGet", "batchDescribe", "batchRead", "transactGet", "adminGet", "adminList", "testMigration",
    "retrieve", "testConnection", "translateDocument", "isAuthorized", "invokeModel",
)  # fmt: skip


def check(ctx, document: dict, before) -> None:
    """Raise ValidationException for a schedule that AWS would not store."""
    expression = _expression(document["ScheduleExpression"])
    _zone(document["ScheduleExpressionTimezone"])
    _window(document["FlexibleTimeWindow"])
    if not isinstance(expression, At):  # dates are ignored for one-time schedules
        _dates(document, before.document if before else {}, ctx.now)
    _target(ctx, document["Target"])


def refused(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def _expression(text: str):
    try:
        return parse(text)
    except ValueError:
        raise refused(f"Invalid Schedule Expression {text}.") from None


def _zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refused(f"Invalid Schedule Expression Timezone {name}.") from None


def _window(window: dict) -> None:
    flexible, given = window["Mode"] == "FLEXIBLE", "MaximumWindowInMinutes" in window
    if flexible and not given:
        raise refused("MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.")
    if given and not flexible:
        raise refused("MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.")


def _dates(document: dict, before: dict, now: float) -> None:
    start, end = document.get("StartDate"), document.get("EndDate")
    if start is not None and start != before.get("StartDate") and start < now - START_GRACE:
        raise refused("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if start is not None and end is not None and start >= end:
        raise refused("The StartDate you specify must come before the EndDate.")


def _target(ctx, target: dict) -> None:
    arn = target["Arn"]
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise refused(f"Provided Arn is not in correct format: {arn}.")
    if arn.startswith(UNIVERSAL):
        _universal(arn, target)
        return
    service, region = parts[2], parts[3]
    if service not in TEMPLATED and service not in OUTSIDE:
        raise refused(f"{service} is not a supported service for a target.")
    if region and region != ctx.region:
        raise refused(f"The target ARN provided does not match the current region {ctx.region}.")
    for block, owner in PARAMETERS.items():
        if block in target and owner != service:
            raise refused(f"Parameters {block} not supported for the target.")
    if service in REQUIRED and not any(PARAMETERS[block] == service for block in target if block in PARAMETERS):
        raise refused(f"Parameters {REQUIRED[service]} must be specified.")
    _special(service, arn, target)
    if service in JSON_INPUT and "Input" in target and not _is_json(target["Input"]):
        raise refused("JSON syntax error in input for the target.")


def _special(service: str, arn: str, target: dict) -> None:
    if service == "sqs":
        fifo, group = arn.endswith(".fifo"), target.get("SqsParameters", {}).get("MessageGroupId")
        if fifo and group is None:
            raise refused("Parameters SqsParameters must be specified.")
        if group is not None and not fifo:
            raise refused("Parameters MessageGroupId not valid for the target.")
    if service == "ecs":
        task = target["EcsParameters"]
        if task.get("LaunchType") == "FARGATE" and "NetworkConfiguration" not in task:
            raise refused(
                "Parameter NetworkConfiguration must be specified for the target when launch type is FARGATE."
            )


def _universal(arn: str, target: dict) -> None:
    action = arn.rpartition(":")[2]
    if "Input" not in target:
        raise refused("You must provide an input to set this target for your schedule.")
    if action.startswith(READ_ONLY):
        raise refused(f"{action} API is not supported.")
    if not _is_json(target["Input"]):
        raise refused("JSON syntax error in input for the target.")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
