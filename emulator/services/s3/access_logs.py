"""Server access logs: a line for each request to a bucket that has logging on, delivered every hour as objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html. What the emulator does not know (TLS, the time
between) is a dash, as AWS writes what does not apply.
"""

from datetime import UTC, datetime
from urllib.parse import quote

from emulator.kernel.blobs import Staged
from emulator.kernel.context import Context
from emulator.protocol.rest_xml import host_id
from emulator.services.s3 import daily, objects, service
from emulator.services.s3.common import S3, canonical_id
from emulator.services.s3.tables import Bucket, LogLine, buckets, log_lines

HOUR = 3600
# Operations as the log names them: REST, the method, and what it is about.
RESOURCES = (
    ("Object", "OBJECT"), ("MultipartUpload", "UPLOADS"), ("Part", "PART"), ("Acl", "ACL"),
    ("Versions", "BUCKETVERSIONS"), ("Versioning", "VERSIONING"), ("Tagging", "TAGGING"), ("Policy", "BUCKETPOLICY"),
    ("Lifecycle", "LIFECYCLE"), ("Cors", "CORS"), ("Website", "WEBSITE"), ("Location", "LOCATION"),
    ("Logging", "LOGGING_STATUS"), ("Notification", "NOTIFICATION"), ("Encryption", "ENCRYPTION"),
    ("Inventory", "INVENTORY"),
)  # fmt: skip


def note(ctx: Context, operation, status: int, code: str | None, sent: int | None) -> None:
    """Write a request's line down until it is delivered."""
    name = ctx.input.get("Bucket")
    bucket: Bucket | None = ctx.rows(buckets).get(name) if name is not None else None
    if bucket is None or "Logging" not in bucket.configurations:
        return
    with ctx.transaction():
        rows = ctx.rows(log_lines, bucket.name)
        rows.put(LogLine(ctx.request_id, ctx.now, _line(ctx, bucket, operation, status, code, sent)))
        if len(rows) == 1:
            daily.arm(ctx, bucket, "deliver_logs", (int(ctx.now) // HOUR + 1) * HOUR)


service.answered.append(note)


def _line(ctx: Context, bucket: Bucket, operation, status: int, code: str | None, sent: int | None) -> str:
    moment = datetime.fromtimestamp(ctx.now, UTC).strftime("[%d/%b/%Y:%H:%M:%S +0000]")
    principal, headers = ctx.principal, ctx.headers
    key = ctx.input.get("Key")
    anonymous = principal.kind == "Anonymous"
    requester = "-" if anonymous else canonical_id(principal.account) if principal.kind == "Account" else principal.arn
    uri = f"/{bucket.name}" + (f"/{quote(key)}" if key else "")
    form = "-" if anonymous else "AuthHeader" if "authorization" in headers else "QueryString"
    fields = (
        bucket.owner_id, bucket.name, moment, ctx.source_ip, requester, ctx.request_id, _named(operation),
        quote(quote(key)) if key else "-", f'"{operation.method} {uri} HTTP/1.1"', status, code or "-",
        sent or "-", sent or "-", "-", "-", f'"{headers.get("referer", "-")}"', f'"{headers.get("user-agent", "-")}"',
        ctx.input.get("VersionId") or "-", host_id(ctx.request_id), "-" if anonymous else "SigV4", "-", form,
        headers.get("host", "-"), "-", "-", "-",
    )  # fmt: skip
    return " ".join(map(str, fields))


def _named(operation) -> str:
    """``REST.GET.OBJECT`` and the like."""
    name = operation.name
    if name.startswith(("ListObject", "HeadBucket", "CreateBucket", "DeleteBucket")) and "Versions" not in name:
        return f"REST.{operation.method}.BUCKET"
    stem = name.removesuffix("Configuration")
    fallback = "OBJECT" if "Object" in name else "BUCKET"
    resource = next((noun for ending, noun in RESOURCES if stem.endswith(ending)), fallback)
    return f"REST.{operation.method}.{resource}"


@service.job
def deliver_logs(ctx: Context, bucket: str):
    """Write what came together into the target bucket, as one object."""
    found: Bucket | None = ctx.rows(buckets).get(bucket)
    rows = ctx.rows(log_lines, bucket)
    lines = [each.text for each in rows]
    rows.clear()
    settings = (found.configurations.get("Logging") or {}).get("LoggingEnabled") if found is not None else None
    target: Bucket | None = ctx.rows(buckets).get(settings["TargetBucket"]) if settings else None
    if target is None or not lines:
        return
    ctx.principal = S3
    given = {"ContentType": "text/plain"}
    objects.store(ctx, target, _key(ctx, found, settings), Staged("\n".join((*lines, "")).encode()), given,
                  "s3:ObjectCreated:Put")  # fmt: skip


def _key(ctx: Context, bucket: Bucket, settings: dict) -> str:
    """The simple prefix and the moment, or the partitioned form that a configuration may ask for."""
    moment = datetime.fromtimestamp(ctx.now, UTC)
    name = f"{moment:%Y-%m-%d-%H-%M-%S}-{ctx.ids.hex(16).upper()}"
    if "PartitionedPrefix" in (settings.get("TargetObjectKeyFormat") or {}):
        return f"{settings['TargetPrefix']}{bucket.account}/{bucket.region}/{bucket.name}/{moment:%Y/%m/%d}/{name}"
    return f"{settings['TargetPrefix']}{name}"
