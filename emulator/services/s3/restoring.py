"""RestoreObject on the clock: a readable copy for some days, or the results of a query.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import restore_select, service
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.documents import check_model, malformed
from emulator.services.s3.restore import ARCHIVED, is_archived
from emulator.services.s3.tables import Bucket as BucketRecord
from emulator.services.s3.tables import Version, buckets
from emulator.services.s3.versions import find_object, update, version_of

SELECT = frozenset(("Type", "SelectParameters", "OutputLocation"))  # members of a restore that runs a query instead
DAY, HOUR = 86_400, 3_600
# Seconds that a restore takes at most, by storage class and tier, as the page above says.
TIERS = {
    "GLACIER": {"Expedited": 300, "Standard": 5 * HOUR, "Bulk": 12 * HOUR},
    "DEEP_ARCHIVE": {"Standard": 12 * HOUR, "Bulk": 48 * HOUR},
}


@service.operation
def restore_object(ctx: Context, Bucket, Key, VersionId=None, RestoreRequest=None, ExpectedBucketOwner=None):
    """Make a copy of an archived object readable for some days; it takes the hours that AWS names.

    202 when a restore begins, 200 when the object is readable already (its days are then set anew). Raises
    InvalidObjectState for a storage class that needs none, RestoreAlreadyInProgress.
    """
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_object(ctx, bucket, Key, VersionId, "POST")
    request = RestoreRequest or {}
    check_model("RestoreObject", "RestoreRequest", request)
    if version.storage_class not in ARCHIVED:
        raise AwsError(
            "InvalidObjectState", "Restore is not allowed for the object's current storage class", 403,
            StorageClass=version.storage_class,
        )  # fmt: skip
    tier = (request.get("GlacierJobParameters") or {}).get("Tier") or request.get("Tier") or "Standard"
    seconds = TIERS[version.storage_class].get(tier)
    if seconds is None:
        raise malformed()
    if SELECT.intersection(request):
        return restore_select.begin(ctx, bucket, version, request, seconds)
    if version.restoring:
        raise AwsError("RestoreAlreadyInProgress", "Object restore is already in progress", 409)
    days = request.get("Days")
    if days is None or days < 1:
        raise malformed()
    if not is_archived(ctx, version):
        _keep_until(ctx, bucket, version, days)
        return {"StatusCode": 200}
    update(ctx, bucket, replace(version, restoring=True))
    emit(ctx, bucket, "s3:ObjectRestore:Post", version)
    ctx.after(seconds, "finish_restore", bucket=Bucket, key=Key, version_id=version.version_id, days=days)
    return {"StatusCode": 202}


@service.job
def finish_restore(ctx: Context, bucket: str, key: str, version_id: str, days: int):
    found: BucketRecord | None = ctx.rows(buckets).get(bucket)
    version = version_of(ctx, found, key, version_id) if found is not None else None
    if version is not None and version.restoring:
        emit(ctx, found, "s3:ObjectRestore:Completed", _keep_until(ctx, found, version, days))


def _keep_until(ctx: Context, bucket: BucketRecord, version: Version, days: int) -> Version:
    """A restored copy for so many days from now; at their end an event tells that it is gone."""
    until = _midnight_after(ctx.now + days * DAY)
    place = {"bucket": bucket.name, "key": version.key, "version_id": version.version_id}
    ctx.at(until, "end_restore", **place)
    return update(ctx, bucket, replace(version, restoring=False, restored_until=until))


@service.job
def end_restore(ctx: Context, bucket: str, key: str, version_id: str):
    """Tell that a restored copy is gone, unless it was given more days meanwhile."""
    found: BucketRecord | None = ctx.rows(buckets).get(bucket)
    version = version_of(ctx, found, key, version_id) if found is not None else None
    if version is not None and version.restored_until is not None and version.restored_until <= ctx.now:
        emit(ctx, found, "s3:ObjectRestore:Delete", version)


def _midnight_after(at: float) -> float:
    """Restored copies go at the midnight (UTC) after their last day."""
    return (int(at) // DAY + 1) * DAY
