"""Records of event messages, as queues, topics and functions get them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import hashlib
from urllib.parse import quote_plus

from emulator.kernel.context import PARTITION, Context
from emulator.protocol.rest_xml import host_id
from emulator.protocol.timestamps import iso8601_milliseconds
from emulator.services.s3.common import sequencer
from emulator.services.s3.tables import Bucket, Version


def record(ctx: Context, bucket: Bucket, event: str, version: Version, configuration: str) -> dict:
    """One record of an event message, by the configuration of this id."""
    changed = event.startswith(("s3:ObjectCreated:", "s3:ObjectRemoved:"))
    return {
        "eventVersion": "2.1" if changed else "2.3",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": iso8601_milliseconds(ctx.now),
        "eventName": event.removeprefix("s3:"),
        "userIdentity": {"principalId": _principal_id(ctx)},
        "requestParameters": {"sourceIPAddress": ctx.source_ip},
        "responseElements": {"x-amz-request-id": ctx.request_id, "x-amz-id-2": host_id(ctx.request_id)},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": customer_id(bucket.account)},
                "arn": f"arn:{PARTITION}:s3:::{bucket.name}",
            },
            "object": _object(ctx, bucket, event, version),
        },
    }


def _object(ctx: Context, bucket: Bucket, event: str, version: Version) -> dict:
    """The object as the record tells of it: its size when it was made, its ETag unless it is gone."""
    found: dict = {"key": quote_plus(version.key, safe="/")}
    if event.startswith("s3:ObjectCreated:"):
        found["size"] = version.size
    if event != "s3:ObjectRemoved:Delete" and version.etag:
        found["eTag"] = version.etag.strip('"')
    if bucket.versioning and version.version_id != "null":
        found["versionId"] = version.version_id
    if event.startswith(("s3:ObjectCreated:", "s3:ObjectRemoved:")):
        found["sequencer"] = sequencer(ctx)
    return found


def _principal_id(ctx: Context) -> str:
    principal = ctx.principal
    if principal.kind == "Anonymous":
        return "Anonymous"
    if principal.kind == "Service":
        return principal.user_id
    return customer_id(principal.account) if principal.kind == "Account" else f"AWS:{principal.user_id}"


def customer_id(account: str) -> str:
    """The id under which an account appears in events: 14 capitals and digits, always the same for an account."""
    return "A" + hashlib.sha256(f"customer:{account}".encode()).hexdigest()[:13].upper()
