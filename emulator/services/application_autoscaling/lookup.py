"""Finding targets."""

from emulator.kernel.context import Context, arn
from emulator.services.application_autoscaling.errors import not_found
from emulator.services.application_autoscaling.tables import Place, Target, targets


def target_of(ctx: Context, place: Place) -> Target:
    """Raises ObjectNotFoundException."""
    found = ctx.rows(targets).get(tuple(place))
    if found is None:
        raise not_found("scalable target registered", place)
    return found


def target_arn(ctx: Context, target: Target) -> str:
    return arn(ctx, "application-autoscaling", f"scalable-target/{target.id}")
