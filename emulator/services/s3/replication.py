"""Replication between buckets: new versions, delete markers and changed metadata are copied by jobs.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html and, for what is replicated and what is not,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html

An object's status is PENDING until the job has run, then COMPLETED or FAILED; the copy's is REPLICA. The role of a
configuration is held to the policy of a destination in another account; within an account it is not looked at.
"""

from emulator.auth import policies
from emulator.kernel.context import Context, Principal
from emulator.kernel.store import replace
from emulator.services.s3 import ciphers, daily, encryption, restore, service, versions
from emulator.services.s3.common import S3, emit, listeners
from emulator.services.s3.documents import BUCKET_ARN
from emulator.services.s3.expiration import matches, prefix_of
from emulator.services.s3.tables import Bucket, Version, buckets

PENDING, COMPLETED, FAILED, REPLICA = "PENDING", "COMPLETED", "FAILED", "REPLICA"
CREATED = "s3:ObjectCreated:"
MARKED = "s3:ObjectRemoved:DeleteMarkerCreated"
CHANGED = ("s3:ObjectTagging:", "s3:ObjectAcl:", "s3:ObjectLock:")


def follow(ctx: Context, bucket: Bucket, event: str, version: Version) -> None:
    """Note what is to be replicated and arm the job that does it."""
    if "Replication" not in bucket.configurations:
        return
    change = event.startswith(CHANGED)
    if not (event.startswith(CREATED) or event == MARKED or (change and version.replication is not None)):
        return
    if not _rules_for(bucket, version):
        return
    if not version.delete_marker and version.replication != REPLICA:
        versions.update(ctx, bucket, replace(version, replication=PENDING))
    daily.arm(ctx, bucket, "replicate", ctx.now, key=version.key, version_id=version.version_id)


listeners.append(follow)


# Which rules


def _rules_for(bucket: Bucket, version: Version) -> list[dict]:
    """The rules that copy a version: of several for one destination the one with the highest priority."""
    chosen: dict[str, dict] = {}
    for rule in bucket.configurations["Replication"]["Rules"]:
        name = rule["Destination"]["Bucket"]
        if rule["Status"] == "Enabled" and _concerns(rule, version):
            rival = chosen.get(name)
            if rival is None or rule.get("Priority", 0) > rival.get("Priority", 0):
                chosen[name] = rule
    return list(chosen.values())


def _concerns(rule: dict, version: Version) -> bool:
    selected = rule.get("SourceSelectionCriteria") or {}
    if version.delete_marker:
        return version.key.startswith(prefix_of(rule)) and _copies_markers(rule)
    if version.replication == REPLICA and not _enabled(selected.get("ReplicaModifications")):
        return False
    if "SSEKMSKeyId" in version.described and not _enabled(selected.get("SseKmsEncryptedObjects")):
        return False
    return matches(rule, version) and version.storage_class not in restore.ARCHIVED


def _copies_markers(rule: dict) -> bool:
    """Rules of the first kind, without a filter, always do; the others when they say so, and never by tags."""
    filter_ = rule.get("Filter")
    if filter_ is None:
        return True
    tagged = "Tag" in filter_ or (filter_.get("And") or {}).get("Tags")
    return not tagged and _enabled(rule.get("DeleteMarkerReplication"))


def _enabled(setting: dict | None) -> bool:
    return (setting or {}).get("Status") == "Enabled"


# Copying


@service.job
def replicate(ctx: Context, bucket: str, key: str, version_id: str):
    """Copy one version, or bring its copies up to date."""
    source: Bucket | None = ctx.rows(buckets).get(bucket)
    version = versions.version_of(ctx, source, key, version_id) if source is not None else None
    if version is None or "Replication" not in source.configurations:
        return
    ctx.principal = S3
    done = [_copy(ctx, source, version, rule) for rule in _rules_for(source, version)]
    if version.delete_marker or version.replication == REPLICA or not done:
        return
    version = versions.update(ctx, source, replace(version, replication=COMPLETED if all(done) else FAILED))
    if not all(done):
        emit(ctx, source, "s3:Replication:OperationFailedReplication", version)


def _copy(ctx: Context, source: Bucket, version: Version, rule: dict) -> bool:
    """Put the replica into a rule's destination; False when that can't take it."""
    destination = rule["Destination"]
    match = BUCKET_ARN.fullmatch(destination["Bucket"])
    target: Bucket | None = match and ctx.rows(buckets).get(match[1])
    if target is None or target.versioning != "Enabled" or (version.lock is not None and not target.object_lock):
        return False
    if target.account != source.account and not _allowed(ctx, source, target, version):
        return False
    if version.delete_marker:
        versions.add_as(ctx, target, replace(version, owner=target.account))
        return True
    overridden = (destination.get("AccessControlTranslation") or {}).get("Owner") == "Destination"
    controls = target.configurations.get("OwnershipControls")
    enforced = bool(controls) and controls["Rules"][0]["ObjectOwnership"] == "BucketOwnerEnforced"
    handed_over = overridden or enforced
    replica = replace(
        version, replication=REPLICA, storage_class=destination.get("StorageClass") or version.storage_class,
        owner=target.account if handed_over else version.owner, acl=None if handed_over else version.acl,
        restored_until=None, restoring=False,
    )  # fmt: skip
    known = versions.version_of(ctx, target, version.key, version.version_id)
    if known is not None:  # the content is there already: only what describes it changed
        versions.update(ctx, target, replace(known, tags=replica.tags, acl=replica.acl, lock=replica.lock))
        return True
    replica = _encrypted(ctx, source, target, replica, rule)
    emit(ctx, target, "s3:ObjectCreated:Put", versions.add_as(ctx, target, replica))
    return True


def _encrypted(ctx: Context, source: Bucket, target: Bucket, version: Version, rule: dict) -> Version:
    """The replica under its destination's key; one under a customer's key stays under that."""
    described = version.described
    if "SSECustomerKeyMD5" in described:
        return version
    wanted: dict = {}
    if "SSEKMSKeyId" in described:
        key = (rule["Destination"].get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID")
        wanted = {"ServerSideEncryption": described["ServerSideEncryption"], "SSEKMSKeyId": key}
    settled = encryption.settle(ctx, target, wanted)
    kept = {name: value for name, value in described.items() if name not in encryption.MEMBERS}
    replica = replace(version, described=kept | settled)
    return ciphers.moved(ctx, source.name, version, {}, target.name, replica)


def _allowed(ctx: Context, source: Bucket, target: Bucket, version: Version) -> bool:
    """Whether another account's bucket policy lets the configuration's role replicate into it."""
    role = source.configurations["Replication"]["Role"].rpartition("/")[2]
    session = f"arn:aws:sts::{source.account}:assumed-role/{role}/s3-replication"
    action = "s3:ReplicateDelete" if version.delete_marker else "s3:ReplicateObject"
    document = target.configurations.get("Policy")
    ctx.principal = Principal("AssumedRole", source.account, session, "s3-replication")
    try:
        resource = f"arn:aws:s3:::{target.name}/{version.key}"
        return document is not None and policies.decide((document,), action, resource, ctx) == policies.ALLOW
    finally:
        ctx.principal = S3
