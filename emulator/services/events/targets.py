"""The targets of rules: at most five, checked as AWS checks them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from collections.abc import Iterator
from typing import Any

import orjson

from emulator.engines import event_paths, event_templates, target_calls
from emulator.engines.json_tokens import BrokenJson, redacted
from emulator.engines.target_calls import Arn
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.events.buses import PAGE
from emulator.services.events.errors import invalid, limit_exceeded
from emulator.services.events.inputs import RESERVED
from emulator.services.events.rules import check_unmanaged, find_rule, save
from emulator.services.events.senders import LATER, SENDERS, kind_of
from emulator.services.events.service import service

MOST_TARGETS = 5  # of one rule

# Services that AWS delivers to and that are not the emulator's: taken as targets, failing when an event comes.
OUTSIDE = frozenset((
    "appsync", "batch", "codebuild", "codepipeline", "ec2", "execute-api", "inspector", "inspector2",
    "redshift", "redshift-serverless", "sagemaker", "ssm-incidents",
))  # fmt: skip
NEED_ROLE = frozenset((
    "batch", "codebuild", "codepipeline", "ecs", "glue", "kinesis", "firehose", "states", "api-destination", "ssm",
    "redshift", "redshift-serverless", "sagemaker",
))  # fmt: skip
REQUIRED = {"ecs": "EcsParameters", "batch": "BatchParameters", "ssm": "RunCommandParameters"}
INPUTS = ("Input", "InputPath", "InputTransformer")


def _check(target: dict[str, Any], region: str) -> None:
    """Raises ValidationException."""
    arn = _arn(target["Arn"])
    kind = kind_of(arn)
    if kind == "archive" or not (kind in SENDERS or kind in LATER or kind in OUTSIDE):
        raise invalid(
            f"Parameter {arn.text} is not valid. Reason: Service as target config for ARN: {arn.text} not found. "
            "The API call hasn't been recognized as managed rules call"
        )
    if arn.region and arn.region != region and kind != "event-bus":
        raise invalid(f"Parameter {arn.text} is not valid. Reason: Provided Arn is not in the same region.")
    away = kind == "event-bus" and arn.region != region
    if (kind in NEED_ROLE or away) and "RoleArn" not in target:
        raise invalid(f"RoleArn is required for target {arn.text}.")
    required = REQUIRED.get(kind)
    if required and required not in target:
        raise invalid(f"Parameter(s) {required} must be specified for target: {target['Id']}.")
    if kind == "sqs" and arn.name.endswith(".fifo") and not target.get("SqsParameters", {}).get("MessageGroupId"):
        raise invalid(f"Parameter(s) SqsParameters must be specified for target: {target['Id']}.")
    _check_input(target)


def _arn(text: str) -> Arn:
    try:
        return target_calls.read(text)
    except ValueError:
        raise invalid(f"Parameter {text} is not valid. Reason: Provided Arn is not in correct format.") from None


def _check_input(target: dict[str, Any]) -> None:
    named = target["Id"]
    given = [name for name in INPUTS if name in target]
    if len(given) > 1:
        raise invalid(f"Only one of Input, InputPath, or InputTransformer must be provided for target {named}.")
    if "Input" in target and not _is_json(target["Input"]):
        raise invalid(f"JSON syntax error in input for target {named}.")
    for path in _paths(target):
        try:
            event_paths.parse(path)
        except ValueError:
            raise invalid(f"Invalid InputPath for target {named} : {path}.") from None
    if "InputTransformer" in target:
        _check_transformer(named, target["InputTransformer"])


def _paths(target: dict[str, Any]) -> Iterator[str]:
    if "InputPath" in target:
        yield target["InputPath"]
    yield from target.get("InputTransformer", {}).get("InputPathsMap", {}).values()


def _check_transformer(named: str, transformer: dict[str, Any]) -> None:
    paths, template = transformer.get("InputPathsMap", {}), transformer["InputTemplate"]
    for key in paths:
        if key.lower().startswith("aws."):
            raise invalid(f"InputPathsMap for target {named} contains AWS reserved placeholders.")
    for placeholder in event_templates.placeholders(template):
        if placeholder not in paths and placeholder not in RESERVED:
            raise invalid(f"InputTemplate for target {named} contains invalid placeholder {placeholder}.")
    try:
        event_templates.check(template)
    except BrokenJson as error:
        raise invalid(
            f"Invalid InputTemplate for target {named} : {error.message}\n at {redacted(template, error.offset)}."
        ) from None


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


@service.operation
def put_targets(ctx, Rule, Targets, EventBusName=None):
    """Add targets, or replace those of their ids. Raises LimitExceededException, ValidationException and the like."""
    rule, at = find_rule(ctx, Rule, EventBusName)
    check_unmanaged(rule)
    for target in Targets:
        _check(target, at.region)
    kept = {target["Id"]: target for target in rule.targets} | {target["Id"]: target for target in Targets}
    if len(kept) > MOST_TARGETS:
        raise limit_exceeded()
    save(ctx, at, replace(rule, targets=tuple(kept[name] for name in sorted(kept))))
    return {"FailedEntryCount": 0, "FailedEntries": []}


@service.operation
def remove_targets(ctx, Rule, Ids, EventBusName=None, Force=False):
    """Ids that the rule has no target of are told as failed. Raises ResourceNotFoundException, ManagedRuleException."""
    rule, at = find_rule(ctx, Rule, EventBusName)
    check_unmanaged(rule, Force)
    known = {target["Id"] for target in rule.targets}
    failed = [
        {"TargetId": each, "ErrorCode": "ResourceNotFoundException",
         "ErrorMessage": f"Rule {Rule} does not have a target with the Id {each}."}
        for each in Ids if each not in known
    ]  # fmt: skip
    save(ctx, at, replace(rule, targets=tuple(each for each in rule.targets if each["Id"] not in Ids)))
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


@service.operation
def list_targets_by_rule(ctx, Rule, EventBusName=None, NextToken=None, Limit=PAGE):
    """In the order of their ids. Raises ResourceNotFoundException."""
    rule, at = find_rule(ctx, Rule, EventBusName)
    listed, following = page(
        ctx, rule.targets, lambda target: target["Id"], NextToken, Limit, query=(at.name, Rule)
    )
    answer = {"Targets": list(listed)}
    return answer | {"NextToken": following} if following else answer
