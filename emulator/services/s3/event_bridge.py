"""Events to EventBridge: all that happens to the objects of a bucket which has it enabled, to its default event bus.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import orjson

from emulator.kernel.context import PARTITION, Context, acting
from emulator.protocol.timestamps import iso8601
from emulator.services.s3.common import sequencer
from emulator.services.s3.tables import Bucket, Version

EMPTY = "d41d8cd98f00b204e9800998ecf8427e"  # the ETag of a delete marker: the MD5 of nothing
PERMANENT = {"deletion-type": "Permanently Deleted"}
MARKER = {"deletion-type": "Delete Marker Created"}
BY_REQUEST, BY_RULE = {"reason": "DeleteObject"}, {"reason": "Lifecycle Expiration"}
# The type of an event and what its detail says besides, by the event's name in notifications.
TYPES: dict[str, tuple[str, dict[str, str]]] = {
    "ObjectCreated:Put": ("Object Created", {"reason": "PutObject"}),
    "ObjectCreated:Post": ("Object Created", {"reason": "POST Object"}),
    "ObjectCreated:Copy": ("Object Created", {"reason": "CopyObject"}),
    "ObjectCreated:CompleteMultipartUpload": ("Object Created", {"reason": "CompleteMultipartUpload"}),
    "ObjectRemoved:Delete": ("Object Deleted", BY_REQUEST | PERMANENT),
    "ObjectRemoved:DeleteMarkerCreated": ("Object Deleted", BY_REQUEST | MARKER),
    "LifecycleExpiration:Delete": ("Object Deleted", BY_RULE | PERMANENT),
    "LifecycleExpiration:DeleteMarkerCreated": ("Object Deleted", BY_RULE | MARKER),
    "ObjectRestore:Post": ("Object Restore Initiated", {}),
    "ObjectRestore:Completed": ("Object Restore Completed", {}),
    "ObjectRestore:Delete": ("Object Restore Expired", {}),
    "LifecycleTransition": ("Object Storage Class Changed", {}),
    "ObjectAcl:Put": ("Object ACL Updated", {}),
    "ObjectTagging:Put": ("Object Tags Added", {}),
    "ObjectTagging:Delete": ("Object Tags Deleted", {}),
}
SEQUENCED = ("Object Created", "Object Deleted")
SIZED = ("Object Created", "Object Restore Initiated", "Object Restore Completed", "Object Storage Class Changed")


def look_for_bus(ctx: Context, bucket: Bucket) -> None:
    """Every account has a default bus, where EventBridge stands. Raises NotImplemented otherwise."""
    _call(ctx, bucket, "DescribeEventBus", {})


def send(ctx: Context, bucket: Bucket, event: str, version: Version) -> None:
    """Put an event on the bus; one that EventBridge is not told of is left out. Raises AwsError."""
    known = TYPES.get(event.removeprefix("s3:"))
    if known is None:
        return
    kind, more = known
    entry = {
        "Source": "aws.s3", "DetailType": kind, "Resources": [_arn(bucket)], "Time": int(ctx.now),
        "Detail": orjson.dumps(detail(ctx, bucket, kind, version, more)).decode(),
    }  # fmt: skip
    _call(ctx, bucket, "PutEvents", {"Entries": [entry]})


def _call(ctx: Context, bucket: Bucket, operation: str, params: dict) -> dict:
    source = acting("s3.amazonaws.com", _arn(bucket), bucket.account)
    return ctx.call("events", operation, params, as_=source, account=bucket.account, region=bucket.region)


def _arn(bucket: Bucket) -> str:
    return f"arn:{PARTITION}:s3:::{bucket.name}"


def detail(ctx: Context, bucket: Bucket, kind: str, version: Version, more: dict[str, str]) -> dict:
    """The ``detail`` of an event: bucket, object, who asked, and what its kind says besides."""
    by_service = ctx.principal.kind == "Service" or kind in ("Object Restore Completed", "Object Restore Expired")
    found = {
        "version": "0", "bucket": {"name": bucket.name}, "object": _object(ctx, bucket, kind, version, more),
        "request-id": ctx.request_id, "requester": "s3.amazonaws.com" if by_service else ctx.principal.account,
    }  # fmt: skip
    if not by_service:
        found["source-ip-address"] = ctx.source_ip
    if kind in ("Object Restore Initiated", "Object Restore Completed"):
        found["source-storage-class"] = version.storage_class
    if kind == "Object Restore Completed":
        found["restore-expiry-time"] = iso8601(version.restored_until)
    if kind == "Object Storage Class Changed":
        found["destination-storage-class"] = version.storage_class
    return found | more


def _object(ctx: Context, bucket: Bucket, kind: str, version: Version, more: dict[str, str]) -> dict:
    found: dict = {"key": version.key}
    if kind in SIZED:
        found["size"] = version.size
    if kind != "Object Deleted":
        found["etag"] = version.etag.strip('"')
    elif more["deletion-type"] == MARKER["deletion-type"]:
        found["etag"] = EMPTY
    if bucket.versioning and version.version_id != "null":
        found["version-id"] = version.version_id
    if kind in SEQUENCED:
        found["sequencer"] = sequencer(ctx)
    return found
