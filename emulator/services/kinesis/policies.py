"""Resource policies of streams and consumers.

https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis import sealing
from emulator.services.kinesis.errors import in_use, invalid, not_found, refused
from emulator.services.kinesis.lookup import owner
from emulator.services.kinesis.resources import Named, kind_of, resource
from emulator.services.kinesis.service import service

LONGEST = 20 * 1024  # bytes


def _holder(ctx: Context, arn: str) -> Named:
    """The stream or consumer of an ARN. Raises ResourceNotFoundException, ResourceInUseException."""
    if kind_of(arn) not in ("stream", "consumer"):
        raise invalid(f"Resource policies are not supported for {arn}.")
    found = resource(ctx, arn, missing=None)
    if found is None:
        raise not_found(f"{kind_of(arn).capitalize()} with ARN {arn} not found")
    if found.record.status not in ("ACTIVE", "UPDATING"):
        raise in_use(f"Resource {arn} is not in ACTIVE status.")
    return found


@service.operation
def get_resource_policy(ctx, ResourceARN):
    """The policy; an empty document when there is none. Raises ResourceNotFoundException."""
    return {"Policy": _holder(ctx, ResourceARN).record.policy or "{}"}


@service.operation
def put_resource_policy(ctx, ResourceARN, Policy):
    """Raises InvalidArgumentException, ResourceNotFoundException, ValidationException."""
    found = _holder(ctx, ResourceARN)
    _check(ResourceARN, Policy)
    found.save(replace(found.record, policy=Policy))


@service.operation
def delete_resource_policy(ctx, ResourceARN):
    """Raises ResourceNotFoundException."""
    found = _holder(ctx, ResourceARN)
    if not found.record.policy:
        raise not_found(f"No resource policy found for resource ARN {ResourceARN}")
    found.save(replace(found.record, policy=""))


def _check(arn: str, text: str) -> None:
    """Raises ValidationException for what is no policy of this resource."""
    if len(text.encode()) > LONGEST:
        raise invalid(f"The policy is longer than {LONGEST} bytes.")
    try:
        document = orjson.loads(text)
        statements = document["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        for each in statements:
            if each["Effect"] not in ("Allow", "Deny"):
                raise ValueError("Effect")
            if not ("Principal" in each and "Action" in each and _names(each.get("Resource"), arn)):
                raise ValueError("Principal, Action and Resource")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refused("The policy document does not meet the requirements of the resource.") from None


def _names(resources, arn: str) -> bool:
    return arn in (resources if isinstance(resources, list) else [resources])


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The account and the policy of a resource, for IAM; None when there is no such resource."""
    found = resource(ctx, arn, missing=None)
    if found is None:
        return None
    return owner(arn)["account"], getattr(found.record, "policy", "") or None


def resource_of(ctx: Context) -> str | None:
    """The stream that a reader reads, which its iterator alone may tell."""
    iterator = ctx.input.get("ShardIterator")
    if iterator is None:
        return None
    try:
        return sealing.opened(ctx, iterator.strip('"'))[0].arn
    except ValueError:
        return None


service.resource_policy, service.resource_of = resource_policy, resource_of
