"""Object lock on versions: retention and legal hold, and what they forbid.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import access, event_holds, service
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.documents import check_model, malformed
from emulator.services.s3.tables import Bucket, Lock, Version
from emulator.services.s3.versions import find_object, find_target, update

DAY = 86_400
MODES = ("GOVERNANCE", "COMPLIANCE")


def denied() -> AwsError:
    return AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403)


def missing_configuration() -> AwsError:
    return AwsError("InvalidRequest", "Bucket is missing Object Lock Configuration", 400)


def _invalid(header: str, message: str, **members) -> AwsError:
    return AwsError("InvalidArgument", message, 400, ArgumentName=header, **members)


# On a write


def of_write(ctx: Context, bucket: Bucket, given: dict) -> Lock | None:
    """The lock that a new version gets: from its headers, else from the bucket's defaults."""
    mode, until = given.get("ObjectLockMode"), given.get("ObjectLockRetainUntilDate")
    hold = given.get("ObjectLockLegalHoldStatus")
    if mode is None and until is None and hold is None and not bucket.object_lock:
        if "ObjectLockEventHold" not in given:
            return None
        raise missing_configuration()
    _check_headers(ctx, mode, until, hold)
    if not bucket.object_lock:
        raise missing_configuration()
    default = ((bucket.configurations.get("ObjectLockConfiguration") or {}).get("Rule") or {}).get("DefaultRetention")
    own = mode is not None or hold is not None
    event, duration = event_holds.of_headers(given, None if own else (default or {}).get("DefaultEventHold"))
    if mode is None:
        mode, until = _default(ctx, default)
    if mode is None and hold is None and event is None:
        return None
    return Lock(mode, until, None if hold is None else hold == "ON", event, duration.get("Days"), duration.get("Years"))


def _check_headers(ctx: Context, mode, until, hold) -> None:
    if (mode is None) != (until is None):
        raise _invalid(
            f"x-amz-object-lock-{'mode' if mode is None else 'retain-until-date'}",
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        )
    if mode is not None and mode not in MODES:
        raise _invalid("x-amz-object-lock-mode", "Unknown wormMode directive.", ArgumentValue=mode)
    if until is not None and until <= ctx.now:
        raise _invalid("x-amz-object-lock-retain-until-date", "The retain until date must be in the future!")
    if hold not in (None, "ON", "OFF"):
        raise _invalid("x-amz-object-lock-legal-hold", "Legal Hold must be either of 'ON' or 'OFF'", ArgumentValue=hold)


def _default(ctx: Context, retention: dict | None) -> tuple[str | None, float | None]:
    """(mode, until) of a bucket's default retention."""
    if not retention or "Mode" not in retention:
        return None, None
    days = retention.get("Days") or 365 * retention["Years"]
    return retention["Mode"], ctx.now + days * DAY


def shown(lock: Lock) -> dict:
    """A lock as members of GetObject and HeadObject."""
    found = {}
    if lock.mode is not None:
        found = {"ObjectLockMode": lock.mode, "ObjectLockRetainUntilDate": lock.until}
    if lock.legal_hold is not None:
        found["ObjectLockLegalHoldStatus"] = "ON" if lock.legal_hold else "OFF"
    return found | event_holds.headers(lock)


# On a delete


def check_delete(ctx: Context, bucket: Bucket, version: Version, bypass: bool | None) -> None:
    """Whether a version may be deleted for good. Raises AccessDenied."""
    lock = version.lock
    if lock is None:
        return
    if lock.legal_hold or lock.event_hold or (_in_force(ctx, lock) and not _bypasses(ctx, bucket, version, bypass)):
        raise denied()


def _bypasses(ctx: Context, bucket: Bucket, version: Version, asked: bool | None) -> bool:
    """Whether governance yields: to those who ask for it and may."""
    if not asked or version.lock.mode != "GOVERNANCE":
        return False
    return access.may(ctx, f"s3:{access.BYPASS}", bucket, version.key, version.version_id)


def _in_force(ctx: Context, lock: Lock) -> bool:
    return lock.until is not None and lock.until > ctx.now


# Operations


@service.operation
def put_object_retention(
    ctx, Bucket, Key, Retention=None, VersionId=None, BypassGovernanceRetention=None, ExpectedBucketOwner=None
):
    """Set, extend, or (with the bypass) shorten or remove a version's retention.

    Raises InvalidRequest without object lock, AccessDenied for what the present retention forbids, MalformedXML.
    """
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_target(ctx, bucket, Key, VersionId, "PUT")
    if not bucket.object_lock:
        raise missing_configuration()
    retention = Retention or {}
    check_model("PutObjectRetention", "Retention", retention)
    mode, until = retention.get("Mode"), retention.get("RetainUntilDate")
    if (mode is None) != (until is None) or (mode is not None and mode not in MODES):
        raise malformed()
    if until is not None and until <= ctx.now:
        raise AwsError(
            "InvalidArgument", "The retain until date must be in the future!", 400,
            ArgumentName="RetainUntilDate", ArgumentValue=until,
        )  # fmt: skip
    lock = version.lock or Lock()
    hold, duration = retention.get("EventHold"), retention.get("EventHoldDuration")
    if mode is not None or (hold is None and duration is None):
        if _weakens(ctx, lock, mode, until) and not _bypasses(ctx, bucket, version, BypassGovernanceRetention):
            raise denied()
        lock = replace(lock, mode=mode, until=until)
    _change(ctx, bucket, replace(version, lock=event_holds.changed(ctx, lock, hold, duration)))
    return {}


def _weakens(ctx: Context, lock: Lock, mode: str | None, until: float | None) -> bool:
    """Whether another retention in the place of one that is in force would hold less."""
    if not _in_force(ctx, lock):
        return False
    longer = until is not None and until >= lock.until
    return not (longer and mode in (lock.mode, "COMPLIANCE"))


@service.operation
def get_object_retention(ctx, Bucket, Key, VersionId=None, ExpectedBucketOwner=None):
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_target(ctx, bucket, Key, VersionId, "GET")
    if not bucket.object_lock:
        raise missing_configuration()
    lock = version.lock
    if lock is None or (lock.mode is None and lock.event_hold is None):
        raise no_lock()
    return {"Retention": {"Mode": lock.mode, "RetainUntilDate": lock.until, **event_holds.document(lock)}}


@service.operation
def put_object_legal_hold(ctx, Bucket, Key, LegalHold=None, VersionId=None, ExpectedBucketOwner=None):
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_target(ctx, bucket, Key, VersionId, "PUT")
    status = (LegalHold or {}).get("Status")
    if status not in ("ON", "OFF"):
        raise malformed()
    if not bucket.object_lock:
        raise missing_configuration()
    _change(ctx, bucket, replace(version, lock=replace(version.lock or Lock(), legal_hold=status == "ON")))
    return {}


@service.operation
def get_object_legal_hold(ctx, Bucket, Key, VersionId=None, ExpectedBucketOwner=None):
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    version = find_object(ctx, bucket, Key, VersionId)
    if not bucket.object_lock:
        raise missing_configuration()
    if version.lock is None or version.lock.legal_hold is None:
        raise no_lock()
    return {"LegalHold": {"Status": "ON" if version.lock.legal_hold else "OFF"}}


def _change(ctx: Context, bucket: Bucket, version: Version) -> None:
    """Store a new lock and tell of it; of this event only replication hears, S3 has no notification for it."""
    emit(ctx, bucket, "s3:ObjectLock:Put", update(ctx, bucket, version))


def no_lock() -> AwsError:
    message = "The specified object does not have a ObjectLock configuration"
    return AwsError("NoSuchObjectLockConfiguration", message, 404)
