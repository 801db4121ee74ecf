"""Tags, of several resources of several kinds in one call.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import tags as rules
from emulator.services.elbv2.listeners import Listener
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.rules import Rule
from emulator.services.elbv2.service import TAGS, refused, service
from emulator.services.elbv2.target_groups import TargetGroup
from emulator.services.elbv2.trust_stores import TrustStore

KINDS = {
    "loadbalancer": LoadBalancer, "targetgroup": TargetGroup, "listener": Listener, "listener-rule": Rule,
    "truststore": TrustStore,
}  # fmt: skip


def _named(ctx, arns: list[str]) -> list[tuple]:
    found = []
    for arn in arns:
        resource = KINDS.get(arn.split(":", 5)[-1].partition("/")[0])
        if resource is None:
            raise refused(f"'{arn}' is not a valid load balancer ARN")
        found.append((resource, resource.get(ctx, {resource.arn_member: arn})))
    return found


@service.operation
def add_tags(ctx, ResourceArns, Tags):
    """Raises the missing of each kind, DuplicateTagKeys, TooManyTags."""
    added = {each["Key"]: each.get("Value", "") for each in Tags}
    if len(added) < len(Tags):
        raise AwsError("DuplicateTagKeys", "One or more tag keys are duplicates")
    for resource, record in _named(ctx, ResourceArns):
        resource.put(ctx, replace(record, tags=rules.check(record.tags, added, TAGS)))
    return {}


@service.operation
def remove_tags(ctx, ResourceArns, TagKeys):
    """Raises the missing of each kind."""
    for resource, record in _named(ctx, ResourceArns):
        kept = {key: value for key, value in record.tags.items() if key not in TagKeys}
        resource.put(ctx, replace(record, tags=kept))
    return {}


@service.operation
def describe_tags(ctx, ResourceArns):
    """Raises the missing of each kind."""
    return {"TagDescriptions": [
        {"ResourceArn": record.arn, "Tags": [{"Key": key, "Value": value} for key, value in record.tags.items()]}
        for _, record in _named(ctx, ResourceArns)
    ]}  # fmt: skip
