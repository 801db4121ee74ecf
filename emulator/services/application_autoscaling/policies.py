"""Scaling policies: making them with their alarms, and acting when an alarm says so.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
"""

from typing import Any

from emulator.kernel.context import Context, arn
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.application_autoscaling import activities, adjusting, tracking
from emulator.services.application_autoscaling.dimensions import DIMENSIONS
from emulator.services.application_autoscaling.errors import INVALID_TOKEN, not_found, refused
from emulator.services.application_autoscaling.lookup import target_of
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import Place, Policy, Target, policies, targets

PAGE = 10
CONFIGURATIONS = {
    "StepScaling": "StepScalingPolicyConfiguration",
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
    "PredictiveScaling": "PredictiveScalingPolicyConfiguration",
}


@service.operation
def put_scaling_policy(ctx, PolicyName, ServiceNamespace, ResourceId, ScalableDimension, PolicyType=None, **given):
    """Make a policy or replace one. Raises ObjectNotFoundException, ValidationException."""
    place = Place(ServiceNamespace, ResourceId, ScalableDimension)
    target = target_of(ctx, place)
    rows = ctx.rows(policies)
    before = rows.get((*place, PolicyName))
    type = PolicyType or (before.type if before is not None else "StepScaling")
    config = given.get(CONFIGURATIONS[type])
    if config is None:
        raise refused(f"{CONFIGURATIONS[type]} is required for the policy type {type}")
    if before is not None and before.type != type:
        raise refused(f"The policy type of {PolicyName} cannot be changed")
    _check(place, type, config)
    if before is None:
        name = f"scalingPolicy:{ctx.ids.uuid()}:resource/{place.namespace}/{place.resource}:policyName/{PolicyName}"
        policy = Policy(*place, PolicyName, arn(ctx, "autoscaling", name), type, config, ctx.now)
    else:
        policy = replace(before, config=config)
    if type == "TargetTrackingScaling":
        tracking.forget_alarms(ctx, policy)
        policy = replace(policy, alarms=tracking.make_alarms(ctx, target, policy))
    rows.put(policy)
    return {"PolicyARN": policy.arn, "Alarms": _alarms(ctx, policy)}


def _check(place: Place, type: str, config: dict[str, Any]) -> None:
    if type == "StepScaling":
        if place.namespace in ("dynamodb", "cassandra", "lambda", "kafka", "elasticache"):
            raise refused(f"Policy type StepScaling is not supported for {place.dimension}")
        adjusting.check(config)
    elif type == "TargetTrackingScaling":
        tracking.check(place, config)
    elif place.namespace != "ecs":
        raise refused("Predictive scaling policies are only supported for the service namespace ecs")


def _alarms(ctx: Context, policy: Policy) -> list[dict[str, str]]:
    """The alarms that the policy has made, or that name it among their actions."""
    found = ctx.call("cloudwatch", "DescribeAlarms", {"ActionPrefix": policy.arn, "MaxRecords": 100})["MetricAlarms"]
    return [{"AlarmName": each["AlarmName"], "AlarmARN": each["AlarmArn"]} for each in found]


@service.job
def policy_alarmed(ctx, policy, alarm, value, threshold):
    """An alarm that names a policy (by its ARN) is in the state that it acts in; ``value`` is its newest datapoint."""
    found = next((each for each in ctx.rows(policies) if each.arn == policy), None)
    target = ctx.rows(targets).get(tuple(found.place)) if found is not None else None
    if target is None:
        return
    cause = f"monitor alarm {alarm} in state ALARM triggered policy {found.name}"
    capacity = activities.current(ctx, target, cause)
    if capacity is None:
        return
    if found.type == "StepScaling":
        wanted = adjusting.wanted(found.config, capacity, value, threshold)
    else:
        wanted = tracking.wanted(ctx, found, alarm, capacity, value)
    _scale(ctx, target, found, capacity, wanted, cause)


def _scale(ctx: Context, target: Target, policy: Policy, capacity: int, wanted: int, cause: str) -> None:
    bounded = min(max(wanted, target.minimum), target.maximum)
    if bounded == capacity:
        if wanted != capacity:
            _unscaled(ctx, target, capacity, wanted, cause)
        return
    direction = "Out" if bounded > capacity else "In"
    if target.suspended[f"DynamicScaling{direction}Suspended"] or ctx.now < policy.scaled + _cooldown(
        policy, direction
    ):
        return
    if activities.set_capacity(ctx, target, bounded, cause):
        scaled = ctx.rows(policies).put(replace(policy, scaled=ctx.now))
        if policy.type == "TargetTrackingScaling":
            tracking.capacity_changed(ctx, target, scaled)


def _cooldown(policy: Policy, direction: str) -> float:
    usual = DIMENSIONS[policy.dimension].cooldown
    if policy.type == "StepScaling":
        return policy.config.get("Cooldown", usual)
    return policy.config.get(f"Scale{direction}Cooldown", usual)


def _unscaled(ctx: Context, target: Target, capacity: int, wanted: int, cause: str) -> None:
    """A policy would have scaled beyond a bound that the target has reached."""
    most = wanted > capacity
    reason = {"Code": "AlreadyAtMaxCapacity" if most else "AlreadyAtMinCapacity", "CurrentCapacity": capacity,
              **({"MaxCapacity": target.maximum} if most else {"MinCapacity": target.minimum})}  # fmt: skip
    what = DIMENSIONS[target.dimension].what
    activities.note(ctx, target, f"Attempting to scale due to alarm triggered, {what} is {capacity}.", cause,
                    "Unfulfilled", f"The {what} is at its bound.", (reason,))  # fmt: skip


@service.operation
def delete_scaling_policy(ctx, PolicyName, ServiceNamespace, ResourceId, ScalableDimension):
    """Its own alarms go with it. Raises ObjectNotFoundException."""
    place = Place(ServiceNamespace, ResourceId, ScalableDimension)
    policy = ctx.rows(policies).delete((*place, PolicyName))
    if policy is None:
        raise not_found("scaling policy found", place, ("policy name", PolicyName))
    tracking.forget_alarms(ctx, policy)
    return {}


def forget_all(ctx: Context, place: Place) -> None:
    for policy in [each for each in ctx.rows(policies) if each.place == place]:
        ctx.rows(policies).delete((*place, policy.name))
        tracking.forget_alarms(ctx, policy)


@service.operation
def describe_scaling_policies(
    ctx, ServiceNamespace, PolicyNames=None, ResourceId=None, ScalableDimension=None, MaxResults=PAGE, NextToken=None
):
    """Raises InvalidNextTokenException, ValidationException."""
    if ScalableDimension is not None and ResourceId is None:
        raise refused("ResourceId is required when ScalableDimension is specified")
    found = [
        each for each in ctx.rows(policies)
        if each.namespace == ServiceNamespace and (not PolicyNames or each.name in PolicyNames)
        and ResourceId in (None, each.resource) and ScalableDimension in (None, each.dimension)
    ]  # fmt: skip
    query = (ServiceNamespace, PolicyNames, ResourceId, ScalableDimension)
    listed, token = page(ctx, found, lambda each: (*each.place, each.name), NextToken, min(MaxResults, 50),
                         query=query, invalid=INVALID_TOKEN)  # fmt: skip
    answer: dict[str, Any] = {"ScalingPolicies": [
        {"PolicyARN": each.arn, "PolicyName": each.name, **each.place.shown, "PolicyType": each.type,
         CONFIGURATIONS[each.type]: each.config, "Alarms": _alarms(ctx, each), "CreationTime": each.created}
        for each in listed
    ]}  # fmt: skip
    return answer | ({"NextToken": token} if token else {})
