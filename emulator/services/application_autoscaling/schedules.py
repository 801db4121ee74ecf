"""Scheduled actions: bounds of a target that change on the clock.

https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
"""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.engines.schedules import At, Rate, parse
from emulator.kernel.context import Context, arn
from emulator.kernel.store import replace
from emulator.resources.pagination import page
from emulator.services.application_autoscaling import activities
from emulator.services.application_autoscaling.errors import INVALID_TOKEN, not_found, refused
from emulator.services.application_autoscaling.lookup import target_of
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import Place, Scheduled, scheduled, targets

PAGE = 50
MEMBERS = ("Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction")


@service.operation
def put_scheduled_action(ctx, ServiceNamespace, ResourceId, ScalableDimension, ScheduledActionName, **given):
    """Make an action, or change one: what is not given stays. Raises ObjectNotFoundException, ValidationException."""
    place = Place(ServiceNamespace, ResourceId, ScalableDimension)
    target_of(ctx, place)
    rows = ctx.rows(scheduled)
    before = rows.get((*place, ScheduledActionName))
    config = (before.config if before is not None else {}) | {
        name: given[name] for name in MEMBERS if given.get(name) is not None}  # fmt: skip
    _check(config)
    if before is None:
        name = f"scheduledAction:{ctx.ids.uuid()}:resource/{place.namespace}/{place.resource}"
        own = arn(ctx, "autoscaling", f"{name}:scheduledActionName/{ScheduledActionName}")
        action = Scheduled(*place, ScheduledActionName, own, config, ctx.now)
    else:
        action = replace(before, config=config)
    _arm(ctx, rows.put(action), ctx.now)
    return {}


def _check(config: dict[str, Any]) -> None:
    if "Schedule" not in config:
        raise refused("Schedule is required when creating a new scheduled action")
    try:
        parse(config["Schedule"])
    except ValueError:
        raise refused(f"Invalid schedule expression: {config['Schedule']}") from None
    try:
        ZoneInfo(config.get("Timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise refused(f"Invalid timezone: {config['Timezone']}") from None
    action = config.get("ScalableTargetAction") or {}
    least, most = action.get("MinCapacity"), action.get("MaxCapacity")
    if least is None and most is None:
        raise refused("At least one of MinCapacity and MaxCapacity must be specified in ScalableTargetAction")
    if least is not None and most is not None and least > most:
        raise refused(f"Maximum capacity ({most}) cannot be less than minimum capacity ({least})")
    start, end = config.get("StartTime"), config.get("EndTime")
    if start is not None and end is not None and start >= end:
        raise refused("StartTime must be before EndTime")


def _job(action: Scheduled) -> str:
    return f"scheduled/{action.arn}"


def _next(action: Scheduled, moment: float) -> float | None:
    """When the action is due after a moment; None when it never is again."""
    config = action.config
    expression, zone = parse(config["Schedule"]), ZoneInfo(config.get("Timezone") or "UTC")
    start, end = config.get("StartTime"), config.get("EndTime")
    if isinstance(expression, At):
        due = expression.moment(zone)
        return due if due > moment else None
    if isinstance(expression, Rate):
        due = expression.next(start or action.created, moment)
    else:
        due = expression.following(max(moment, (start or 0) - 1), zone)
    return None if due is None or (end is not None and due > end) else due


def _arm(ctx: Context, action: Scheduled, moment: float) -> None:
    due = _next(action, moment)
    if due is None:
        ctx.cancel(_job(action))
    else:
        ctx.at(due, "run_scheduled", _job(action), key=[*action.place, action.name])


@service.job
def run_scheduled(ctx, key):
    """A scheduled action is due: the bounds of its target change, and hold at once."""
    action = ctx.rows(scheduled).get(tuple(key))
    if action is None:
        return
    _arm(ctx, action, ctx.now)
    target = ctx.rows(targets).get(tuple(action.place))
    if target is None or target.suspended["ScheduledScalingSuspended"]:
        return
    change = action.config["ScalableTargetAction"]
    least, most = change.get("MinCapacity", target.minimum), change.get("MaxCapacity", target.maximum)
    if least > most:
        least, most = (least, least) if "MinCapacity" in change else (most, most)
    cause = f"scheduled action name {action.name} was triggered"
    activities.note(ctx, target, f"Setting min capacity to {least} and max capacity to {most}", cause, "Successful",
                    f"Successfully set min capacity to {least} and max capacity to {most}")  # fmt: skip
    activities.keep_within(ctx, ctx.rows(targets).put(replace(target, minimum=least, maximum=most)))


@service.operation
def delete_scheduled_action(ctx, ServiceNamespace, ScheduledActionName, ResourceId, ScalableDimension):
    """Raises ObjectNotFoundException."""
    place = Place(ServiceNamespace, ResourceId, ScalableDimension)
    found = ctx.rows(scheduled).delete((*place, ScheduledActionName))
    if found is None:
        raise not_found("scheduled action found", place, ("scheduled action name", ScheduledActionName))
    ctx.cancel(_job(found))
    return {}


def forget_all(ctx: Context, place: Place) -> None:
    for action in [each for each in ctx.rows(scheduled) if each.place == place]:
        ctx.rows(scheduled).delete((*place, action.name))
        ctx.cancel(_job(action))


@service.operation
def describe_scheduled_actions(
    ctx, ServiceNamespace, ScheduledActionNames=None, ResourceId=None, ScalableDimension=None, MaxResults=PAGE,
    NextToken=None,
):  # fmt: skip
    """Raises InvalidNextTokenException, ValidationException."""
    if ScalableDimension is not None and ResourceId is None:
        raise refused("ResourceId is required when ScalableDimension is specified")
    found = [
        each for each in ctx.rows(scheduled)
        if each.namespace == ServiceNamespace and (not ScheduledActionNames or each.name in ScheduledActionNames)
        and ResourceId in (None, each.resource) and ScalableDimension in (None, each.dimension)
    ]  # fmt: skip
    query = (ServiceNamespace, ScheduledActionNames, ResourceId, ScalableDimension)
    listed, token = page(ctx, found, lambda each: (*each.place, each.name), NextToken, min(MaxResults, PAGE),
                         query=query, invalid=INVALID_TOKEN)  # fmt: skip
    answer: dict[str, Any] = {"ScheduledActions": [
        {"ScheduledActionName": each.name, "ScheduledActionARN": each.arn, **each.place.shown,
         "CreationTime": each.created, **each.config}
        for each in listed
    ]}  # fmt: skip
    return answer | ({"NextToken": token} if token else {})
