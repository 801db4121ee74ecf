"""What IAM is told of Application Auto Scaling: the target that a call acts on, and its condition keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_applicationautoscaling.html
"""

from emulator.auth.policies import Keys
from emulator.kernel.context import Context, arn
from emulator.services.application_autoscaling.lookup import target_arn
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import targets

PLACE = ("ServiceNamespace", "ResourceId", "ScalableDimension")


def resource_of(ctx: Context) -> str | None:
    """The target's ARN; of one that is not there yet a pattern."""
    given = ctx.input
    if "ResourceARN" in given:
        return given["ResourceARN"]
    if not all(given.get(name) for name in PLACE):
        return None
    target = ctx.rows(targets).get(tuple(given[name] for name in PLACE))
    if target is not None:
        return target_arn(ctx, target)
    return arn(ctx, "application-autoscaling", "scalable-target/*")


def condition_keys(ctx: Context, resource: str) -> Keys:
    named = {"ServiceNamespace": "service-namespace", "ScalableDimension": "scalable-dimension"}
    return {f"application-autoscaling:{key}": [ctx.input[name]] for name, key in named.items() if ctx.input.get(name)}


service.resource_of, service.condition_keys = resource_of, condition_keys
