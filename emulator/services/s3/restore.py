"""Archived objects: what can't be read until it is restored, and how that is told.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
"""

from datetime import UTC, datetime

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3.tables import Version

ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")


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
