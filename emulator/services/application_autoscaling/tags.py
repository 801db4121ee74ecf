"""Tags of scalable targets.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.application_autoscaling.lookup import target_arn
from emulator.services.application_autoscaling.service import service
from emulator.services.application_autoscaling.tables import Target, targets

MOST = 50


def _target(ctx: Context, arn: str) -> Target:
    for target in ctx.rows(targets):
        if target_arn(ctx, target) == arn:
            return target
    raise AwsError("ResourceNotFoundException", f"The specified resource does not exist: {arn}", ResourceName=arn)


@service.operation
def tag_resource(ctx, ResourceARN, Tags):
    """Raises ResourceNotFoundException, TooManyTagsException, ValidationException."""
    target = _target(ctx, ResourceARN)
    if any(key.lower().startswith("aws:") for key in Tags):
        raise AwsError("ValidationException", "Tag keys that begin with aws: are reserved.")
    tags = target.tags | Tags
    if len(tags) > MOST:
        raise AwsError("TooManyTagsException", f"A resource cannot have more than {MOST} tags.",
                       ResourceName=ResourceARN)  # fmt: skip
    ctx.rows(targets).put(replace(target, tags=tags))
    return {}


@service.operation
def untag_resource(ctx, ResourceARN, TagKeys):
    """Raises ResourceNotFoundException."""
    target = _target(ctx, ResourceARN)
    tags = {key: value for key, value in target.tags.items() if key not in TagKeys}
    ctx.rows(targets).put(replace(target, tags=tags))
    return {}


@service.operation
def list_tags_for_resource(ctx, ResourceARN):
    """Raises ResourceNotFoundException."""
    return {"Tags": _target(ctx, ResourceARN).tags}


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of a target, for IAM."""
    return next((target.tags for target in ctx.rows(targets) if target_arn(ctx, target) == arn), {})


service.resource_tags = resource_tags
