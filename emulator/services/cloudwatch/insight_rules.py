"""Contributor Insights: rules that find who contributes most to what logs tell.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutInsightRule.html
"""

from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.cloudwatch.errors import INVALID_TOKEN, invalid_value
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, contributions, insight_rules

PAGE = 500
MOST_KEYS = 4
STATES = ("ENABLED", "DISABLED")
SCHEMA = "CloudWatchLogRule"


@service.operation
def put_insight_rule(ctx, RuleName, RuleDefinition, RuleState="ENABLED", Tags=(), ApplyOnTransformedLogs=False):
    """Make or replace a rule. Raises InvalidParameterValue."""
    definition = _definition(RuleDefinition)
    if RuleState not in STATES:
        raise invalid_value(f"The value {RuleState} for parameter RuleState is invalid.")
    before = ctx.rows(insight_rules).get(RuleName)
    if before is not None and before.config["ManagedRule"]:
        raise invalid_value(f"The rule {RuleName} is managed and cannot be changed.")
    tags = before.tags if before is not None else {tag["Key"]: tag["Value"] for tag in Tags or ()}
    schema = definition["Schema"]
    save(ctx, RuleName, f"{schema['Name']}/{schema['Version']}", RuleDefinition, RuleState, tags,
         ApplyOnTransformedLogs=bool(ApplyOnTransformedLogs))  # fmt: skip
    return {}


def save(
    ctx: Context, name: str, schema: str, definition: str, state: str, tags: dict[str, str], managed: bool = False,
    **more: Any,
) -> None:  # fmt: skip
    config = {"Schema": schema, "Definition": definition, "State": state, "ManagedRule": managed, **more}
    ctx.rows(insight_rules).put(Named(name, config, ctx.now, ctx.now, tags))


def _definition(text: str) -> dict[str, Any]:
    """Raises InvalidParameterValue for what is no definition of a rule."""
    try:
        found = orjson.loads(text)
        schema, contribution = found["Schema"], found["Contribution"]
        wrong = (
            (schema.get("Name") != SCHEMA or schema.get("Version") not in (1, "1"), "Schema")
            , (not (found.get("LogGroupNames") or found.get("LogGroupARNs")), "LogGroupNames")
            , (found.get("LogFormat") not in ("CLF", "JSON"), "LogFormat")
            , (not 1 <= len(contribution["Keys"]) <= MOST_KEYS, "Contribution.Keys")
            , (found.get("AggregateOn") not in ("Count", "Sum"), "AggregateOn")
            , (found.get("AggregateOn") == "Sum" and not contribution.get("ValueOf"), "Contribution.ValueOf")
            , (found.get("LogFormat") == "CLF" and not isinstance(found.get("Fields"), dict), "Fields")
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise invalid_value("The RuleDefinition is not a valid rule definition.") from None
    for bad, name in wrong:
        if bad:
            raise invalid_value(f"The RuleDefinition is not valid: {name} is missing or not supported.")
    return found


@service.operation
def describe_insight_rules(ctx, NextToken=None, MaxResults=PAGE):
    """Raises InvalidNextToken."""
    found, token = page(ctx, ctx.rows(insight_rules), lambda each: each.name, NextToken, MaxResults,
                        invalid=INVALID_TOKEN)  # fmt: skip
    wanted = ("Schema", "Definition", "State", "ManagedRule", "ApplyOnTransformedLogs")
    rules = [{"Name": rule.name, **{name: rule.config[name] for name in wanted if name in rule.config}}
             for rule in found]  # fmt: skip
    return {"InsightRules": rules} | ({"NextToken": token} if token else {})


def _each(ctx: Context, names: list[str], change) -> dict[str, Any]:
    """Do something to every rule; those that are not there are told as failures."""
    rows, failures = ctx.rows(insight_rules), []
    for name in dict.fromkeys(names):
        rule = rows.get(name)
        if rule is None:
            failures.append({
                "FailureResource": name, "ExceptionType": "ResourceNotFoundException", "FailureCode": "404",
                "FailureDescription": f"The rule {name} does not exist.",
            })  # fmt: skip
        else:
            change(rows, rule)
    return {"Failures": failures}


def _to(state: str):
    return lambda rows, rule: rows.put(replace(rule, config=rule.config | {"State": state}))


@service.operation
def enable_insight_rules(ctx, RuleNames):
    return _each(ctx, RuleNames, _to("ENABLED"))


@service.operation
def disable_insight_rules(ctx, RuleNames):
    return _each(ctx, RuleNames, _to("DISABLED"))


@service.operation
def delete_insight_rules(ctx, RuleNames):
    return _each(ctx, RuleNames, lambda rows, rule: forget(ctx, rule))


def forget(ctx: Context, rule: Named) -> None:
    ctx.rows(contributions, rule.name).clear()
    ctx.rows(insight_rules).delete(rule.name)
