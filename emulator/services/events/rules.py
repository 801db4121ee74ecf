"""Rules: an event pattern, a schedule, or both; on a bus, with targets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
"""

from typing import Any

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.events import patterns, schedules
from emulator.services.events.buses import DEFAULT, PAGE, Place, find, rules_of
from emulator.services.events.errors import invalid, limit_exceeded, not_found
from emulator.services.events.service import service
from emulator.services.events.tables import Rule, rules

MOST_RULES = 300  # on one bus


def rule_arn(ctx: Context, at: Place, name: str) -> str:
    path = name if at.name == DEFAULT else f"{at.name}/{name}"
    return arn(ctx, "events", f"rule/{path}", at.region, at.account)


def find_rule(ctx: Context, name: str, bus: str | None) -> tuple[Rule, Place]:
    """Raises ResourceNotFoundException for the bus or the rule."""
    _, at = find(ctx, bus)
    rule = ctx.rows(rules, **at.where).get((at.name, name))
    if rule is None:
        raise not_found(f"Rule {name} does not exist on EventBus {at.name}.")
    return rule, at


def check_unmanaged(rule: Rule, force: bool = False) -> None:
    """Raises ManagedRuleException for what belongs to an AWS service, unless it is forced."""
    if rule.managed_by is not None and not force:
        raise AwsError(
            "ManagedRuleException",
            f"Rule {rule.name} is managed by {rule.managed_by} and can only be modified by that service.",
        )


def save(ctx: Context, at: Place, rule: Rule) -> Rule:
    return ctx.rows(rules, **at.where).put(rule)


@service.operation
def put_rule(
    ctx, Name, EventBusName=None, EventPattern=None, ScheduleExpression=None, State="ENABLED", Description=None,
    RoleArn=None, Tags=(),
):  # fmt: skip
    """Make a rule or replace all of one but its targets and tags. Raises InvalidEventPatternException and the like."""
    _, at = find(ctx, EventBusName)
    if not EventPattern and not ScheduleExpression:
        raise invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if EventPattern:
        patterns.parse(EventPattern)
    if ScheduleExpression:
        if at.name != DEFAULT:
            raise invalid("ScheduleExpression is supported only on the default event bus.")
        schedules.check(ScheduleExpression)
    before = ctx.rows(rules, **at.where).get((at.name, Name))
    if before is None:
        if len(rules_of(ctx, at)) >= MOST_RULES:
            raise limit_exceeded()
        tags = {tag["Key"]: tag["Value"] for tag in Tags}
        before = Rule(at.name, Name, rule_arn(ctx, at, Name), ctx.now, ctx.account, tags=tags)
    else:
        check_unmanaged(before)
    rule = save(ctx, at, replace(
        before, pattern=EventPattern or "", schedule=ScheduleExpression or "", state=State, description=Description,
        role=RoleArn,
    ))  # fmt: skip
    schedules.arm(ctx, at, rule)
    return {"RuleArn": rule.arn}


@service.operation
def delete_rule(ctx, Name, EventBusName=None, Force=False):
    """Deleting what is not there succeeds. Raises ValidationException while it has targets, ManagedRuleException."""
    _, at = find(ctx, EventBusName)
    rule = ctx.rows(rules, **at.where).get((at.name, Name))
    if rule is None:
        return {}
    check_unmanaged(rule, Force)
    if rule.targets:
        raise invalid("Rule can't be deleted since it has targets.")
    remove(ctx, at, rule)
    return {}


def remove(ctx: Context, at: Place, rule: Rule) -> None:
    schedules.disarm(ctx, at, rule)
    ctx.rows(rules, **at.where).delete((rule.bus, rule.name))


@service.operation
def enable_rule(ctx, Name, EventBusName=None):
    """Raises ResourceNotFoundException, ManagedRuleException."""
    _switch(ctx, Name, EventBusName, "ENABLED")
    return {}


@service.operation
def disable_rule(ctx, Name, EventBusName=None):
    """Raises ResourceNotFoundException, ManagedRuleException."""
    _switch(ctx, Name, EventBusName, "DISABLED")
    return {}


def _switch(ctx: Context, name: str, bus: str | None, state: str) -> None:
    rule, at = find_rule(ctx, name, bus)
    check_unmanaged(rule)
    schedules.arm(ctx, at, save(ctx, at, replace(rule, state=state)))


def shown(rule: Rule) -> dict[str, Any]:
    found = {
        "Name": rule.name, "Arn": rule.arn, "EventPattern": rule.pattern or None, "State": rule.state,
        "ScheduleExpression": rule.schedule or None, "Description": rule.description, "RoleArn": rule.role,
        "ManagedBy": rule.managed_by, "EventBusName": rule.bus,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


@service.operation
def describe_rule(ctx, Name, EventBusName=None):
    """Raises ResourceNotFoundException."""
    rule, _ = find_rule(ctx, Name, EventBusName)
    return {**shown(rule), "CreatedBy": rule.created_by}


@service.operation
def list_rules(ctx, NamePrefix="", EventBusName=None, NextToken=None, Limit=PAGE):
    """In the order of their names. Raises ResourceNotFoundException."""
    _, at = find(ctx, EventBusName)
    found = [rule for rule in rules_of(ctx, at) if rule.name.startswith(NamePrefix)]
    listed, following = page(ctx, found, lambda rule: rule.name, NextToken, Limit, query=(at.name, NamePrefix))
    answer = {"Rules": [shown(rule) for rule in listed]}
    return answer | {"NextToken": following} if following else answer


@service.operation
def list_rule_names_by_target(ctx, TargetArn, EventBusName=None, NextToken=None, Limit=PAGE):
    """Raises ResourceNotFoundException."""
    _, at = find(ctx, EventBusName)
    names = [rule.name for rule in rules_of(ctx, at) if any(each["Arn"] == TargetArn for each in rule.targets)]
    listed, following = page(ctx, names, str, NextToken, Limit, query=(at.name, TargetArn))
    answer = {"RuleNames": listed}
    return answer | {"NextToken": following} if following else answer
