"""Scaling activities: setting a target's capacity, and telling what became of it.

https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html
"""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources.pagination import page
from emulator.services.application_autoscaling import resources
from emulator.services.application_autoscaling.dimensions import DIMENSIONS
from emulator.services.application_autoscaling.errors import INVALID_TOKEN
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import Activity, Target, activities

KEPT = 42 * 86400
PAGE = 50


def set_capacity(ctx: Context, target: Target, wanted: int, cause: str) -> bool:
    """Set the capacity of a target, within its bounds or not; whether that succeeded. An activity tells it."""
    what = DIMENSIONS[target.dimension].what
    description = f"Setting {what} to {wanted}."
    try:
        with ctx.transaction():
            resources.scale(ctx, target.place, target.role, wanted)
    except AwsError as error:
        note(ctx, target, description, cause, "Failed", f"Failed to set {what} to {wanted}. Reason: {error.message}")
        return False
    note(ctx, target, description, cause, "Successful",
         f"Successfully set {what} to {wanted}. Change successfully fulfilled by {target.namespace}.")  # fmt: skip
    return True


def note(
    ctx: Context, target: Target, description: str, cause: str, status: str, message: str, reasons: tuple = ()
) -> None:
    rows = ctx.rows(activities)
    newest, oldest = rows.highest(), rows.lowest()
    while oldest is not None and oldest.started < ctx.now - KEPT:
        rows.delete(oldest.number)
        oldest = rows.lowest()
    rows.put(Activity(
        newest.number + 1 if newest is not None else 0, ctx.ids.uuid(), *target.place, description, cause, ctx.now,
        ctx.now, status, message, reasons,
    ))  # fmt: skip


def current(ctx: Context, target: Target, cause: str) -> int | None:
    """The capacity of a target; None, with a failed activity, where it can't be told."""
    try:
        return resources.capacity(ctx, target.place, target.role)
    except AwsError as error:
        what = DIMENSIONS[target.dimension].what
        note(ctx, target, f"Reading {what}.", cause, "Failed", f"Failed to read {what}. Reason: {error.message}")
        return None


def keep_within(ctx: Context, target: Target, cause: str = "") -> None:
    """Bring a target between its bounds, where it is not."""
    found = current(ctx, target, cause or "the bounds of the scalable target were set")
    if found is None:
        return
    wanted = min(max(found, target.minimum), target.maximum)
    if wanted != found:
        bound = "minimum" if wanted > found else "maximum"
        set_capacity(ctx, target, wanted, cause or f"{bound} capacity was set to {wanted}")


@service.operation
def describe_scaling_activities(
    ctx, ServiceNamespace, ResourceId=None, ScalableDimension=None, MaxResults=PAGE, NextToken=None,
    IncludeNotScaledActivities=False,
):  # fmt: skip
    """The newest first, of six weeks. Raises InvalidNextTokenException, ValidationException."""

    def wanted(activity: Activity) -> bool:
        return (
            activity.namespace == ServiceNamespace and ResourceId in (None, activity.resource)
            and ScalableDimension in (None, activity.dimension)
            and (IncludeNotScaledActivities or not activity.reasons)
        )  # fmt: skip

    items = filter(wanted, ctx.rows(activities).range(reverse=True))
    query = (ServiceNamespace, ResourceId, ScalableDimension, bool(IncludeNotScaledActivities))
    found, token = page(ctx, items, lambda each: -each.number, NextToken, min(MaxResults, PAGE), query=query,
                        invalid=INVALID_TOKEN)  # fmt: skip
    answer = {"ScalingActivities": [_shown(each) for each in found]}
    return answer | ({"NextToken": token} if token else {})


def _shown(activity: Activity) -> dict[str, Any]:
    found = {
        "ActivityId": activity.id, "ServiceNamespace": activity.namespace, "ResourceId": activity.resource,
        "ScalableDimension": activity.dimension, "Description": activity.description, "Cause": activity.cause,
        "StartTime": activity.started, "EndTime": activity.ended, "StatusCode": activity.status,
        "StatusMessage": activity.message,
    }  # fmt: skip
    return found | ({"NotScaledReasons": list(activity.reasons)} if activity.reasons else {})
