"""Targets of target groups and their health.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import re
from collections.abc import Callable
from operator import attrgetter

from emulator.engines.check_digits import address as is_address
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table, replace
from emulator.services.elbv2 import attributes, facts, rules, target_groups
from emulator.services.elbv2.service import enabled, refused, service
from emulator.services.elbv2.target_groups import TargetGroup, family

# What the ids of targets must be, by the group's type, and what is said to others.
IDS = {
    "ip": (is_address, "ValidationError", "The IP address '{}' is not a valid IPv4 or IPv6 address"),
    "instance": (re.compile(r"i-[0-9A-Za-z]+").fullmatch, "InvalidTarget", "Instance ID '{}' is not valid"),
    "lambda": (re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:\S+").fullmatch, "InvalidTarget",
               "'{}' is not a valid Lambda ARN"),
    "alb": (re.compile(r"arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/app/\S+").fullmatch,
            "InvalidTarget", "The target '{}' is not valid"),
}  # fmt: skip
QUIC = ("QUIC", "TCP_QUIC")

# What AWS says of each state, by reason.
DESCRIPTIONS = {
    "Elb.RegistrationInProgress": "Target registration is in progress",
    "Target.DeregistrationInProgress": "Target deregistration is in progress",
    "Target.NotInUse": "Target group is not configured to receive traffic from the load balancer",
    "Target.NotRegistered": "Target is not registered to the target group",
    "Target.HealthCheckDisabled": "Health checks are not enabled for this target",
    "Target.Timeout": "Request timed out",
    "Target.FailedHealthChecks": "Health checks failed",
}


class Target(Record):
    """``seen`` is what probes found: "" before the first, "healthy", or the reason why not; ``count`` in a row."""

    group: str
    id: str
    port: int
    zone: str = ""
    registered: float = 0.0
    draining: float | None = None  # when its deregistration ends
    seen: str = ""
    count: int = 0
    description: str = ""
    since: float = 0.0  # when it became what it is
    quic: str = ""  # its QuicServerId


targets = Table("elbv2.target", Target, key=lambda each: (each.group, each.id, each.port), ordered=True,
                indexes={"group": attrgetter("group")})


registered: list[Callable] = []  # called with the context and the target group, when targets were registered
# Called with the context, the target group, a target that gets no traffic any more, and one of these reasons:
lost: list[Callable] = []
DEREGISTERED, UNHEALTHY = "deregistration_delay", "target_health_state.unhealthy"


def of(ctx, group: str) -> list[Target]:
    """The targets of a target group, draining ones included."""
    return list(ctx.rows(targets).by("group", group, group))


def _port(group, target: dict) -> int:
    return target.get("Port") or group.document.get("Port", 0)


def _check(group, target: dict) -> None:
    fits, code, message = IDS[group.document["TargetType"]]
    if not fits(target["Id"]):
        raise AwsError(code, message.format(target["Id"]), 400)
    if ("QuicServerId" in target) != (group.document.get("Protocol") in QUIC):
        raise refused("A QUIC server ID is required for targets of QUIC and TCP_QUIC target groups, and for no others")


@service.operation
def register_targets(ctx, TargetGroupArn, Targets):
    """Raises TargetGroupNotFound, InvalidTarget, TooManyTargets."""
    group, rows = target_groups.find(ctx, TargetGroupArn), ctx.rows(targets)
    for each in Targets:
        _check(group, each)
        key = (group.arn, each["Id"], _port(group, each))
        if key not in rows or rows[key].draining is not None:
            rows.put(Target(*key, zone=each.get("AvailabilityZone", ""), registered=ctx.now,
                            quic=each.get("QuicServerId", "")))
    for follow in registered:
        follow(ctx, group)
    facts.check_quota("targets-per-target-group", len(of(ctx, group.arn)) - 1, "TooManyTargets")
    if group.document["TargetType"] == "lambda" and len(of(ctx, group.arn)) > 1:
        raise AwsError("TooManyTargets", "A target group of type 'lambda' can have one target")
    return {}


@service.operation
def deregister_targets(ctx, TargetGroupArn, Targets):
    """Targets in use drain first. Raises TargetGroupNotFound, InvalidTarget."""
    group, rows = target_groups.find(ctx, TargetGroupArn), ctx.rows(targets)
    delay = int(attributes.of("TargetGroup", group).get("deregistration_delay.timeout_seconds", 0))
    for each in Targets:
        found = [target for target in of(ctx, group.arn)
                 if target.id == each["Id"] and each.get("Port") in (None, target.port)]
        for target in found:
            if delay and rules.users(ctx, group.arn):
                rows.put(replace(target, draining=ctx.now + delay))
                ctx.after(delay, "drained", key=[target.group, target.id, target.port])
            else:
                _remove(ctx, group, target)
    return {}


@service.job
def drained(ctx, key):
    """The deregistration delay is over: the target is gone, unless it was registered again."""
    target = ctx.rows(targets).get(tuple(key))
    if target is not None and target.draining is not None and target.draining <= ctx.now:
        _remove(ctx, target_groups.find(ctx, target.group), target)


def _remove(ctx, group, target: Target) -> None:
    ctx.rows(targets).delete((target.group, target.id, target.port))
    lose(ctx, group, target, DEREGISTERED)


def lose(ctx, group, target: Target, why: str) -> None:
    """A target gets no traffic any more; ``why`` is one of the reasons above."""
    for follow in lost:
        follow(ctx, group, target, why)


@TargetGroup.on_delete
def go_along(ctx, group):
    for each in of(ctx, group.arn):
        ctx.rows(targets).delete((each.group, each.id, each.port))


def watched(ctx, group) -> bool:
    """Whether the targets of a group are really asked for their health: addresses and functions of the data plane."""
    return enabled(ctx) and group.document["TargetType"] in ("ip", "lambda")


def health(ctx, group, target: Target, used: bool = False) -> dict:
    """State, reason and description of a target, as DescribeTargetHealth tells them; ``used``: it surely is."""
    document = group.document
    if target.draining is not None:
        return _told("draining", "Target.DeregistrationInProgress")
    if not (used or rules.users(ctx, group.arn)):
        return _told("unused", "Target.NotInUse")
    if not document["HealthCheckEnabled"]:
        return _told("unavailable", "Target.HealthCheckDisabled")
    if target.seen not in ("", "healthy"):
        drains = attributes.of("TargetGroup", group).get("target_health_state.unhealthy.draining_interval_seconds", "0")
        state = "unhealthy.draining" if ctx.now < target.since + int(drains) else "unhealthy"
        return _told(state, target.seen, target.description)
    assumed = ctx.now >= well_since(group, target) and not watched(ctx, group)
    if target.seen == "healthy" or assumed:
        return {"State": "healthy"}
    return _told("initial", "Elb.RegistrationInProgress")


def well_since(group, target: Target) -> float:
    """When a target became healthy. One that nothing probes (EC2 instances are not here) is when its first check would
    be over.
    """
    return target.since or target.registered + group.document["HealthCheckIntervalSeconds"]


def _told(state: str, reason: str, description: str = "") -> dict:
    return {"State": state, "Reason": reason, "Description": description or DESCRIPTIONS[reason]}


@service.operation
def describe_target_health(ctx, TargetGroupArn, Targets=None, Include=None):
    """Raises TargetGroupNotFound."""
    group = target_groups.find(ctx, TargetGroupArn)
    known = of(ctx, group.arn)
    if Targets:
        asked = [(each["Id"], _port(group, each)) for each in Targets]
        known = [each for each in known if (each.id, each.port) in asked]
        there = {(each.id, each.port) for each in known}
        absent = [Target(group.arn, id, port) for id, port in asked if (id, port) not in there]
    else:
        absent = []
    return {"TargetHealthDescriptions": [_description(ctx, group, each, Include or ()) for each in known] + [
        {"Target": _shown(group, each), "TargetHealth": _told("unused", "Target.NotRegistered")} for each in absent]}


def _shown(group, target: Target) -> dict:
    port = {} if group.document["TargetType"] == "lambda" else {"Port": target.port}
    told = {"AvailabilityZone": target.zone, "QuicServerId": target.quic}
    return {"Id": target.id, **port, **{name: value for name, value in told.items() if value}}


def _description(ctx, group, target: Target, include) -> dict:
    asked = group.document.get("HealthCheckPort")
    found = {"Target": _shown(group, target), "TargetHealth": health(ctx, group, target)}
    if asked:
        found["HealthCheckPort"] = str(target.port) if asked == "traffic-port" else asked
    if family(group.document) == "application" and {"AnomalyDetection", "All"} & set(include):
        found["AnomalyDetection"] = {"Result": "normal", "MitigationInEffect": "no"}
    if {"AdministrativeOverride", "All"} & set(include):
        found["AdministrativeOverride"] = {
            "State": "no_override", "Reason": "AdministrativeOverride.NoOverride",
            "Description": "No override is currently active on target"}
    return found
