"""What IAM is told of EventBridge: the ARN that a call acts on, the policy of a bus, tags.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
"""

import orjson

from emulator.kernel.context import Context, arn
from emulator.services.events.archives import Archive
from emulator.services.events.buses import DEFAULT, look, place
from emulator.services.events.connections import Connection
from emulator.services.events.destinations import ApiDestination
from emulator.services.events.endpoints import Endpoint
from emulator.services.events.replays import Replay
from emulator.services.events.rules import rule_arn
from emulator.services.events.service import service
from emulator.services.events.tables import buses, rules

RULES = {
    "DeleteRule": "Name", "DescribeRule": "Name", "DisableRule": "Name", "EnableRule": "Name", "PutRule": "Name",
    "ListTargetsByRule": "Rule", "PutTargets": "Rule", "RemoveTargets": "Rule",
}  # fmt: skip
BUSES = {
    "CreateEventBus": "Name", "DeleteEventBus": "Name", "DescribeEventBus": "Name", "UpdateEventBus": "Name",
    "PutPermission": "EventBusName", "RemovePermission": "EventBusName",
}  # fmt: skip
SOURCES = ("ActivateEventSource", "DeactivateEventSource", "DescribeEventSource")
DECLARED = (Archive, Connection, ApiDestination, Endpoint, Replay)


def resource_of(ctx: Context) -> str | None:
    """The ARN of what a call names; of what is not there yet, or has an id of AWS's behind its name, a pattern."""
    given, operation = ctx.input, ctx.operation
    if operation in RULES:
        return rule_arn(ctx, place(ctx, given.get("EventBusName")), given[RULES[operation]])
    if operation in BUSES:
        at = place(ctx, given.get(BUSES[operation]))
        return arn(ctx, "events", f"event-bus/{at.name}", at.region, at.account)
    if operation in SOURCES:
        return arn(ctx, "events", f"event-source/{given['Name']}", account="")
    for resource in DECLARED:
        if resource.id_member in given and (
            operation in resource.operations or operation in ("CancelReplay", "DeauthorizeConnection")
        ):
            record = resource.find(ctx, given)
            return record.arn if record else resource.arn_of(ctx, resource.key(given)) + BEHIND.get(resource, "")
    return None


BEHIND = {Connection: "/*", ApiDestination: "/*"}


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The owner and policy of a bus; None for what is no bus here. AWS's services reach every default bus."""
    if ":event-bus/" not in arn:
        return None
    at = place(ctx, arn)
    bus = look(ctx, at)
    if bus is not None and at.name == DEFAULT and ctx.principal.kind == "Service":
        leave = {"Effect": "Allow", "Principal": {"Service": ctx.principal.user_id}, "Action": "events:*",
                 "Resource": bus.arn}  # fmt: skip
        return at.account, orjson.dumps({"Version": "2012-10-17", "Statement": [leave]}).decode()
    return (at.account, bus.policy or None) if bus else None


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a bus or a rule."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return {}
    kind, _, name = parts[5].partition("/")
    where = {"account": parts[4] or ctx.account, "region": parts[3] or ctx.region}
    if kind == "event-bus":
        bus = ctx.rows(buses, **where).get(name)
        return bus.tags if bus else {}
    bus_name, _, rule_name = name.rpartition("/")
    rule = ctx.rows(rules, **where).get((bus_name or DEFAULT, rule_name)) if kind == "rule" else None
    return rule.tags if rule else {}


service.resource_of, service.resource_policy, service.resource_tags = resource_of, resource_policy, resource_tags
