"""Access points: create, look at, list, delete; their policies and scopes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/creating-access-points.html
"""

from emulator.auth import s3_policies
from emulator.engines.access_points import AccessPoint, access_points, missing
from emulator.kernel.context import Context, root
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3control.common import (
    LOWER,
    accepted_policy,
    check_name,
    listed,
    no_policy,
    public_access_block,
    service,
)

ENDPOINTS = {
    "ipv4": "s3-accesspoint.{}.amazonaws.com", "fips": "s3-accesspoint-fips.{}.amazonaws.com",
    "fips_dualstack": "s3-accesspoint-fips.dualstack.{}.amazonaws.com",
    "dualstack": "s3-accesspoint.dualstack.{}.amazonaws.com",
}  # fmt: skip


def find(ctx: Context, name: str) -> AccessPoint:
    """The caller's access point by its name or ARN. Raises NoSuchAccessPoint."""
    found = ctx.rows(access_points).get((ctx.account, ctx.region, name.rpartition("/")[2]))
    if found is None:
        raise missing(name)
    return found


def region_of_bucket(ctx: Context, bucket: str, account: str) -> str:
    """Raises NoSuchBucket, AccessDenied where it is not this account's."""
    where = {"Bucket": bucket, "ExpectedBucketOwner": account}
    found = ctx.call("s3", "GetBucketLocation", where, as_=root(account), account=account)["LocationConstraint"]
    return {"": "us-east-1", "EU": "eu-west-1"}.get(found, found)


@service.operation
def create_access_point(
    ctx: Context, Name, Bucket, AccountId, VpcConfiguration=None, PublicAccessBlockConfiguration=None,
    BucketAccountId=None, Scope=None, Tags=None,
):  # fmt: skip
    """Create an access point in the bucket's region. Raises AccessPointAlreadyOwnedByYou, NoSuchBucket."""
    check_name(Name, "-s3alias", "--ol-s3")
    if ctx.rows(access_points).get((AccountId, ctx.region, Name)) is not None:
        raise AwsError("AccessPointAlreadyOwnedByYou", "An access point with an identical name already exists in your "
                       "account.", 409)  # fmt: skip
    owner = BucketAccountId or AccountId
    if region_of_bucket(ctx, Bucket, owner) != ctx.region:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404, BucketName=Bucket)
    made = AccessPoint(
        AccountId, ctx.region, Name, Bucket, owner, f"{Name[:20].rstrip('-')}-{ctx.ids.text(34, LOWER)}-s3alias",
        ctx.now, public_access_block(PublicAccessBlockConfiguration), (VpcConfiguration or {}).get("VpcId", ""),
        scope=Scope or {}, tags={each["Key"]: each["Value"] for each in Tags or ()},
    )  # fmt: skip
    ctx.rows(access_points).put(made)
    return {"AccessPointArn": made.arn, "Alias": made.alias}


def shown(point: AccessPoint) -> dict:
    """What lists and GetAccessPoint tell alike."""
    return {
        "Name": point.name, "NetworkOrigin": "VPC" if point.vpc else "Internet", "Bucket": point.bucket,
        "VpcConfiguration": {"VpcId": point.vpc} if point.vpc else None, "AccessPointArn": point.arn,
        "Alias": point.alias, "BucketAccountId": point.bucket_account,
    }  # fmt: skip


@service.operation
def get_access_point(ctx: Context, Name):
    found = find(ctx, Name)
    return {
        **shown(found), "PublicAccessBlockConfiguration": found.block, "CreationDate": found.created,
        "Endpoints": {kind: host.format(found.region) for kind, host in ENDPOINTS.items()},
    }  # fmt: skip


@service.operation
def list_access_points(ctx: Context, AccountId, Bucket=None, NextToken=None, MaxResults=None):
    """The access points of a region, or those of one bucket, by name."""
    found, token = listed(ctx, access_points, (AccountId, ctx.region), NextToken, MaxResults,
                          lambda point: Bucket in (None, point.bucket))  # fmt: skip
    return {"AccessPointList": list(map(shown, found)), "NextToken": token}


@service.operation
def list_access_points_for_directory_buckets(
    ctx: Context, AccountId, DirectoryBucket=None, NextToken=None, MaxResults=None
):
    found, token = listed(
        ctx, access_points, (AccountId, ctx.region), NextToken, MaxResults,
        lambda point: point.bucket.endswith("--x-s3") and DirectoryBucket in (None, point.bucket),
    )  # fmt: skip
    return {"AccessPointList": list(map(shown, found)), "NextToken": token}


@service.operation
def delete_access_point(ctx: Context, Name):
    found = find(ctx, Name)
    ctx.rows(access_points).delete(access_points.key(found))
    return {}


@service.operation
def put_access_point_policy(ctx: Context, Name, Policy):
    found = find(ctx, Name)
    ctx.rows(access_points).put(replace(found, policy=accepted_policy(found.arn, Policy, found.block)))
    return {}


@service.operation
def get_access_point_policy(ctx: Context, Name):
    found = find(ctx, Name)
    if found.policy is None:
        raise no_policy()
    return {"Policy": found.policy}


@service.operation
def delete_access_point_policy(ctx: Context, Name):
    ctx.rows(access_points).put(replace(find(ctx, Name), policy=None))
    return {}


@service.operation
def get_access_point_policy_status(ctx: Context, Name):
    """Whether the policy is public. Raises NoSuchAccessPointPolicy."""
    policy = get_access_point_policy(ctx, Name)["Policy"]
    return {"PolicyStatus": {"IsPublic": s3_policies.is_public(policy)}}


@service.operation
def put_access_point_scope(ctx: Context, Name, Scope):
    """Which keys and operations the access point of a directory bucket lets through."""
    found = find(ctx, Name)
    if not found.bucket.endswith("--x-s3"):
        raise AwsError("InvalidRequest", "Access point scope is supported for directory buckets only.", 400)
    ctx.rows(access_points).put(replace(found, scope=Scope))
    return {}


@service.operation
def get_access_point_scope(ctx: Context, Name):
    return {"Scope": find(ctx, Name).scope}


@service.operation
def delete_access_point_scope(ctx: Context, Name):
    ctx.rows(access_points).put(replace(find(ctx, Name), scope={}))
    return {}


def _tagged(ctx: Context, arn: str, tags: dict[str, str]) -> dict:
    ctx.rows(access_points).put(replace(find(ctx, arn), tags=tags))
    return {}


@service.operation
def tag_resource(ctx: Context, ResourceArn, Tags):
    tags = find(ctx, ResourceArn).tags
    return _tagged(ctx, ResourceArn, {**tags, **{each["Key"]: each["Value"] for each in Tags}})


@service.operation
def untag_resource(ctx: Context, ResourceArn, TagKeys):
    tags = find(ctx, ResourceArn).tags
    return _tagged(ctx, ResourceArn, {name: value for name, value in tags.items() if name not in TagKeys})


@service.operation
def list_tags_for_resource(ctx: Context, ResourceArn):
    return {"Tags": [{"Key": name, "Value": value} for name, value in find(ctx, ResourceArn).tags.items()]}
