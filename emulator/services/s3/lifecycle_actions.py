"""What lifecycle rules do, once a day at midnight UTC: expire, transition, clean up.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html and, for what wins over what,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
"""

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import daily, listing, locks, multipart, service, versions
from emulator.services.s3.common import S3, emit
from emulator.services.s3.expiration import abort_rule, due, is_expired, matches, prefix_of, rules_of
from emulator.services.s3.tables import Bucket, Version, buckets, uploads

SMALL = 128 * 1024  # bytes below which objects stay where they are, unless a rule names sizes itself
# From the warmest to the coldest: lifecycle moves objects downwards only.
WATERFALL = (
    "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER",
    "DEEP_ARCHIVE",
)  # fmt: skip
ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")  # to which "varies_by_storage_class" moves objects of any size


@service.job
def run_lifecycle(ctx: Context, bucket: str):
    """Apply a bucket's rules to everything in it, then wait for the next midnight."""
    found: Bucket | None = ctx.rows(buckets).get(bucket)
    document = found.configurations.get("LifecycleConfiguration") if found is not None else None
    if document is None:
        return
    ctx.principal = S3
    rules = rules_of(found)
    smallest = document["TransitionDefaultMinimumObjectSize"]
    for key_versions in _keys(ctx, found):
        _apply(ctx, found, rules, smallest, key_versions)
    _abort_uploads(ctx, found, rules)
    daily.arm(ctx, found, "run_lifecycle")


def _keys(ctx: Context, bucket: Bucket) -> Iterator[list[Version]]:
    """The versions and delete markers of each key, newest first; a copy, so that rules may change the bucket."""
    everything = list(listing.all_from(ctx, bucket, None, None)("", False))
    return (list(group) for _, group in groupby(everything, key=attrgetter("key")))


def _apply(ctx: Context, bucket: Bucket, rules: list[dict], smallest: str, found: list[Version]) -> None:
    """The rules on one key: a permanent deletion wins over a transition, a transition over a delete marker."""
    newest = found[0]
    left = [newest]
    for number, (newer, version) in enumerate(pairwise(found)):
        if any(_noncurrent_is_due(ctx, rule, version, newer.modified, number) for rule in rules):
            if not _delete(ctx, bucket, version):
                left.append(version)
            continue
        left.append(version)
        _move(ctx, bucket, version, smallest, [
            (transition, due(newer.modified, transition.get("NoncurrentDays", 0)))
            for rule in rules if matches(rule, version)
            for transition in rule.get("NoncurrentVersionTransitions", ())
            if number >= transition.get("NewerNoncurrentVersions", 0)
        ], rules)  # fmt: skip
    if newest.delete_marker:
        if len(left) == 1 and any(_marker_is_due(ctx, rule, newest) for rule in rules):
            _delete(ctx, bucket, newest)
        return
    if any(is_expired(ctx.now, rule, newest) for rule in rules):
        _expire(ctx, bucket, newest)
        return
    _move(ctx, bucket, newest, smallest, [
        (transition, transition.get("Date") or due(newest.modified, transition.get("Days", 0)))
        for rule in rules if matches(rule, newest) for transition in rule.get("Transitions", ())
    ], rules)  # fmt: skip


def _noncurrent_is_due(ctx: Context, rule: dict, version: Version, since: float, newer: int) -> bool:
    """Whether a version goes that is noncurrent since a moment and has so many newer noncurrent ones."""
    expiration = rule.get("NoncurrentVersionExpiration")
    return (
        expiration is not None
        and (matches(rule, version) if not version.delete_marker else version.key.startswith(prefix_of(rule)))
        and newer >= expiration.get("NewerNoncurrentVersions", 0)
        and due(since, expiration.get("NoncurrentDays", 0)) <= ctx.now
    )


def _marker_is_due(ctx: Context, rule: dict, marker: Version) -> bool:
    """Whether a delete marker goes that is all that is left of its key."""
    expiration = rule.get("Expiration") or {}
    if not marker.key.startswith(prefix_of(rule)):
        return False
    days = expiration.get("Days")
    return bool(expiration.get("ExpiredObjectDeleteMarker")) or (
        days is not None and due(marker.modified, days) <= ctx.now
    )


def _delete(ctx: Context, bucket: Bucket, version: Version) -> bool:
    """Delete a version for good, unless it is locked."""
    try:
        locks.check_delete(ctx, bucket, version, None)
    except AwsError:
        return False
    versions.remove(ctx, bucket, version)
    emit(ctx, bucket, "s3:LifecycleExpiration:Delete", version)
    return True


def _expire(ctx: Context, bucket: Bucket, version: Version) -> None:
    marker = versions.add_marker(ctx, bucket, version.key)
    if marker is not None:
        emit(ctx, bucket, "s3:LifecycleExpiration:DeleteMarkerCreated", marker)
    else:
        emit(ctx, bucket, "s3:LifecycleExpiration:Delete", version)


def _move(ctx: Context, bucket: Bucket, version: Version, smallest: str, moves: list, rules: list[dict]) -> None:
    """Move a version to the coldest of the storage classes that are due, given as (transition, due)."""
    if version.delete_marker or not moves:
        return
    reached = [
        transition["StorageClass"] for transition, at in moves
        if at <= ctx.now and _large_enough(version, transition["StorageClass"], smallest, rules)
    ]  # fmt: skip
    coldest = max(reached, key=WATERFALL.index, default=version.storage_class)
    if WATERFALL.index(coldest) > WATERFALL.index(version.storage_class):
        moved = versions.update(ctx, bucket, replace(version, storage_class=coldest))
        emit(ctx, bucket, "s3:LifecycleTransition", moved)


def _large_enough(version: Version, storage_class: str, smallest: str, rules: list[dict]) -> bool:
    """Whether an object is worth the move.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
    """
    if version.size >= SMALL or (smallest == "varies_by_storage_class" and storage_class in ARCHIVES):
        return True
    return any(_names_sizes(rule) and matches(rule, version) for rule in rules)


def _names_sizes(rule: dict) -> bool:
    filter_ = rule.get("Filter") or {}
    return any(
        name in each for each in (filter_, filter_.get("And") or {})
        for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
    )  # fmt: skip


def _abort_uploads(ctx: Context, bucket: Bucket, rules: list[dict]) -> None:
    for upload in list(ctx.rows(uploads, bucket.name).by("listed")):
        at, _ = abort_rule(rules, upload.key, upload.initiated) or (None, None)
        if at is not None and at <= ctx.now:
            multipart.forget(ctx, bucket, upload)
