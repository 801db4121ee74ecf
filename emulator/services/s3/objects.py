"""Objects: put, get, head, delete.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and its siblings
"""

import re
from operator import itemgetter

from emulator.kernel.blobs import Body as Content
from emulator.kernel.blobs import Staged
from emulator.kernel.context import ANONYMOUS, Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import (
    access,
    checksums,
    ciphers,
    conditions,
    encryption,
    expiration,
    locks,
    object_lambda,
    object_lambda_reads,
    ranges,
    restore,
    service,
    writing,
)
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.documents import malformed
from emulator.services.s3.multipart import disturb
from emulator.services.s3.tables import Bucket, Piece, Version, objects
from emulator.services.s3.versions import (
    add,
    add_marker,
    find_object,
    invalid_version_id,
    is_ours,
    no_such_version,
    remove,
    shown_id,
    version_of,
)  # fmt: skip

IN_MEMORY = 64 * 1024  # bytes up to which an answer's body is given whole
MAX_DELETES = 1000  # keys in one DeleteObjects
# Response headers that a signed reader may set, by the members they replace.
OVERRIDES = {
    "ResponseCacheControl": "CacheControl", "ResponseContentDisposition": "ContentDisposition",
    "ResponseContentEncoding": "ContentEncoding", "ResponseContentLanguage": "ContentLanguage",
    "ResponseContentType": "ContentType", "ResponseExpires": "Expires",
}  # fmt: skip


# Writing


@service.operation
def put_object(ctx: Context, Bucket, Key, Body=None, **given):
    """Store an object of up to 5 GiB.

    Raises NoSuchBucket, PreconditionFailed, BadDigest, InvalidDigest, EntityTooLarge, MetadataTooLarge,
    KeyTooLongError.
    """
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    body = Body if Body is not None else Staged(b"")
    return store(ctx, bucket, Key, body, writing.headers(given), "s3:ObjectCreated:Put")[1]


def store(ctx: Context, bucket: Bucket, key: str, body: Staged, given: dict, event: str) -> tuple[Version, dict]:
    """Write a whole object from one body; the new version and the members of PutObject's answer."""
    body = body if isinstance(body, Staged) else Staged(body)
    writing.check_size(body.size)
    settled = writing.settle(ctx, bucket, key, given)
    algorithm, value = _verified(body, given)
    if algorithm is None:
        algorithm, value = checksums.DEFAULT, checksums.of_body(body, checksums.DEFAULT)
    current = ctx.rows(objects, bucket.name).get(key)
    conditions.check_write(ctx, bucket, key, current, given)
    described = settled["described"]
    sums = {checksums.MEMBERS[algorithm]: value, "ChecksumType": checksums.FULL_OBJECT}
    etag = ctx.ids.hex(32) if encryption.hides_digest(described) else body.digest("md5").hex()
    blobs, envelope = ciphers.sealed_new(ctx, bucket.name, key, described, given, ctx.blobs.keep(body))
    version = add(ctx, bucket, Version(
        key=key, modified=int(ctx.now), etag=f'"{etag}"', size=body.size, pieces=(Piece(0, body.size, blobs),),
        checksums=sums, envelope=envelope, **settled,
    ))  # fmt: skip
    emit(ctx, bucket, event, version)
    answer = {"ETag": version.etag, **sums, **encryption.shown(described)}
    if bucket.configurations:
        answer["VersionId"] = version.version_id if bucket.versioning == "Enabled" else None
        answer["Expiration"] = expiration.header(bucket, version)
    return version, answer


def _verified(body: Staged, given: dict) -> tuple[str | None, str | None]:
    try:
        return checksums.verify(body, given)
    except AwsError as error:
        if "ExpectedDigest" in error.members:  # of a whole object S3 writes it in hexadecimal, of a part in base64
            error.members["ExpectedDigest"] = checksums.decode(given["ContentMD5"]).hex()
        raise


# Reading


@service.operation
def get_object(ctx: Context, Bucket, Key, VersionId=None, **given):
    """The content of an object, or of a range or part of it.

    Raises NoSuchKey, NoSuchVersion, InvalidObjectState, InvalidRange, PreconditionFailed; NotModified is a 304.
    """
    if ctx.way is not None and (function := object_lambda.function_of(ctx.way, "GetObject")) is not None:
        return object_lambda.transformed(ctx, function, Key)
    version, answer, start, length = read(ctx, Bucket, Key, VersionId, given, "GET")
    restore.check_readable(ctx, version)
    if "SSEKMSKeyId" in version.described:
        encryption.check_kms_key(ctx, version.described)
    parts = ciphers.readable(ctx, Bucket, version, given, ranges.content(version, start, length))
    if length <= IN_MEMORY and all(blob.data is not None for blob, _, _ in parts):
        answer["Body"] = b"".join(ctx.blobs.read(*part) for part in parts)
    else:
        answer["Body"] = Content(ctx.blobs, parts)
    return answer


@service.operation
def head_object(ctx: Context, Bucket, Key, VersionId=None, **given):
    """As GetObject, without the content."""
    if ctx.way is not None and (function := object_lambda.function_of(ctx.way, "HeadObject")) is not None:
        return object_lambda_reads.head(ctx, function, Key)
    _, answer, _, length = read(ctx, Bucket, Key, VersionId, given, "HEAD")
    answer["ContentLength"] = length
    return answer


def read(ctx: Context, name: str, key: str, version_id, given: dict, method: str) -> tuple[Version, dict, int, int]:
    """What GetObject and HeadObject share: (version, the answer without body, start, length)."""
    bucket = find_bucket(ctx, name, given.get("ExpectedBucketOwner"))
    version = find_object(ctx, bucket, key, version_id, method)
    described = version.described
    if "SSECustomerKeyMD5" in described or "SSECustomerAlgorithm" in given or "SSECustomerKey" in given:
        encryption.check_customer_key(described, given)
    conditions.check_read(ctx, version, given)
    answer = {"AcceptRanges": "bytes", "LastModified": version.modified, "ETag": version.etag, **described}
    answer.pop("SSEKMSEncryptionContext", None)
    start, length = _select(version, given, answer)
    if bucket.configurations:
        answer["VersionId"] = shown_id(bucket, version)
        answer["Expiration"] = expiration.header(bucket, version) if version_id is None else None
    if version.tags:
        answer["TagCount"] = len(version.tags)
    if version.storage_class != "STANDARD":
        answer["StorageClass"] = version.storage_class
        answer["Restore"] = restore.header(ctx, version)
    if version.lock is not None:
        answer |= locks.shown(version.lock)
    if version.replication is not None:
        answer["ReplicationStatus"] = version.replication
    for parameter, member in OVERRIDES.items():
        if parameter in given:
            if ctx.principal is ANONYMOUS:
                raise checksums.invalid_request(
                    "Request specific response headers cannot be used for anonymous GET requests."
                )
            answer[member] = _representable(parameter, given[parameter])
    return version, answer, start, length


def _representable(parameter: str, value: str) -> str:
    """A header's value that a reader asks for, when a header can carry it."""
    if any(character > "\xff" for character in value):
        header = re.sub("(?<!^)([A-Z])", r"-\1", parameter).lower()
        raise AwsError(
            "InvalidArgument", "Header value cannot be represented using ISO-8859-1.", 400,
            ArgumentName=header, ArgumentValue=value,
        )  # fmt: skip
    return value


def _select(version: Version, given: dict, answer: dict) -> tuple[int, int]:
    """(start, length) of what is wanted; adds status, range and checksums to the answer."""
    start, length, sums = 0, version.size, version.checksums
    wanted, number = given.get("Range"), given.get("PartNumber")
    if number is not None:
        if wanted is not None:
            raise checksums.invalid_request("Cannot specify both Range header and partNumber query parameter")
        start, length, piece = ranges.of_part(version, number)
        partial = True
        if piece.number:
            answer["PartsCount"] = len(version.pieces)
        if sums.get("ChecksumType") == checksums.COMPOSITE:
            sums = {**piece.checksums, "ChecksumType": checksums.COMPOSITE}
        elif length != version.size:
            sums = {}
    else:
        found = ranges.of_range(wanted, version.size) if wanted is not None else None
        partial = found is not None
        if partial:
            start, length = found
            if length != version.size:
                sums = {}
    if partial:
        answer["StatusCode"] = 206
        answer["ContentRange"] = f"bytes {start}-{start + length - 1}/{version.size}"
    if given.get("ChecksumMode", "").upper() == "ENABLED":
        answer |= sums
    return start, length


# Deleting


@service.operation
def delete_object(ctx: Context, Bucket, Key, VersionId=None, BypassGovernanceRetention=None, **given):
    """Delete a version for good, or without a version id put a delete marker on top. What is not there is no error.

    Raises AccessDenied for a locked version, InvalidArgument for an id that S3 never made, PreconditionFailed.
    """
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    conditions.check_delete(version_of(ctx, bucket, Key, VersionId) if VersionId is not None
                            else ctx.rows(objects, bucket.name).get(Key), given)  # fmt: skip
    deleted = delete(ctx, bucket, Key, VersionId, BypassGovernanceRetention)
    if deleted is None and VersionId is not None and not is_ours(VersionId):
        raise invalid_version_id(VersionId)
    if deleted is None:
        return {"VersionId": VersionId}
    return {"VersionId": shown_id(bucket, deleted), "DeleteMarker": deleted.delete_marker or None}


def delete(ctx: Context, bucket: Bucket, key: str, version_id: str | None, bypass) -> Version | None:
    """Delete one thing: the version that is gone, or the delete marker that came; None when nothing was there."""
    if version_id is None:
        current = ctx.rows(objects, bucket.name).get(key)
        marker = add_marker(ctx, bucket, key)
        disturb(ctx, bucket, key)
        if marker is not None:
            emit(ctx, bucket, "s3:ObjectRemoved:DeleteMarkerCreated", marker)
        elif current is not None:
            emit(ctx, bucket, "s3:ObjectRemoved:Delete", current)
        return marker
    found = version_of(ctx, bucket, key, version_id)
    if found is not None:
        locks.check_delete(ctx, bucket, found, bypass)
        remove(ctx, bucket, found)
        disturb(ctx, bucket, key)
        emit(ctx, bucket, "s3:ObjectRemoved:Delete", found)
    return found


@service.operation
def delete_objects(ctx: Context, Bucket, Delete=None, BypassGovernanceRetention=None, ExpectedBucketOwner=None):
    """Delete up to 1,000 keys; each succeeds or fails by itself."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    wanted = (Delete or {}).get("Objects") or ()
    if not 0 < len(wanted) <= MAX_DELETES or any(each.get("Key") is None for each in wanted):
        raise malformed()
    deleted, errors = [], []
    for each in wanted:
        key, version_id = each["Key"], each.get("VersionId") or None
        try:
            access.require_object(ctx, "DeleteObject", bucket, key, version_id)
            conditions.check_delete(ctx.rows(objects, bucket.name).get(key), _conditions(each))
            gone = delete(ctx, bucket, key, version_id, BypassGovernanceRetention)
            if gone is None and version_id is not None and not is_ours(version_id):
                raise no_such_version(key, version_id)
        except AwsError as error:
            errors.append({"Key": key, "VersionId": version_id, "Code": error.code, "Message": error.message})
            continue
        entry = {"Key": key, "VersionId": version_id}
        if gone is not None and gone.delete_marker:
            entry |= {"DeleteMarker": True, "DeleteMarkerVersionId": gone.version_id}
        deleted.append(entry)
    deleted.sort(key=itemgetter("Key"))  # S3 promises no order; this one does not depend on the request's
    return {"Deleted": None if (Delete or {}).get("Quiet") else deleted or None, "Errors": errors or None}


def _conditions(entry: dict) -> dict:
    """The conditions of one entry of DeleteObjects, under DeleteObject's names."""
    return {
        "IfMatch": entry.get("ETag"), "IfMatchLastModifiedTime": entry.get("LastModifiedTime"),
        "IfMatchSize": entry.get("Size"),
    }  # fmt: skip
