"""Multi-Region Access Points as they are: looking at them, their routes and their policies.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPoints.html
"""

from emulator.auth import s3_policies
from emulator.engines.access_points import ACTIVE, MultiRegionAccessPoint, multi_regions
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3control.common import listed, no_policy, service


def find(ctx: Context, name: str) -> MultiRegionAccessPoint:
    """By its name, alias or ARN. Raises NoSuchMultiRegionAccessPoint."""
    name = name.rpartition("/")[2]
    rows = ctx.rows(multi_regions)
    found = next(rows.by("alias", name, name), None) if name.endswith(".mrap") else rows.get((ctx.account, name))
    if found is None or found.account != ctx.account:
        raise AwsError("NoSuchMultiRegionAccessPoint", "The specified Multi-Region Access Point does not exist.", 404)
    return found


def shown(point: MultiRegionAccessPoint) -> dict:
    return {
        "Name": point.name, "Alias": point.alias, "CreatedAt": point.created, "PublicAccessBlock": point.block,
        "Status": point.status, "Regions": [
            {"Bucket": each.bucket, "Region": each.region, "BucketAccountId": each.bucket_account}
            for each in point.regions
        ],
    }  # fmt: skip


@service.operation
def get_multi_region_access_point(ctx: Context, Name):
    return {"AccessPoint": shown(find(ctx, Name))}


@service.operation
def list_multi_region_access_points(ctx: Context, AccountId, NextToken=None, MaxResults=None):
    found, token = listed(ctx, multi_regions, (AccountId,), NextToken, MaxResults)
    return {"AccessPoints": list(map(shown, found)), "NextToken": token}


@service.operation
def get_multi_region_access_point_routes(ctx: Context, Mrap):
    point = find(ctx, Mrap)
    routes = [
        {"Bucket": each.bucket, "Region": each.region, "TrafficDialPercentage": each.dial} for each in point.regions
    ]
    return {"Mrap": point.arn, "Routes": routes}


@service.operation
def submit_multi_region_access_point_routes(ctx: Context, Mrap, RouteUpdates):
    """Make regions active or passive, at once. Raises InvalidRequest when no active one would be left."""
    point = find(ctx, Mrap)
    if point.status != "READY":
        raise AwsError("MultiRegionAccessPointNotReady", "The specified Multi-Region Access Point is not ready to be "
                       "updated.", 409)  # fmt: skip
    regions = list(point.regions)
    for update in RouteUpdates:
        places = [
            index for index, each in enumerate(regions)
            if update.get("Bucket") in (None, each.bucket) and update.get("Region") in (None, each.region)
        ]  # fmt: skip
        if not places or update["TrafficDialPercentage"] not in (0, ACTIVE):
            raise AwsError("InvalidRequest", "The route update is not valid.", 400)
        for index in places:
            regions[index] = replace(regions[index], dial=update["TrafficDialPercentage"])
    if not any(each.dial for each in regions):
        raise AwsError("InvalidRequest", "At least one Region must be active at all times.", 400)
    ctx.rows(multi_regions).put(replace(point, regions=tuple(regions)))
    return {}


@service.operation
def get_multi_region_access_point_policy(ctx: Context, Name):
    point = find(ctx, Name)
    both = (("Established", point.policy), ("Proposed", point.proposed))
    return {"Policy": {kind: {"Policy": policy} for kind, policy in both if policy is not None}}


@service.operation
def get_multi_region_access_point_policy_status(ctx: Context, Name):
    point = find(ctx, Name)
    if point.policy is None:
        raise no_policy()
    return {"Established": {"IsPublic": s3_policies.is_public(point.policy)}}
