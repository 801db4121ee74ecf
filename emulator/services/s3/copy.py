"""CopyObject and UploadPartCopy. Content is shared between source and copy, never written twice.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

import re
from urllib.parse import unquote_plus

from emulator.engines.access_points import resolve
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import (
    access,
    checksums,
    ciphers,
    conditions,
    contents,
    encryption,
    expiration,
    ranges,
    restore,
    service,
    writing,
)
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.multipart import check_number, find_open, put_blobs
from emulator.services.s3.tables import Bucket, Piece, Upload, Version, buckets, objects
from emulator.services.s3.versions import NULL, add, find_object, shown_id, version_of

RANGE = re.compile(r"bytes=(\d+)-(\d+)")
ADDRESS = re.compile(r"^(https?://[^/]*)?/?")  # what may stand before bucket/key
MOST = 5 * 1024**3  # bytes of a source
CHANGING = (
    "StorageClass", "WebsiteRedirectLocation", "ServerSideEncryption", "SSECustomerAlgorithm", "SSEKMSKeyId",
)  # fmt: skip


def find_source(ctx: Context, given: dict) -> tuple[Bucket, Version, bool]:
    """(bucket, object, whether a version was named) that ``x-amz-copy-source`` names, readable and as conditioned."""
    path, _, version_id = given["CopySource"].partition("?versionId=")
    path = ADDRESS.sub("", unquote_plus(path))
    if path.startswith("arn:"):
        place, _, key = path.partition("/object/")
        name = place.replace("/", ":")
    else:
        name, _, key = path.partition("/")
    if not name or not key:
        raise AwsError(
            "InvalidArgument", "Invalid copy source object key", 400,
            ArgumentName="x-amz-copy-source", ArgumentValue="x-amz-copy-source",
        )  # fmt: skip
    way = None if name in ctx.rows(buckets) else resolve(ctx, name)
    name = name if way is None else way.bucket
    bucket = find_bucket(ctx, name, given.get("ExpectedSourceBucketOwner"))
    came, ctx.way = ctx.way, way  # the source has a way of its own
    try:
        access.require_object(ctx, "GetObject", bucket, key, version_id or None)
    finally:
        ctx.way = came
    if version_id:
        marker = version_of(ctx, bucket, key, version_id)
        if marker is not None and marker.delete_marker:
            raise checksums.invalid_request(
                "The source of a copy request may not specifically refer to a delete marker by version id."
            )
    source = find_object(ctx, bucket, key, version_id or None)
    encryption.check_customer_key(source.described, given, "CopySource")
    conditions.check_source(ctx, source, given)
    restore.check_readable(ctx, source)
    if source.size > MOST:
        raise checksums.invalid_request(
            f"The specified copy source is larger than the maximum allowable size for a copy source: {MOST}"
        )
    return bucket, source, bool(version_id)


# CopyObject


@service.operation
def copy_object(ctx: Context, Bucket, Key, **given):
    """Copy an object of up to 5 GiB, or change its metadata in place.

    Raises NoSuchKey, NoSuchBucket, PreconditionFailed, InvalidRequest for a copy onto itself that changes nothing.
    """
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    source_bucket, source, by_version = find_source(ctx, given)
    settled = _settle(ctx, bucket, Key, source, given)
    if source_bucket.name == Bucket and source.key == Key and not by_version:
        _check_in_place(source, settled["described"], given)
    wanted = given.get("ChecksumAlgorithm") or checksums.algorithm_of(source.checksums) or checksums.DEFAULT
    if wanted not in checksums.SIZES:
        raise checksums.unsupported()
    known = _known(source, wanted)
    needed = [name for name in ("md5", wanted.lower()) if name not in known]
    if encryption.hides_digest(settled["described"]) and "md5" in needed:
        needed.remove("md5")

    def finish(found: dict[str, bytes]) -> dict:
        return _put_copy(ctx, bucket, source_bucket, source, Key, settled, wanted, known | found, given)

    if not needed:
        return finish({})
    opened = ciphers.readable(ctx, source_bucket.name, source, given, ranges.content(source), "CopySource")
    return contents.digest(ctx, opened, needed, finish)


def _settle(ctx: Context, bucket: Bucket, key: str, source: Version, given: dict) -> dict:
    """The fields of the copy: from the request, and metadata and tags from the source unless it says REPLACE."""
    metadata, tagging = given.get("MetadataDirective") or "COPY", given.get("TaggingDirective") or "COPY"
    for value, header, message in (
        (metadata, "x-amz-metadata-directive", "Unknown metadata directive."),
        (tagging, "x-amz-tagging-directive", "Unknown tagging directive."),
    ):
        if value not in ("COPY", "REPLACE"):
            raise AwsError("InvalidArgument", message, 400, ArgumentName=header, ArgumentValue=value)
    if tagging == "COPY":
        given = {name: value for name, value in given.items() if name != "Tagging"}
    settled = writing.settle(ctx, bucket, key, writing.headers(given))
    if metadata == "COPY":
        own = ("WebsiteRedirectLocation", *encryption.MEMBERS)
        copied = {name: value for name, value in source.described.items() if name not in own}
        kept = {name: value for name, value in settled["described"].items() if name in own}
        settled["described"] = copied | kept
    if tagging == "COPY":
        settled["tags"] = source.tags
    return settled


def _check_in_place(source: Version, described: dict, given: dict) -> None:
    same_encryption = encryption.shown(source.described) == encryption.shown(described)
    changes = given.get("MetadataDirective") == "REPLACE" or any(given.get(name) is not None for name in CHANGING)
    if same_encryption and not changes:
        raise checksums.invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the "
            "object's metadata, storage class, website redirect location or encryption attributes."
        )


def _known(source: Version, algorithm: str) -> dict[str, bytes]:
    """Digests of the source's content that need no reading, by name."""
    found = {}
    if len(source.pieces) == 1 and source.pieces[0].number == 0 and not encryption.hides_digest(source.described):
        found["md5"] = bytes.fromhex(source.etag.strip('"'))
    value = source.checksums.get(checksums.MEMBERS[algorithm])
    if value is not None and source.checksums["ChecksumType"] == checksums.FULL_OBJECT:
        found[algorithm.lower()] = checksums.decode(value)
    return found


def _put_copy(ctx: Context, bucket: Bucket, source_bucket: Bucket, source: Version, key: str, settled: dict,
              algorithm: str, found: dict[str, bytes], given: dict) -> dict:  # fmt: skip
    conditions.check_write(ctx, bucket, key, ctx.rows(objects, bucket.name).get(key), given)
    described = settled["described"]
    etag = ctx.ids.hex(32) if encryption.hides_digest(described) else found["md5"].hex()
    value = checksums.encode(found[algorithm.lower()])
    sums = {checksums.MEMBERS[algorithm]: value, "ChecksumType": checksums.FULL_OBJECT}
    blobs = tuple(blob for piece in source.pieces for blob in piece.blobs)
    copied = Version(
        key=key, modified=int(ctx.now), etag=f'"{etag}"', size=source.size, pieces=(Piece(0, source.size, blobs),),
        checksums=sums, **settled,
    )  # fmt: skip
    copied = ciphers.moved(ctx, source_bucket.name, source, given, bucket.name, copied, "CopySource")
    version = add(ctx, bucket, copied)
    emit(ctx, bucket, "s3:ObjectCreated:Copy", version)
    return {
        "CopyObjectResult": {"LastModified": version.modified, "ETag": version.etag, **sums},
        "CopySourceVersionId": _source_id(source_bucket, source), "VersionId": shown_id(bucket, version),
        "Expiration": expiration.header(bucket, version), **encryption.shown(described),
    }  # fmt: skip


def _source_id(bucket: Bucket, source: Version) -> str | None:
    """The source's version id as answers tell it; a null version has none to tell."""
    return None if source.version_id == NULL else shown_id(bucket, source)


# UploadPartCopy


@service.operation
def upload_part_copy(ctx: Context, Bucket, Key, UploadId, PartNumber, CopySourceRange=None, **given):
    """A part from an object, or from a range of it. Raises NoSuchUpload, InvalidArgument, PreconditionFailed."""
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    check_number(PartNumber)
    upload = find_open(ctx, bucket, Key, UploadId)
    source_bucket, source, _ = find_source(ctx, given)
    encryption.check_part_key(upload.described, given)
    start, length = _range(CopySourceRange, source.size)
    algorithm = upload.checksum_algorithm or checksums.DEFAULT
    names = ["md5", algorithm.lower()]
    chosen = ranges.content(source, start, length)
    chosen = ciphers.readable(ctx, source_bucket.name, source, given, chosen, "CopySource")

    def finish(blobs, found: dict[str, bytes]) -> dict:
        open_upload: Upload = find_open(ctx, bucket, Key, UploadId)
        sums = {checksums.MEMBERS[algorithm]: checksums.encode(found[algorithm.lower()])}
        part = put_blobs(ctx, bucket, open_upload, PartNumber, blobs, found["md5"].hex(), sums, given)
        result = {"LastModified": part.modified, "ETag": part.etag}
        return {
            "CopyPartResult": result | (sums if upload.checksum_algorithm is not None else {}),
            "CopySourceVersionId": _source_id(source_bucket, source), **encryption.shown(upload.described),
        }  # fmt: skip

    if all(taken == blob.size for blob, _, taken in chosen):
        blobs = tuple(blob for blob, _, _ in chosen)
        return contents.digest(ctx, chosen, names, lambda found: finish(blobs, found))

    def keep(staged) -> dict:
        return finish((ctx.blobs.keep(staged),), {name: staged.digest(name) for name in names})

    return contents.copy(ctx, chosen, names, keep)


def _range(text: str | None, size: int) -> tuple[int, int]:
    """(start, length) of ``x-amz-copy-source-range``; unlike a Range header it must fit the source exactly."""
    if text is None:
        return 0, size
    found = RANGE.fullmatch(text)
    first, last = (int(each) for each in found.groups()) if found else (1, 0)
    if first > last:
        raise _invalid_range(text, "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
                             "and last are the zero-based offsets of the first and last bytes to copy")  # fmt: skip
    if last >= size:
        raise _invalid_range(text, f"Range specified is not valid for source object of size: {size}")
    return first, last - first + 1


def _invalid_range(text: str, message: str) -> AwsError:
    return AwsError("InvalidArgument", message, 400, ArgumentName="x-amz-copy-source-range", ArgumentValue=text)
