"""Managed rules: those that AWS services keep, DynamoDB's among them, and templates for resources.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutManagedInsightRules.html
"""

import hashlib
from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.cloudwatch.errors import INVALID_TOKEN, invalid_value
from emulator.services.cloudwatch.insight_rules import forget, save
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Contribution, Named, contributions, insight_rules

PAGE = 500
MINUTE = 60
KEPT = 24 * 3600  # seconds that contributions stay
# Templates by the beginning of what follows the account in a resource's ARN, each with the names of its keys.
TEMPLATES = {
    "vpc-endpoint-service/": {
        f"VpcEndpointService-{metric}ByEndpointId-v1": "endpoint-id"
        for metric in ("Bytes", "ActiveConnections", "NewConnections", "RstPackets")
    },
}


def _templates(arn: str) -> dict[str, str]:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise invalid_value(f"The value {arn} for parameter ResourceARN is invalid.")
    return next((found for kind, found in TEMPLATES.items() if parts[5].startswith(kind)), {})


def _name(template: str, arn: str) -> str:
    return f"{template}-{hashlib.sha256(arn.encode()).hexdigest()[:16]}"


@service.operation
def list_managed_insight_rules(ctx, ResourceARN, NextToken=None, MaxResults=PAGE):
    """The templates for a resource, with the rules made of them. Raises InvalidNextToken, InvalidParameterValue."""
    found, token = page(ctx, sorted(_templates(ResourceARN)), str, NextToken, MaxResults, query=ResourceARN,
                        invalid=INVALID_TOKEN)  # fmt: skip
    rules = []
    for template in found:
        rule = ctx.rows(insight_rules).get(_name(template, ResourceARN))
        state = {"RuleState": {"RuleName": rule.name, "State": rule.config["State"]}} if rule is not None else {}
        rules.append({"TemplateName": template, "ResourceARN": ResourceARN, **state})
    return {"ManagedRules": rules} | ({"NextToken": token} if token else {})


@service.operation
def put_managed_insight_rules(ctx, ManagedRules):
    """Make rules of templates; those that can't be made are told as failures."""
    failures = []
    for given in ManagedRules:
        template, resource = given["TemplateName"], given["ResourceARN"]
        key = _templates(resource).get(template)
        if key is None:
            failures.append({
                "FailureResource": template, "ExceptionType": "InvalidParameterValueException", "FailureCode": "400",
                "FailureDescription": f"The template {template} is not available for {resource}.",
            })  # fmt: skip
            continue
        tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()}
        save(ctx, _name(template, resource), "ManagedRule/1", _definition([key]), "ENABLED", tags, managed=True,
             resource=resource)  # fmt: skip
    return {"Failures": failures}


def _definition(keys: list[str]) -> str:
    return orjson.dumps({
        "Schema": {"Name": "ManagedRule", "Version": 1}, "AggregateOn": "Count", "Contribution": {"Keys": keys}
    }).decode()  # fmt: skip


@service.job
def keep_rule(ctx, name, keys, on):
    """A service switches one of its own rules on or off; ``keys`` are the labels of its contributors."""
    rule: Named | None = ctx.rows(insight_rules).get(name)
    if not on:
        if rule is not None:
            forget(ctx, rule)
    elif rule is None:
        save(ctx, name, "DynamoDBContributorInsights/1", _definition(keys), "ENABLED", {}, managed=True)


@service.job
def contribute(ctx, rules):
    """A service tells contributions: by the rule's name [keys, how much] pairs."""
    for name, found in rules.items():
        rule = ctx.rows(insight_rules).get(name)
        if rule is not None and rule.config["State"] == "ENABLED":
            for keys, value in found:
                add(ctx, name, tuple(keys), value)


def add(ctx: Context, rule: str, keys: tuple[str, ...], value: float) -> None:
    at = int(ctx.now // MINUTE * MINUTE)
    rows = ctx.rows(contributions, rule)
    oldest: Any = rows.lowest()
    if oldest is not None and oldest.at < ctx.now - KEPT:
        rows.delete((oldest.at, *oldest.keys))
    before = rows.get((at, *keys))
    if before is None:
        rows.put(Contribution(at, keys, 1.0, value, value, value))
    else:
        rows.put(replace(before, count=before.count + 1, total=before.total + value, low=min(before.low, value),
                         high=max(before.high, value)))  # fmt: skip
