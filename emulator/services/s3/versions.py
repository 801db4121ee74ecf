"""The versions of a key: finding them, adding one, taking one away. Keeps ``objects`` and ``versions`` in step.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
"""

import base64
import hashlib

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3.tables import Bucket, Version, objects, versions

NULL = "null"


# Version ids: AWS can tell one that it made, whether or not it is still there, from one that it didn't.


def new_version_id(ctx: Context) -> str:
    chance = ctx.ids.text(24)
    return chance + _check(chance)


def _check(chance: str) -> str:
    digest = hashlib.blake2b(chance.encode(), digest_size=6, person=b"s3-version").digest()
    return base64.b64encode(digest, b"._").decode()


def is_ours(version_id: str) -> bool:
    return version_id == NULL or (len(version_id) == 32 and _check(version_id[:24]) == version_id[24:])


def invalid_version_id(version_id: str) -> AwsError:
    message = "Invalid version id specified" if version_id else "Version id cannot be the empty string"
    return AwsError("InvalidArgument", message, 400, ArgumentName="versionId", ArgumentValue=version_id)


def no_such_version(key: str, version_id: str) -> AwsError:
    return AwsError("NoSuchVersion", "The specified version does not exist.", 404, Key=key, VersionId=version_id)


# Finding


def newest(ctx: Context, bucket: Bucket, key: str) -> Version | None:
    """The newest version of a key, which may be a delete marker."""
    found = ctx.rows(objects, bucket.name).get(key)
    return found if found is not None or not bucket.versioning else _first_other(ctx, bucket, key)


def _first_other(ctx: Context, bucket: Bucket, key: str) -> Version | None:
    """The newest of those versions of a key that are not its current object."""
    found = next(ctx.rows(versions, bucket.name).range((key,)), None)
    return found if found is not None and found.key == key else None


def version_of(ctx: Context, bucket: Bucket, key: str, version_id: str) -> Version | None:
    """A version or delete marker by its id; None when there is none (any more)."""
    current = ctx.rows(objects, bucket.name).get(key)
    if current is not None and current.version_id == version_id:
        return current
    return next(ctx.rows(versions, bucket.name).by("id", (key, version_id), (key, version_id)), None)


def find_object(ctx: Context, bucket: Bucket, key: str, version_id: str | None = None, method: str = "GET") -> Version:
    """The object that a read is for.

    Raises NoSuchKey, NoSuchVersion, InvalidArgument; MethodNotAllowed for a delete marker.
    """
    if version_id is None:
        found = ctx.rows(objects, bucket.name).get(key)
        if found is None:
            raise no_such_key(ctx, bucket, key)
        return found
    found = version_of(ctx, bucket, key, version_id)
    if found is None:
        raise no_such_version(key, version_id) if is_ours(version_id) else invalid_version_id(version_id)
    if found.delete_marker:
        raise refused_for_marker(found, method)
    return found


def find_target(ctx: Context, bucket: Bucket, key: str, version_id: str | None, method: str) -> Version:
    """As find_object, for operations on a subresource: a delete marker on top is refused, not overlooked."""
    if version_id is None and bucket.versioning:
        top = newest(ctx, bucket, key)
        if top is not None and top.delete_marker:
            raise refused_for_marker(top, method)
    return find_object(ctx, bucket, key, version_id, method)


def refused_for_marker(marker: Version, method: str) -> AwsError:
    return AwsError(
        "MethodNotAllowed", "The specified method is not allowed against this resource.", 405,
        Method=method, ResourceType="DeleteMarker", DeleteMarker=True, MarkerVersionId=marker.version_id,
        LastModified=marker.modified, Allow="DELETE",
    )  # fmt: skip


def no_such_key(ctx: Context, bucket: Bucket, key: str) -> AwsError:
    """The error for a key without an object; its headers tell of a delete marker."""
    error = AwsError("NoSuchKey", "The specified key does not exist.", 404, Key=key)
    marker = _first_other(ctx, bucket, key) if bucket.versioning else None
    if marker is not None:
        error.members |= {"DeleteMarker": True, "MarkerVersionId": marker.version_id}
    return error


# Changing


def add(ctx: Context, bucket: Bucket, version: Version) -> Version:
    """Make this the newest version of its key, with the id and order that the bucket's versioning gives it."""
    rows = ctx.rows(objects, bucket.name)
    if not bucket.versioning:
        return rows.put(version)
    version = _place(ctx, bucket, version)
    return rows.put(version)


def add_as(ctx: Context, bucket: Bucket, version: Version) -> Version:
    """As :func:`add`, for a version or delete marker that keeps the id it has: a replica."""
    placed = _place(ctx, bucket, version, version.version_id)
    if placed.delete_marker:
        ctx.rows(objects, bucket.name).delete(placed.key)
        return ctx.rows(versions, bucket.name).put(placed)
    return ctx.rows(objects, bucket.name).put(placed)


def add_marker(ctx: Context, bucket: Bucket, key: str) -> Version | None:
    """Delete without a version id: a delete marker on top, or, in a bucket without versions, the object is gone."""
    if not bucket.versioning:
        ctx.rows(objects, bucket.name).delete(key)
        return None
    marker = _place(ctx, bucket, Version(key, int(ctx.now), bucket.account, delete_marker=True))
    ctx.rows(objects, bucket.name).delete(key)
    return ctx.rows(versions, bucket.name).put(marker)


def _place(ctx: Context, bucket: Bucket, version: Version, version_id: str | None = None) -> Version:
    """Give a new version its id and order; move the current object, if any, to the others."""
    current = ctx.rows(objects, bucket.name).get(version.key)
    others = ctx.rows(versions, bucket.name)
    top = current or _first_other(ctx, bucket, version.key)
    version_id = version_id or (new_version_id(ctx) if bucket.versioning == "Enabled" else NULL)
    if version_id == NULL:
        old = version_of(ctx, bucket, version.key, NULL)
        if old is not None and old is not current:
            others.delete((old.key, old.order))
    if current is not None and current.version_id != version_id:
        others.put(current)
    return replace(version, version_id=version_id, order=0 if top is None else top.order - 1)


def remove(ctx: Context, bucket: Bucket, version: Version) -> None:
    """Delete a version for good; when it was the newest, the one before it becomes current."""
    rows, others = ctx.rows(objects, bucket.name), ctx.rows(versions, bucket.name)
    current = rows.get(version.key)
    if current is not None and current.version_id == version.version_id:
        rows.delete(version.key)
    else:
        others.delete((version.key, version.order))
        if current is not None:
            return
    top = _first_other(ctx, bucket, version.key)
    if top is not None and not top.delete_marker:
        others.delete((top.key, top.order))
        rows.put(top)


def update(ctx: Context, bucket: Bucket, version: Version) -> Version:
    """Put a changed record of an existing version in its place."""
    current = ctx.rows(objects, bucket.name).get(version.key)
    same = current is not None and current.version_id == version.version_id
    return ctx.rows(objects if same else versions, bucket.name).put(version)


def shown_id(bucket: Bucket, version: Version) -> str | None:
    """The version id as answers carry it: only in a bucket that has, or had, versioning."""
    return version.version_id if bucket.versioning else None
