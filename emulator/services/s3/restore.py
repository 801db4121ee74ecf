"""Archived objects: what can't be read until it is restored, and RestoreObject on the clock.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
"""

from datetime import UTC, datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.s3 import service
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.documents import malformed
from emulator.services.s3.tables import Bucket as BucketRecord
from emulator.services.s3.tables import Version, buckets
from emulator.services.s3.versions import find_object, update, version_of

ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")
DAY, HOUR = 86_400, 3_600
# Seconds that a restore takes at most, by storage class and tier, as the page above says.
TIERS = {
    "GLACIER": {"Expedited": 300, "Standard": 5 * HOUR, "Bulk": 12 * HOUR},
    "DEEP_ARCHIVE": {"Standard": 12 * HOUR, "Bulk": 48 * HOUR},
}


def is_archived(ctx: Context, version: Version) -> bool:
    restored = version.restored_until is not None and not version.restoring and version.restored_until > ctx.now
    return version.storage_class in ARCHIVED and not restored


def check_readable(ctx: Context, version: Version) -> None:
    """Raises InvalidObjectState for an object in an archive."""
    if is_archived(ctx, version):
        raise AwsError(
            "InvalidObjectState", "The operation is not valid for the object's storage class", 403,
            StorageClass=version.storage_class,
        )  # fmt: skip


def header(ctx: Context, version: Version) -> str | None:
    """The ``x-amz-restore`` header; None when the object was never restored, or is not any more."""
    if version.restoring:
        return 'ongoing-request="true"'
    if version.restored_until is None or version.restored_until <= ctx.now:
        return None
    date = datetime.fromtimestamp(version.restored_until, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return f'ongoing-request="false", expiry-date="{date}"'


def status(ctx: Context, version: Version) -> dict | None:
    """The ``RestoreStatus`` member of listings."""
    if version.restoring:
        return {"IsRestoreInProgress": True}
    if version.restored_until is None or version.restored_until <= ctx.now:
        return None
    return {"IsRestoreInProgress": False, "RestoreExpiryDate": version.restored_until}


@service.operation
def restore_object(ctx: Context, Bucket, Key, VersionId=None, RestoreRequest=None, ExpectedBucketOwner=None):
    """Make a copy of an archived object readable for some days; it takes the hours that AWS names.

    202 when a restore begins, 200 when the object is readable already (its days are then set anew). Raises
    InvalidObjectState for a storage class that needs none, RestoreAlreadyInProgress.
    """
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_object(ctx, bucket, Key, VersionId, "POST")
    request = RestoreRequest or {}
    if request.get("Type") == "SELECT" or request.get("SelectParameters") or request.get("OutputLocation"):
        raise NotImplementedByEmulator("A restore of type SELECT")
    if version.storage_class not in ARCHIVED:
        raise AwsError(
            "InvalidObjectState", "Restore is not allowed for the object's current storage class", 403,
            StorageClass=version.storage_class,
        )  # fmt: skip
    if version.restoring:
        raise AwsError("RestoreAlreadyInProgress", "Object restore is already in progress", 409)
    days = request.get("Days")
    tier = (request.get("GlacierJobParameters") or {}).get("Tier") or request.get("Tier") or "Standard"
    if days is None or days < 1 or tier not in TIERS[version.storage_class]:
        raise malformed()
    if not is_archived(ctx, version):
        update(ctx, bucket, replace(version, restored_until=_midnight_after(ctx.now + days * DAY)))
        return {"StatusCode": 200}
    update(ctx, bucket, replace(version, restoring=True))
    emit(ctx, bucket, "s3:ObjectRestore:Post", version)
    ctx.after(TIERS[version.storage_class][tier], "finish_restore", bucket=Bucket, key=Key,
              version_id=version.version_id, days=days)  # fmt: skip
    return {"StatusCode": 202}


@service.job
def finish_restore(ctx: Context, bucket: str, key: str, version_id: str, days: int):
    found: BucketRecord | None = ctx.rows(buckets).get(bucket)
    version = version_of(ctx, found, key, version_id) if found is not None else None
    if version is not None and version.restoring:
        until = _midnight_after(ctx.now + days * DAY)
        version = update(ctx, found, replace(version, restoring=False, restored_until=until))
        emit(ctx, found, "s3:ObjectRestore:Completed", version)


def _midnight_after(at: float) -> float:
    """Restored copies go at the midnight (UTC) after their last day."""
    return (int(at) // DAY + 1) * DAY
