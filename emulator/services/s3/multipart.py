"""Uploads in parts: begin, upload, list, abort. Completion is in ``completion.py``.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from emulator.kernel.blobs import Blob, Staged
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import checksums, ciphers, encryption, expiration, ranges, service, writing
from emulator.services.s3.common import canonical_id, find_bucket, owner
from emulator.services.s3.contents import off_loop
from emulator.services.s3.tables import Bucket, Part, Upload, parts, uploads

PAGE = 1000
UPLOAD_ID = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"


def find_upload(ctx: Context, bucket: Bucket, key: str, upload_id: str) -> Upload:
    """An upload in progress, or one completed. Raises NoSuchUpload."""
    found = ctx.rows(uploads, bucket.name).get(upload_id)
    if found is None or found.key != key:
        raise no_such_upload(upload_id)
    return found


def find_open(ctx: Context, bucket: Bucket, key: str, upload_id: str) -> Upload:
    found = find_upload(ctx, bucket, key, upload_id)
    if found.result is not None:
        raise no_such_upload(upload_id)
    return found


def no_such_upload(upload_id: str) -> AwsError:
    return AwsError(
        "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
        "been aborted or completed.", 404, UploadId=upload_id,
    )  # fmt: skip


def disturb(ctx: Context, bucket: Bucket, key: str) -> None:
    """Note on a key's open uploads that something of it was deleted: a conditional completion then conflicts."""
    rows = ctx.rows(uploads, bucket.name)
    if len(rows):
        for upload in list(_listed(rows, key)):
            if upload.key != key:
                return
            rows.put(replace(upload, disturbed=True))


def _listed(rows, start: str):
    """Open uploads in the order of listings, from a key on."""
    return rows.by("listed", (start,))


# Operations


@service.operation
def create_multipart_upload(ctx: Context, Bucket, Key, **given):
    """Begin an upload. Raises what PutObject raises for its headers, and InvalidRequest for checksum types."""
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    algorithm, kind = checksums.settle_type(given.get("ChecksumAlgorithm"), given.get("ChecksumType"))
    settled = writing.settle(ctx, bucket, Key, writing.headers(given))
    _, envelope = ciphers.for_new(ctx, Bucket, Key, settled["described"], given)
    upload = ctx.rows(uploads, bucket.name).put(Upload(
        upload_id=ctx.ids.text(128, UPLOAD_ID), key=Key, initiated=int(ctx.now), initiator=ctx.principal.arn,
        checksum_algorithm=algorithm, checksum_type=kind, envelope=envelope, **settled,
    ))  # fmt: skip
    return {
        "Bucket": Bucket, "Key": Key, "UploadId": upload.upload_id,
        "ChecksumAlgorithm": algorithm, "ChecksumType": kind, **encryption.shown(upload.described),
        **expiration.abort_members(bucket, Key, upload.initiated),
    }  # fmt: skip


@service.operation
def upload_part(ctx: Context, Bucket, Key, UploadId, PartNumber, Body=None, **given):
    """Store one part, or replace it. Raises NoSuchUpload, InvalidArgument, BadDigest, InvalidDigest, InvalidRequest."""
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    check_number(PartNumber)
    upload = find_open(ctx, bucket, Key, UploadId)
    encryption.check_part_key(upload.described, given)
    body = Body if isinstance(Body, Staged) else Staged(Body or b"")
    writing.check_size(body.size)
    claimed, value = checksums.verify(body, given)
    wanted = upload.checksum_algorithm
    if wanted is not None and claimed is not None and claimed != wanted:
        raise checksums.type_mismatch(wanted, claimed)
    needed = wanted or checksums.DEFAULT

    def finish(_) -> dict:
        # The upload may have ended while a thread was reading.
        open_upload = find_open(ctx, bucket, Key, UploadId)
        sums = {checksums.MEMBERS[needed]: checksums.of_body(body, needed)}
        kept, md5 = (ctx.blobs.keep(body),), body.digest("md5").hex()
        part = put_blobs(ctx, bucket, open_upload, PartNumber, kept, md5, sums, given)
        told = {checksums.MEMBERS[claimed]: value} if claimed is not None else sums
        return {"ETag": part.etag, **told, **encryption.shown(upload.described)}

    # A client may have sent another checksum than the upload's: then a large part is read once more.
    return off_loop(ctx, 0 if body.knows(needed.lower()) else body.size, lambda: body.digest(needed.lower()), finish)


def put_blobs(
    ctx: Context, bucket: Bucket, upload: Upload, number: int, blobs: tuple[Blob, ...], md5: str, sums: dict[str, str],
    given: dict,
) -> Part:  # fmt: skip
    """Store a part that lies in these blobs, in place of the one that had its number."""
    etag = ctx.ids.hex(32) if encryption.hides_digest(upload.described) else md5
    size = sum(blob.size for blob in blobs)
    blobs = ciphers.sealed(ciphers.of(ctx, bucket.name, upload, given), blobs)
    part = Part(number, int(ctx.now), f'"{etag}"', size, blobs, sums)
    return ctx.rows(parts, bucket.name, upload.upload_id).put(part)


def check_number(number: int) -> None:
    if not 1 <= number <= 10_000:
        raise ranges.invalid_part_number(number)


@service.operation
def abort_multipart_upload(ctx: Context, Bucket, Key, UploadId, ExpectedBucketOwner=None):
    """Forget an upload and its parts. Raises NoSuchUpload."""
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    forget(ctx, bucket, find_open(ctx, bucket, Key, UploadId))
    return {}


def forget(ctx: Context, bucket: Bucket, upload: Upload) -> None:
    ctx.rows(uploads, bucket.name).delete(upload.upload_id)
    ctx.rows(parts, bucket.name, upload.upload_id).clear()


@service.operation
def list_parts(ctx: Context, Bucket, Key, UploadId, MaxParts=None, PartNumberMarker=None, ExpectedBucketOwner=None):
    bucket = find_bucket(ctx, Bucket, ExpectedBucketOwner)
    upload = find_open(ctx, bucket, Key, UploadId)
    limit, marker = page_size(MaxParts, "max-parts"), PartNumberMarker or 0
    found = []
    for part in ctx.rows(parts, bucket.name, UploadId).range(marker, after=True):
        found.append(part)
        if len(found) > limit:
            break
    page = found[:limit]
    return {
        "Bucket": Bucket, "Key": Key, "UploadId": UploadId, "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].number if page else 0, "MaxParts": limit, "IsTruncated": len(found) > limit,
        "ChecksumAlgorithm": upload.checksum_algorithm, "ChecksumType": upload.checksum_type,
        "Parts": [_listed_part(upload, part) for part in page] or None,
        "Initiator": initiator(ctx, upload), "Owner": owner(upload.owner), "StorageClass": upload.storage_class,
        **expiration.abort_members(bucket, Key, upload.initiated),
    }  # fmt: skip


def _listed_part(upload: Upload, part: Part) -> dict:
    shown = part.checksums if upload.checksum_algorithm is not None else {}
    return {"PartNumber": part.number, "LastModified": part.modified, "ETag": part.etag, "Size": part.size, **shown}


def page_size(asked: int | None, name: str) -> int:
    """How many entries a page has at most. Raises InvalidArgument for a negative number."""
    if asked is None:
        return PAGE
    if not 0 <= asked <= 2_147_483_647:
        member = name.split("-")[0] + name.split("-")[1].capitalize()
        raise AwsError(
            "InvalidArgument", f"Argument {member} must be an integer between 0 and 2147483647", 400,
            ArgumentName=member, ArgumentValue=asked,
        )  # fmt: skip
    return min(asked, PAGE)


def initiator(ctx: Context, upload: Upload) -> dict:
    """Who began an upload: the account's owner under the canonical id, anybody else under the ARN."""
    name = upload.initiator.rpartition(":")[2].rpartition("/")[2]
    if upload.initiator.endswith(":root"):
        return {"ID": canonical_id(upload.owner), "DisplayName": f"account-{upload.owner}"}
    return {"ID": upload.initiator, "DisplayName": name}
