"""Scalable targets: registering, describing and deregistering them.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
"""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.application_autoscaling import activities, dimensions, policies, resources, schedules
from emulator.services.application_autoscaling.errors import INVALID_TOKEN, refused
from emulator.services.application_autoscaling.lookup import target_arn, target_of
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import Place, Target, targets

PAGE = 50
SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


@service.operation
def register_scalable_target(
    ctx, ServiceNamespace, ResourceId, ScalableDimension, MinCapacity=None, MaxCapacity=None, RoleARN=None,
    SuspendedState=None, Tags=None,
):  # fmt: skip
    """Register a target, or change one. Raises ValidationException."""
    place = dimensions.check(ServiceNamespace, ResourceId, ScalableDimension)
    before = ctx.rows(targets).get(tuple(place))
    least = before.minimum if MinCapacity is None and before is not None else MinCapacity
    most = before.maximum if MaxCapacity is None and before is not None else MaxCapacity
    _check_bounds(least, most)
    suspended = dict.fromkeys(SUSPENDED, False) if before is None else before.suspended
    suspended = suspended | {name: value for name, value in (SuspendedState or {}).items() if value is not None}
    role = RoleARN or (before.role if before is not None else dimensions.linked_role(ctx.account, place))
    if before is None:
        _check_there(ctx, place, role)
        target = Target(*place, ctx.ids.hex(32), least, most, role, ctx.now, suspended, dict(Tags or {}))
    else:
        if Tags:
            raise refused("Tags cannot be specified when you update a scalable target. Use TagResource instead.")
        target = replace(before, minimum=least, maximum=most, role=role, suspended=suspended)
    ctx.rows(targets).put(target)
    ctx.after(0, "enforce_bounds", f"bounds/{target.id}", place=list(place))
    return {"ScalableTargetARN": target_arn(ctx, target)}


def _check_bounds(least: int | None, most: int | None) -> None:
    if least is None or most is None:
        raise refused("MinCapacity and MaxCapacity are required when registering a new scalable target")
    if least < 0 or most < 0:
        raise refused("MinCapacity and MaxCapacity must not be negative")
    if least > most:
        raise refused(f"Maximum capacity ({most}) cannot be less than minimum capacity ({least})")


def _check_there(ctx: Context, place: Place, role: str) -> None:
    """Raises ValidationException where the resource's service stands and has no such resource."""
    if place.dimension not in resources.SCALERS:
        return
    try:
        resources.capacity(ctx, place, role)
    except AwsError as error:
        if error.status != 501:
            raise refused(resources.ABSENT[place.namespace].format(place.resource)) from None


@service.job
def enforce_bounds(ctx, place):
    """Bounds that were set hold at once."""
    target = ctx.rows(targets).get(tuple(place))
    if target is not None:
        activities.keep_within(ctx, target)


@service.operation
def deregister_scalable_target(ctx, ServiceNamespace, ResourceId, ScalableDimension):
    """Its policies and scheduled actions go with it. Raises ObjectNotFoundException."""
    target = target_of(ctx, Place(ServiceNamespace, ResourceId, ScalableDimension))
    policies.forget_all(ctx, target.place)
    schedules.forget_all(ctx, target.place)
    ctx.rows(targets).delete(tuple(target.place))
    return {}


@service.operation
def describe_scalable_targets(
    ctx, ServiceNamespace, ResourceIds=None, ScalableDimension=None, MaxResults=PAGE, NextToken=None
):
    """Raises InvalidNextTokenException, ValidationException."""
    found = [
        each for each in ctx.rows(targets)
        if each.namespace == ServiceNamespace and (not ResourceIds or each.resource in ResourceIds)
        and ScalableDimension in (None, each.dimension)
    ]  # fmt: skip
    query = (ServiceNamespace, ResourceIds, ScalableDimension)
    listed, token = page(ctx, found, lambda each: tuple(each.place), NextToken, min(MaxResults, PAGE), query=query,
                         invalid=INVALID_TOKEN)  # fmt: skip
    answer: dict[str, Any] = {"ScalableTargets": [
        {**each.place.shown, "MinCapacity": each.minimum, "MaxCapacity": each.maximum, "RoleARN": each.role,
         "CreationTime": each.created, "SuspendedState": each.suspended, "ScalableTargetARN": target_arn(ctx, each)}
        for each in listed
    ]}  # fmt: skip
    return answer | ({"NextToken": token} if token else {})


