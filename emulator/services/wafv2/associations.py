"""Which web ACL protects which resource. CloudFront's distributions name theirs themselves.

https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
"""

import re
from operator import attrgetter

from emulator.kernel.context import acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.wafv2.acls import WebACL, find_acl, not_an_arn
from emulator.services.wafv2.service import IN_USE, MISSING, invalid, refusal, service


class Association(Record):
    resource: str
    acl: str


associations = Table("wafv2.association", Association, key=attrgetter("resource"), scope=ACCOUNT,
                     indexes={"acl": attrgetter("acl")})

KINDS = {
    "APPLICATION_LOAD_BALANCER": r"arn:[a-z-]+:elasticloadbalancing:[^:]+:\d{12}:loadbalancer/app/.+",
    "API_GATEWAY": r"arn:[a-z-]+:apigateway:[^:]+::/restapis/[^/]+/stages/.+",
    "APPSYNC": r"arn:[a-z-]+:appsync:[^:]+:\d{12}:apis/.+",
    "COGNITO_USER_POOL": r"arn:[a-z-]+:cognito-idp:[^:]+:\d{12}:userpool/.+",
    "APP_RUNNER_SERVICE": r"arn:[a-z-]+:apprunner:[^:]+:\d{12}:service/.+",
    "VERIFIED_ACCESS_INSTANCE": r"arn:[a-z-]+:ec2:[^:]+:\d{12}:verified-access-instance/.+",
    "AMPLIFY": r"arn:[a-z-]+:amplify:[^:]+:\d{12}:apps/.+",
}  # fmt: skip


def kind_of(arn: str) -> str:
    """What kind of resource an ARN names. Raises WAFInvalidParameterException for one that no web ACL protects."""
    if not arn.startswith("arn:"):
        raise not_an_arn(arn)
    kind = next((name for name, pattern in KINDS.items() if re.fullmatch(pattern, arn)), None)
    if kind is None:
        raise invalid("The ARN isn't valid for this resource type.", "RESOURCE_ARN", arn)
    return kind


def _exists(ctx, kind: str, arn: str) -> bool:
    """Whether the service that has the resource knows it; the rest, which this emulator lacks, is taken at its word."""
    calls = {"APPLICATION_LOAD_BALANCER": ("elbv2", "DescribeLoadBalancers", {"LoadBalancerArns": [arn]})}
    if kind == "API_GATEWAY":
        _, _, api, _, stage = arn.rpartition(":")[2].split("/", 4)
        calls[kind] = ("apigateway", "GetStage", {"restApiId": api, "stageName": stage})
    if kind == "COGNITO_USER_POOL":
        calls[kind] = ("cognito-idp", "DescribeUserPool", {"UserPoolId": arn.rpartition("/")[2]})
    if kind not in calls:
        return True
    try:
        ctx.call(*calls[kind], as_=acting("wafv2.amazonaws.com", arn, ctx.account))
    except NotImplementedByEmulator:
        return True
    except AwsError:
        return False
    return True


@service.operation
def associate_web_acl(ctx, WebACLArn, ResourceArn):
    """In place of the one that the resource has. Raises WAFNonexistentItemException, WAFInvalidParameterException."""
    acl = find_acl(ctx, WebACLArn)
    if acl.document["Scope"] != "REGIONAL":
        raise invalid("The scope is not valid.", "SCOPE_VALUE", "CLOUDFRONT")
    if not _exists(ctx, kind_of(ResourceArn), ResourceArn):
        raise refusal(MISSING)
    ctx.rows(associations).put(Association(ResourceArn, acl.arn))
    return {}


@service.operation
def disassociate_web_acl(ctx, ResourceArn):
    """Raises WAFNonexistentItemException, WAFInvalidParameterException."""
    if not _exists(ctx, kind_of(ResourceArn), ResourceArn):
        raise refusal(MISSING)
    ctx.rows(associations).delete(ResourceArn)
    return {}


@service.operation
def get_web_acl_for_resource(ctx, ResourceArn):
    """Nothing for a resource without one. Raises WAFNonexistentItemException, WAFInvalidParameterException."""
    kind = kind_of(ResourceArn)
    found = ctx.rows(associations).get(ResourceArn)
    if found is not None:
        return {"WebACL": WebACL.output(ctx, find_acl(ctx, found.acl), "GetWebACL")["WebACL"]}
    if not _exists(ctx, kind, ResourceArn):
        raise refusal(MISSING)
    return {}


@service.operation
def list_resources_for_web_acl(ctx, WebACLArn, ResourceType="APPLICATION_LOAD_BALANCER"):
    """Raises WAFNonexistentItemException."""
    acl = find_acl(ctx, WebACLArn)
    found = [each.resource for each in ctx.rows(associations).by("acl", acl.arn, acl.arn)]
    return {"ResourceArns": sorted(arn for arn in found if kind_of(arn) == ResourceType)}


@WebACL.on_delete
def unused(ctx, record):
    if next(ctx.rows(associations).by("acl", record.arn, record.arn), None) is not None:
        raise refusal(IN_USE)
