"""ListObjects, ListObjectsV2, ListObjectVersions, ListMultipartUploads: pages of sorted keys.

A page costs what is on it, however large the bucket.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import object_lambda, object_lambda_reads, restore, service
from emulator.services.s3.common import find_bucket, owner
from emulator.services.s3.multipart import initiator, page_size
from emulator.services.s3.tables import Bucket as BucketRecord
from emulator.services.s3.tables import Upload, Version, objects, uploads, url_encode, versions
from emulator.services.s3.versions import newest

LAST = "\U0010ffff"  # sorts after whatever may follow a prefix


# The encoding that clients ask for, because XML can't carry every key


def encoder(encoding: str | None) -> Callable[[str], str]:
    """How keys, prefixes and markers are written. Raises InvalidArgument."""
    if encoding is None:
        return str
    if encoding != "url":
        raise AwsError(
            "InvalidArgument", "Invalid Encoding Method specified in Request", 400,
            ArgumentName="encoding-type", ArgumentValue=encoding,
        )  # fmt: skip
    return url_encode


# Walking sorted keys


class Page:
    """What one page holds: ``found`` records and ``prefixes``, in all at most the limit; and where the next begins."""

    def __init__(self):
        self.found: list[Any] = []
        self.prefixes: list[str] = []
        self.last: Any = None  # the last record or common prefix on the page
        self.truncated = False


def walk(start_at: Callable[[str, bool], Iterator], prefix: str, delimiter: str | None, after: str, limit: int) -> Page:
    """Collect a page of records with a ``key`` from ``start_at(key, exclusive)``, an iterator in key order.

    Keys that share what follows the prefix up to the delimiter are rolled up to one entry and skipped over.
    """
    page = Page()
    if limit == 0:
        return page
    start, exclusive = (after, True) if after >= prefix else (prefix, False)
    if delimiter and exclusive and (common := rolled_up(after, prefix, delimiter)):
        start = common + LAST  # a marker within a common prefix means that this was listed
    records = start_at(start, exclusive)
    room = limit
    while (record := next(records, None)) is not None and record.key.startswith(prefix):
        common = rolled_up(record.key, prefix, delimiter) if delimiter else None
        if room == 0:
            page.truncated = True
            break
        room -= 1
        if common is None:
            page.found.append(record)
            page.last = record
        else:
            page.prefixes.append(common)
            page.last = common
            records = start_at(common + LAST, True)
    return page


def rolled_up(key: str, prefix: str, delimiter: str) -> str | None:
    """The common prefix that a key falls under."""
    end = key.find(delimiter, len(prefix)) if key.startswith(prefix) else -1
    return None if end < 0 else key[: end + len(delimiter)]


def _objects_page(
    ctx: Context, bucket: BucketRecord, prefix: str, delimiter: str | None, after: str, limit: int
) -> Page:
    rows = ctx.rows(objects, bucket.name)
    if delimiter or prefix or not limit:
        return walk(lambda key, exclusive: rows.range(key, after=exclusive), prefix, delimiter, after, limit)
    page = Page()
    found = list(islice(rows.range(after, after=True), limit + 1))
    page.truncated = len(found) > limit
    page.found = found[:limit]
    page.last = page.found[-1] if page.found else None
    return page


def _prefixes(page: Page, write: Callable[[str], str]) -> list[dict] | None:
    return [{"Prefix": write(each)} for each in page.prefixes] or None


def _wants_restore(attributes) -> bool:
    return bool(attributes) and "RestoreStatus" in attributes


# Objects


@service.operation
def list_objects(
    ctx: Context, Bucket, Prefix=None, Delimiter=None, Marker=None, MaxKeys=None, EncodingType=None,
    ExpectedBucketOwner=None, OptionalObjectAttributes=None,
):  # fmt: skip
    if ctx.way is not None and (function := object_lambda.function_of(ctx.way, "ListObjects")) is not None:
        return object_lambda_reads.listing(ctx, function)
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    write, limit = encoder(EncodingType), page_size(MaxKeys, "max-keys")
    page = _objects_page(ctx, bucket, Prefix or "", Delimiter, Marker or "", limit)
    last = page.last.key if isinstance(page.last, Version) else page.last
    owners = ctx.principal.kind != "Anonymous"  # who does not sign is not told whose the objects are
    return {
        "Name": Bucket, "Prefix": write(Prefix or ""), "Marker": write(Marker or ""),
        "NextMarker": write(last) if page.truncated and Delimiter else None,
        "MaxKeys": limit, "Delimiter": write(Delimiter) if Delimiter else None, "EncodingType": EncodingType,
        "IsTruncated": page.truncated,
        "Contents": [_entry(ctx, each, write, owners, OptionalObjectAttributes) for each in page.found] or None,
        "CommonPrefixes": _prefixes(page, write),
    }  # fmt: skip


@service.operation
def list_objects_v2(
    ctx: Context, Bucket, Prefix=None, Delimiter=None, MaxKeys=None, EncodingType=None, ContinuationToken=None,
    StartAfter=None, FetchOwner=None, ExpectedBucketOwner=None, OptionalObjectAttributes=None,
):  # fmt: skip
    """Up to 1,000 objects and common prefixes. Raises NoSuchBucket, InvalidArgument for a token that isn't ours."""
    if ctx.way is not None and (function := object_lambda.function_of(ctx.way, "ListObjectsV2")) is not None:
        return object_lambda_reads.listing(ctx, function)
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    write, limit = encoder(EncodingType), page_size(MaxKeys, "max-keys")
    after = StartAfter or ""
    if ContinuationToken is not None:
        after = read_token(ContinuationToken)
    page = _objects_page(ctx, bucket, Prefix or "", Delimiter, after, limit)
    last = page.last.key if isinstance(page.last, Version) else page.last
    if FetchOwner or OptionalObjectAttributes:
        found = [_entry(ctx, each, write, FetchOwner, OptionalObjectAttributes) for each in page.found]
    elif EncodingType is None:
        found = [each.entry for each in page.found]
    else:
        found = [each.encoded_entry for each in page.found]
    return {
        "Name": Bucket, "Prefix": write(Prefix or ""),
        "StartAfter": write(StartAfter) if StartAfter and ContinuationToken is None else None,
        "ContinuationToken": ContinuationToken, "NextContinuationToken": token(ctx, last) if page.truncated else None,
        "KeyCount": len(page.found) + len(page.prefixes), "MaxKeys": limit,
        "Delimiter": write(Delimiter) if Delimiter else None, "EncodingType": EncodingType,
        "IsTruncated": page.truncated, "Contents": found or None, "CommonPrefixes": _prefixes(page, write),
    }  # fmt: skip


def _entry(ctx: Context, version: Version, write: Callable[[str], str], with_owner, attributes) -> dict:
    """An object with what not every listing shows."""
    listed = {**version.entry, "Key": write(version.key)}
    if with_owner:
        listed["Owner"] = owner(version.owner)
    if _wants_restore(attributes):
        listed["RestoreStatus"] = restore.status(ctx, version)
    return listed


def token(ctx: Context, key: str) -> str:
    """An opaque token, never the same twice, that says after which key or common prefix to go on."""
    chance, raw = ctx.ids.bytes(6), key.encode()
    return base64.b64encode(chance + _check(chance + raw) + raw).decode()


def read_token(text: str) -> str:
    """The key in a token. Raises InvalidArgument for one that was never given."""
    try:
        raw = base64.b64decode(text, validate=True)
        chance, check, key = raw[:6], raw[6:12], raw[12:]
        if key and check == _check(chance + key):
            return key.decode()
    except (binascii.Error, ValueError):
        pass
    raise AwsError(
        "InvalidArgument", "The continuation token provided is incorrect", 400, ArgumentName="continuation-token"
    )


def _check(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=6, person=b"s3-list").digest()


# Versions


@service.operation
def list_object_versions(
    ctx: Context, Bucket, Prefix=None, Delimiter=None, KeyMarker=None, VersionIdMarker=None, MaxKeys=None,
    EncodingType=None, ExpectedBucketOwner=None, OptionalObjectAttributes=None,
):  # fmt: skip
    """Up to 1,000 versions, delete markers and common prefixes; of one key the newest first."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    write, limit = encoder(EncodingType), page_size(MaxKeys, "max-keys")
    if VersionIdMarker and not KeyMarker:
        raise AwsError(
            "InvalidArgument", "A version-id marker cannot be specified without a key marker.", 400,
            ArgumentName="version-id-marker", ArgumentValue=VersionIdMarker,
        )  # fmt: skip
    page = walk(all_from(ctx, bucket, KeyMarker, VersionIdMarker), Prefix or "", Delimiter, KeyMarker or "", limit)
    latest = _latest(ctx, bucket, page.found)
    listed = [
        _listed_version(ctx, each, write, each is latest[each.key], OptionalObjectAttributes) for each in page.found
    ]
    both = list(zip(page.found, listed))
    answer = {
        "Name": Bucket, "Prefix": write(Prefix or ""), "KeyMarker": write(KeyMarker or ""),
        "VersionIdMarker": VersionIdMarker or "", "MaxKeys": limit,
        "Delimiter": write(Delimiter) if Delimiter else None, "EncodingType": EncodingType,
        "IsTruncated": page.truncated,
        "Versions": [entry for each, entry in both if not each.delete_marker] or None,
        "DeleteMarkers": [entry for each, entry in both if each.delete_marker] or None,
        "CommonPrefixes": _prefixes(page, write),
    }  # fmt: skip
    if page.truncated:
        by_record = isinstance(page.last, Version)
        answer["NextKeyMarker"] = write(page.last.key if by_record else page.last)
        answer["NextVersionIdMarker"] = page.last.version_id if by_record else None
    return answer


def all_from(ctx: Context, bucket: BucketRecord, key_marker: str | None, id_marker: str | None):
    """``start_at`` for :func:`walk` over all versions of all keys, the newest of a key first."""
    current, others = ctx.rows(objects, bucket.name), ctx.rows(versions, bucket.name)

    def start_at(key: str, exclusive: bool) -> Iterator[Version]:
        if exclusive and id_marker and key == key_marker:
            return _after_version(current, others, key, id_marker)
        # Orders are at most 0, so (key, 1) lies behind all versions of a key.
        rest = others.range((key, 1) if exclusive else (key,))
        return merge(current.range(key, after=exclusive), rest, key=_place)

    return start_at


def _place(version: Version) -> tuple[str, int]:
    return version.key, version.order


def _after_version(current, others, key: str, version_id: str) -> Iterator[Version]:
    """From behind one version of a key on. A marker that is gone means: from the next key on."""
    found = current.get(key)
    if found is None or found.version_id != version_id:
        found = next(others.by("id", (key, version_id), (key, version_id)), None)
    place = (key, 1) if found is None else (key, found.order)
    return merge(current.range(key, after=True), others.range(place, after=True), key=_place)


def _latest(ctx: Context, bucket: BucketRecord, found: list[Version]) -> dict[str, Version | None]:
    """The newest version of every key on a page."""
    return {key: newest(ctx, bucket, key) for key in dict.fromkeys(each.key for each in found)}


def _listed_version(ctx: Context, version: Version, write, is_latest: bool, attributes) -> dict:
    key = {"Key": write(version.key), "VersionId": version.version_id, "IsLatest": is_latest}
    if version.delete_marker:
        return key | {"LastModified": version.modified, "Owner": owner(version.owner)}
    listed = {**version.entry, **key, "Owner": owner(version.owner)}
    if _wants_restore(attributes):
        listed["RestoreStatus"] = restore.status(ctx, version)
    return listed


# Uploads


@service.operation
def list_multipart_uploads(
    ctx: Context, Bucket, Prefix=None, Delimiter=None, KeyMarker=None, UploadIdMarker=None, MaxUploads=None,
    EncodingType=None, ExpectedBucketOwner=None,
):  # fmt: skip
    """Uploads in progress, by key and then by the time they were begun."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    write, limit = encoder(EncodingType), page_size(MaxUploads, "max-uploads")
    rows = ctx.rows(uploads, bucket.name)
    marker = rows.get(UploadIdMarker) if KeyMarker and UploadIdMarker else None

    def start_at(key: str, exclusive: bool) -> Iterator[Upload]:
        if exclusive and marker is not None and key == KeyMarker:
            return (each for each in rows.by("listed", (key, marker.initiated, marker.upload_id)) if each is not marker)
        return rows.by("listed", (key + "\0" if exclusive else key,))

    page = walk(start_at, Prefix or "", Delimiter, KeyMarker or "", limit)
    last = page.last if isinstance(page.last, Upload) else None
    return {
        "Bucket": Bucket, "KeyMarker": write(KeyMarker or ""), "UploadIdMarker": UploadIdMarker or "",
        "NextKeyMarker": write(last.key) if last else "" if page.truncated or not page.found else None,
        "NextUploadIdMarker": last.upload_id if last else "" if page.truncated or not page.found else None,
        "Prefix": write(Prefix) if Prefix is not None else None, "Delimiter": write(Delimiter) if Delimiter else None,
        "MaxUploads": limit, "EncodingType": EncodingType, "IsTruncated": page.truncated,
        "Uploads": [_listed_upload(ctx, each, write) for each in page.found] or None,
        "CommonPrefixes": _prefixes(page, write),
    }  # fmt: skip


def _listed_upload(ctx: Context, upload: Upload, write) -> dict:
    return {
        "Key": write(upload.key), "UploadId": upload.upload_id, "Initiator": initiator(ctx, upload),
        "Owner": owner(upload.owner), "StorageClass": upload.storage_class, "Initiated": upload.initiated,
        "ChecksumAlgorithm": upload.checksum_algorithm, "ChecksumType": upload.checksum_type,
    }  # fmt: skip
