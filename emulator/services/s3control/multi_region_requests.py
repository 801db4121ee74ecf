"""What is done to Multi-Region Access Points asynchronously: create, delete, put a policy; and how far that is.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html
"""

from operator import attrgetter
from typing import Any

from emulator.engines.access_points import MultiRegionAccessPoint, Region, multi_regions
from emulator.kernel.context import PARTITION, Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table, replace
from emulator.services.s3control.access_points import region_of_bucket
from emulator.services.s3control.common import LOWER, accepted_policy, check_name, public_access_block, service
from emulator.services.s3control.multi_region import find

TAKES = 1.0  # second of the clock; on AWS minutes, at times hours
HOME = "us-west-2"  # the region that serves all of these


class AsyncRequest(Record):
    """``verb`` is create, delete or put-policy; ``details`` are as the request gave them."""

    arn: str
    token: str
    verb: str
    created: float
    details: dict[str, Any]
    status: str = "INPROGRESS"
    regions: tuple[str, ...] = ()
    error: dict[str, str] = {}


requests = Table("s3control.async_request", AsyncRequest, key=attrgetter("arn"), scope=ACCOUNT,
                 indexes={"token": attrgetter("verb", "token")})  # fmt: skip
# The operation and the member of RequestParameters, by verb.
OPERATIONS = {
    "create": "CreateMultiRegionAccessPoint", "delete": "DeleteMultiRegionAccessPoint",
    "put-policy": "PutMultiRegionAccessPointPolicy",
}  # fmt: skip


def _begin(ctx: Context, verb: str, token: str, details: dict) -> dict:
    """Note a request and let it be finished; the same token again gives the same request."""
    rows = ctx.rows(requests)
    known = next(rows.by("token", (verb, token), (verb, token)), None)
    if known is not None:
        if known.details != details:
            raise AwsError("IdempotencyException", "The client token was used for another request.", 400)
        return {"RequestTokenARN": known.arn}
    arn = f"arn:{PARTITION}:s3:{HOME}:{ctx.account}:async-request/mrap/{verb}/{ctx.ids.text(40)}"
    _check(ctx, verb, details)
    regions = tuple(each.region for each in find(ctx, details["Name"]).regions)
    rows.put(AsyncRequest(arn, token, verb, ctx.now, details, regions=regions))
    ctx.after(TAKES, "finish_request", arn=arn)
    return {"RequestTokenARN": arn}


def _check(ctx: Context, verb: str, details: dict) -> None:
    """Do what is seen at once. Raises what AWS refuses at once."""
    if verb == "create":
        _create(ctx, details)
        return
    point = find(ctx, details["Name"])
    if point.status != "READY":
        raise AwsError("MultiRegionAccessPointNotReady", "The specified Multi-Region Access Point is not ready to be "
                       "updated.", 409)  # fmt: skip
    if verb == "delete":
        changed = replace(point, status="DELETING")
    else:
        changed = replace(point, proposed=accepted_policy(point.arn, details["Policy"], point.block))
    ctx.rows(multi_regions).put(changed)


def _create(ctx: Context, details: dict) -> None:
    name, rows = details["Name"], ctx.rows(multi_regions)
    check_name(name)
    if rows.get((ctx.account, name)) is not None:
        raise AwsError("MultiRegionAccessPointAlreadyOwnedByYou", "You already have a Multi-Region Access Point with "
                       "the same name.", 409)  # fmt: skip
    regions = []
    for each in details["Regions"]:
        owner = each.get("BucketAccountId") or ctx.account
        regions.append(Region(region_of_bucket(ctx, each["Bucket"], owner), each["Bucket"], owner))
    if len({each.region for each in regions}) < len(regions) or not regions:
        raise AwsError("MultiRegionAccessPointSameBucketRegion", "The buckets used to create a Multi-Region Access "
                       "Point cannot be in the same Region.", 400)  # fmt: skip
    rows.put(MultiRegionAccessPoint(
        ctx.account, name, f"m{ctx.ids.text(12, LOWER)}.mrap", ctx.now,
        public_access_block(details.get("PublicAccessBlock")), tuple(regions),
    ))  # fmt: skip


@service.job
def finish_request(ctx: Context, arn: str):
    """Carry out what a request began."""
    request: AsyncRequest = ctx.rows(requests)[arn]
    rows = ctx.rows(multi_regions)
    point = rows[ctx.account, request.details["Name"]]
    if request.verb == "delete":
        rows.delete((ctx.account, point.name))
    elif request.verb == "create":
        rows.put(replace(point, status="READY"))
    else:
        rows.put(replace(point, policy=point.proposed, proposed=None))
    ctx.rows(requests).put(replace(request, status="SUCCEEDED"))


@service.operation
def create_multi_region_access_point(ctx: Context, ClientToken, Details):
    """Begin to create one over buckets of different regions. Raises NoSuchBucket, MultiRegionAccessPoint…."""
    return _begin(ctx, "create", ClientToken, Details)


@service.operation
def delete_multi_region_access_point(ctx: Context, ClientToken, Details):
    return _begin(ctx, "delete", ClientToken, Details)


@service.operation
def put_multi_region_access_point_policy(ctx: Context, ClientToken, Details):
    """Propose a policy, which is established a moment later. Raises MalformedPolicy."""
    return _begin(ctx, "put-policy", ClientToken, Details)


@service.operation
def describe_multi_region_access_point_operation(ctx: Context, RequestTokenARN):
    """How far a request is: INPROGRESS or SUCCEEDED. Raises NoSuchAsyncRequest."""
    found = ctx.rows(requests).get(RequestTokenARN)
    if found is None:
        raise AwsError("NoSuchAsyncRequest", "The specified request was not found", 404)
    regions = [{"Name": each, "RequestStatus": found.status} for each in found.regions]
    operation = OPERATIONS[found.verb]
    return {"AsyncOperation": {
        "CreationTime": found.created, "Operation": operation, "RequestTokenARN": found.arn,
        "RequestParameters": {f"{operation}Request": found.details}, "RequestStatus": found.status,
        "ResponseDetails": {"MultiRegionAccessPointDetails": {"Regions": regions}},
    }}  # fmt: skip
