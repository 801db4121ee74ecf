"""The service object, apart from what registers with it, and the refusals that all its parts share."""

import re

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.resources import Tags, page

service = Service("elbv2")

TAGS = Tags(
    "AddTags", "RemoveTags", "DescribeTags",
    too_many=("TooManyTags", "You've reached the limit on the number of tags per resource"),
    reserved=("ValidationError", "Tag keys cannot start with 'aws:'", 400),
    repeated=("DuplicateTagKeys", "One or more tag keys are duplicates"),
)  # fmt: skip

INVALID_MARKER = ("ValidationError", "Invalid marker", 400)

# The members that name a resource by its ARN: what it is called, and how its ARN goes on after the account.
NAMED = {
    "LoadBalancerArn": ("load balancer", "loadbalancer/"), "TargetGroupArn": ("target group", "targetgroup/"),
    "ListenerArn": ("listener", "listener/"), "RuleArn": ("listener rule", "listener-rule/"),
    "TrustStoreArn": ("trust store", "truststore/"),
}  # fmt: skip


def paged(ctx, member: str, items: list, key, marker: str | None, size: int | None, query=None) -> dict:
    """An answer with one page of ``items`` under ``member``."""
    found, following = page(ctx, items, key, marker, size or 400, query=query, invalid=INVALID_MARKER)
    return {member: found, **({"NextMarker": following} if following else {})}


following: list = []  # called with the context when what listeners serve with has changed


def changed(ctx) -> None:
    for follow in following:
        follow(ctx)


def enabled(ctx) -> bool:
    """Whether the data plane is on: listeners on real ports, health checks that ask."""
    return str(ctx.setting("elbv2.data-plane", "off")).lower() in ("on", "true", "1")


def refused(message: str) -> AwsError:
    return AwsError("ValidationError", message, 400)


def configuration(message: str) -> AwsError:
    return AwsError("InvalidConfigurationRequest", message)


def check_arn(member: str, arn: str) -> None:
    """Raise ValidationError for what cannot be the ARN of such a resource."""
    called, beginning = NAMED[member]
    if not re.fullmatch(rf"arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{{12}}:{beginning}\S+", arn):
        raise refused(f"'{arn}' is not a valid {called} ARN")


# Of what an operation can be asked by, one must be given.
EITHER = {
    "DescribeListeners": ("ListenerArns", "LoadBalancerArn",
                          "You must specify either listener ARNs or a load balancer ARN"),
    "DescribeRules": ("RuleArns", "ListenerArn", "You must specify either listener rule ARNs or a listener ARN"),
}


def check_arns(ctx) -> None:
    if ctx.operation in EITHER:
        one, other, message = EITHER[ctx.operation]
        if not (ctx.input.get(one) or ctx.input.get(other)):
            raise refused(message)
    for member in NAMED:
        if member in ctx.input:
            check_arn(member, ctx.input[member])
        for arn in ctx.input.get(f"{member}s") or ():
            check_arn(member, arn)
    for arn in ctx.input.get("ResourceArns", ()):
        if not any(f":{beginning}" in arn for _, beginning in NAMED.values()):
            check_arn("LoadBalancerArn", arn)


service.before.append(check_arns)
