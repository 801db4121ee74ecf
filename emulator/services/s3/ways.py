"""Access points as ways into a bucket: an ARN, alias or host in a bucket's place, and what such a way lets through.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from emulator.auth import policies
from emulator.auth.s3_policies import is_public
from emulator.engines.access_points import AccessPoint, MultiRegionAccessPoint, ObjectLambda, Way, resolve
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3.tables import Bucket, buckets

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
THROUGH_POINT = frozenset((
    "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "DeleteObject",
    "DeleteObjects", "DeleteObjectTagging", "GetBucketAcl", "GetBucketCors", "GetBucketLocation",
    "GetBucketNotificationConfiguration", "GetBucketPolicy", "GetObject", "GetObjectAcl", "GetObjectAttributes",
    "GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging", "HeadBucket", "HeadObject", "ListMultipartUploads",
    "ListObjects", "ListObjectsV2", "ListObjectVersions", "ListParts", "OptionsBucket", "OptionsObject", "PutObject",
    "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging", "RestoreObject",
    "SelectObjectContent", "UploadPart", "UploadPartCopy",
))  # fmt: skip
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html
THROUGH_MULTI_REGION = frozenset((
    "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "DeleteObject",
    "DeleteObjectTagging", "GetObject", "GetObjectAcl", "GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging",
    "HeadObject", "ListMultipartUploads", "ListObjectsV2", "ListParts", "OptionsBucket", "OptionsObject", "PutObject",
    "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging", "RestoreObject", "UploadPart",
    "UploadPartCopy",
))  # fmt: skip


def enter(ctx: Context, reference: str) -> Bucket | None:
    """The bucket behind an access point in a bucket's place, which the call is for from now on; None: no such thing.

    Raises NoSuchAccessPoint, MethodNotAllowed for what can't be done through it.
    """
    way = resolve(ctx, reference)
    if way is None:
        return None
    through = THROUGH_MULTI_REGION if isinstance(way.point, MultiRegionAccessPoint) else THROUGH_POINT
    if ctx.operation not in through:
        raise AwsError(
            "MethodNotAllowed", "The specified method is not allowed against this resource.", 405,
            Method=ctx.operation, ResourceType="ACCESSPOINT",
        )  # fmt: skip
    ctx.way = way
    ctx.input["Bucket"] = way.bucket
    return ctx.rows(buckets).get(way.bucket)


def is_open(way: Way | None, account: str) -> bool:
    """Whether a way restricts nothing that this account does."""
    if way is None:
        return True
    point = way.point
    return point.account == account and point.policy is None and not getattr(point, "scope", None)


def lets_through(ctx: Context, way: Way, action: str, key: str | None) -> bool:
    """What the policy of an access point says; without one its own account alone comes through."""
    point = way.point
    if isinstance(point, AccessPoint) and point.scope and not _in_scope(ctx, point.scope, key):
        return False
    own = ctx.principal.account == point.account
    if point.policy is None:
        return own
    resource = point.arn + ("" if key is None else f"/object/{key}")
    if isinstance(point, ObjectLambda):
        action = action.replace("s3:", "s3-object-lambda:", 1)
    decision = policies.decide((point.policy,), action, resource, ctx, keys(way))
    if decision != policies.ALLOW:
        return own and decision != policies.DENY
    blocked = not isinstance(point, ObjectLambda) and point.block["RestrictPublicBuckets"]
    return own or not (blocked and is_public(point.policy))


def _in_scope(ctx: Context, scope: dict, key: str | None) -> bool:
    """Whether a key or listing, and the operation, are within the scope of a directory bucket's access point."""
    prefixes, permissions = scope.get("Prefixes") or (), scope.get("Permissions") or ()
    name = (ctx.input.get("Prefix") or "") if key is None else key
    operation = {"ListObjectsV2": "ListBucket", "HeadObject": "GetObject"}.get(ctx.operation, ctx.operation)
    return (not prefixes or name.startswith(tuple(prefixes))) and (not permissions or operation in permissions)


def keys(way: Way) -> dict[str, list[str]]:
    """The condition keys that tell of an access point, in lower case."""
    point = way.point
    vpc = isinstance(point, AccessPoint) and point.vpc
    return {
        "s3:dataaccesspointarn": [point.arn], "s3:dataaccesspointaccount": [point.account],
        "s3:accesspointnetworkorigin": ["VPC" if vpc else "Internet"],
    }  # fmt: skip


def resource_of(ctx: Context) -> str | None:
    """The ARN that IAM is asked about for a call through an access point; None for one to a bucket."""
    reference = ctx.input.get("Bucket")
    if reference is None or ctx.rows(buckets).get(reference) is not None:
        return None
    way = resolve(ctx, reference)
    if way is None:
        return None
    return way.point.arn + (f"/object/{ctx.input['Key']}" if ctx.input.get("Key") else "")
