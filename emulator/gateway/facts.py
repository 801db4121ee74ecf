"""What IAM is told of resources: by the service itself, or by the declaration that serves them."""

from emulator import services
from emulator.auth.actions import Resources
from emulator.auth.authorization import Facts
from emulator.auth.policies import Keys
from emulator.kernel.context import Context
from emulator.resources import declared, resource_of
from emulator.resources.registry import by_arn


def resource(ctx: Context) -> Resources | dict[str, str] | None:
    """The ARN that a call acts on, several of them, or one for each action; None where nobody tells."""
    service = services.load(ctx.service)
    if service.resource_of is not None:
        return service.resource_of(ctx)
    if any(ctx.operation in each.operations for each in declared(service)):
        return resource_of(ctx, service, ctx.operation, ctx.input)
    return None


def policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    service = services.load(ctx.service)
    return service.resource_policy(ctx, arn) if service.resource_policy is not None else None


def tags(ctx: Context, arn: str) -> dict[str, str]:
    service = services.load(ctx.service)
    if service.resource_tags is not None:
        return service.resource_tags(ctx, arn)
    found = by_arn(ctx, service, arn)
    record = found[0].find_arn(ctx, arn) if found else None
    return record.tags if record else {}


def keys(ctx: Context, arn: str) -> Keys:
    service = services.load(ctx.service)
    return service.condition_keys(ctx, arn) if service.condition_keys is not None else {}


FACTS = Facts(resource, policy, tags, keys)
