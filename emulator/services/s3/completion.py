"""CompleteMultipartUpload: many parts become one object, without copying a byte.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

import hashlib
from itertools import pairwise
from urllib.parse import quote

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import checksums, conditions, encryption, expiration, service
from emulator.services.s3.buckets import address
from emulator.services.s3.common import emit, find_bucket
from emulator.services.s3.multipart import find_upload
from emulator.services.s3.tables import Bucket, Part, Piece, Upload, Version, objects, parts, uploads
from emulator.services.s3.versions import add, shown_id

MINIMUM = 5 * 1024 * 1024  # bytes of every part but the last
REMEMBERED = 24 * 3600  # seconds for which a completed upload repeats its answer


@service.operation
def complete_multipart_upload(ctx: Context, Bucket, Key, UploadId, MultipartUpload=None, **given):
    """Make the object from the parts named. Repeating a call that succeeded repeats its answer.

    Raises NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest, BadDigest, PreconditionFailed,
    ConditionalRequestConflict.
    """
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    upload = find_upload(ctx, bucket, Key, UploadId)
    if upload.result is not None:
        return upload.result
    wanted = (MultipartUpload or {}).get("Parts") or ()
    if not wanted:
        raise checksums.invalid_request("You must specify at least one part")
    kind = given.get("ChecksumType")
    if kind is not None and kind != upload.checksum_type:
        raise checksums.invalid_request(
            f"The upload was created using the {upload.checksum_type or 'null'} checksum mode. The complete request "
            "must use the same checksum mode."
        )
    chosen = _choose(ctx, bucket, upload, wanted)
    size = sum(part.size for part in chosen)
    if given.get("MpuObjectSize") is not None and given["MpuObjectSize"] != size:
        raise checksums.invalid_request(
            f"The provided 'x-amz-mp-object-size' header value {given['MpuObjectSize']} does not match what was "
            f"computed: {size}"
        )
    sums = _checksums(upload, chosen, given)
    _check_conditions(ctx, bucket, upload, given)
    version = _assemble(ctx, bucket, upload, chosen, size, sums)
    # With a key of KMS the default checksum is kept, but not told here.
    told = {} if upload.checksum_algorithm is None and encryption.hides_digest(upload.described) else sums
    answer = {
        "Location": address(ctx, Bucket) + quote(Key), "Bucket": Bucket, "Key": Key, "ETag": version.etag, **told,
        **{name: value for name, value in encryption.shown(upload.described).items() if "Customer" not in name},
        "VersionId": shown_id(bucket, version) if bucket.versioning == "Enabled" else None,
        "Expiration": expiration.header(bucket, version),
    }  # fmt: skip
    _forget(ctx, bucket, upload, answer)
    emit(ctx, bucket, "s3:ObjectCreated:CompleteMultipartUpload", version)
    return answer


def _choose(ctx: Context, bucket: Bucket, upload: Upload, wanted: list[dict]) -> list[Part]:
    """The stored parts that the request names, checked one by one."""
    numbers = [each.get("PartNumber", 0) for each in wanted]
    if any(after <= before for before, after in pairwise(numbers)):
        raise AwsError(
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.", 400,
            UploadId=upload.upload_id,
        )  # fmt: skip
    rows = ctx.rows(parts, bucket.name, upload.upload_id)
    chosen = []
    for number, each in zip(numbers, wanted):
        part = rows.get(number)
        etag = (each.get("ETag") or "").strip('"')
        if part is None or part.etag.strip('"') != etag:
            raise _invalid_part(upload, number, etag)
        _check_part(upload, part, each, etag)
        chosen.append(part)
    for part in chosen[:-1]:
        if part.size < MINIMUM:
            raise AwsError(
                "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400,
                ProposedSize=part.size, MinSizeAllowed=MINIMUM, PartNumber=part.number, ETag=part.etag.strip('"'),
            )  # fmt: skip
    return chosen


def _check_part(upload: Upload, part: Part, wanted: dict, etag: str) -> None:
    """Hold a stored part to the checksum that the request names for it."""
    algorithm, value = checksums.claimed(wanted)
    own = upload.checksum_algorithm
    if algorithm is None:
        if upload.checksum_type == checksums.COMPOSITE:
            raise checksums.invalid_request(
                f"The upload was created using a {own.lower()} checksum. The complete request must include the "
                f"checksum for each part. It was missing for part {part.number} in the request."
            )
    elif own is not None and algorithm != own:
        message = f"The {algorithm.lower()} you specified for part {part.number} did not match what we received."
        raise AwsError("BadDigest", message, 400)
    elif own is None or part.checksums[checksums.MEMBERS[own]] != value:
        raise _invalid_part(upload, part.number, etag)


def _invalid_part(upload: Upload, number: int, etag: str) -> AwsError:
    return AwsError(
        "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, "
        "or the specified entity tag may not match the part's entity tag.", 400,
        UploadId=upload.upload_id, PartNumber=number, ETag=etag,
    )  # fmt: skip


def _checksums(upload: Upload, chosen: list[Part], given: dict) -> dict[str, str]:
    """The whole object's checksum, held to the one that the request claims."""
    algorithm, kind = upload.checksum_algorithm, upload.checksum_type
    if algorithm is None:
        if "SSECustomerKeyMD5" in upload.described:
            return {}
        algorithm, kind = checksums.DEFAULT, checksums.FULL_OBJECT
    member = checksums.MEMBERS[algorithm]
    if kind == checksums.COMPOSITE:
        value = checksums.composite(algorithm, [part.checksums[member] for part in chosen])
    else:
        value = checksums.combined(algorithm, [(part.checksums[member], part.size) for part in chosen])
    if upload.checksum_algorithm is not None:
        named, claim = checksums.claimed(given)
        # Without its type a claim counts as one of a composite checksum.
        fits = named == algorithm and kind == (given.get("ChecksumType") or checksums.COMPOSITE)
        if named is not None and not (fits and claim in (value, value.partition("-")[0])):
            message = f"The {algorithm.lower()} you specified did not match the calculated checksum."
            raise AwsError("BadDigest", message, 400)
    return {member: value, "ChecksumType": kind}


def _check_conditions(ctx: Context, bucket: Bucket, upload: Upload, given: dict) -> None:
    current = ctx.rows(objects, bucket.name).get(upload.key)
    conditions.check_write(ctx, bucket, upload.key, current, given)
    if given.get("IfNoneMatch") is not None and upload.disturbed:
        raise AwsError(
            "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation "
            "against this resource.", 409, Condition="If-None-Match", Key=upload.key,
        )  # fmt: skip


def _assemble(ctx: Context, bucket: Bucket, upload: Upload, chosen: list[Part], size: int, sums: dict) -> Version:
    if encryption.hides_digest(upload.described):
        digest = ctx.ids.hex(32)
    else:
        raw = bytes.fromhex("".join(part.etag.strip('"') for part in chosen))
        digest = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    # Parts of an upload without a checksum of its own have none to show.
    shown = upload.checksum_algorithm is not None
    return add(ctx, bucket, Version(
        key=upload.key, modified=int(ctx.now), owner=upload.owner, etag=f'"{digest}-{len(chosen)}"', size=size,
        pieces=tuple(Piece(part.number, part.size, part.blobs, part.checksums if shown else {}) for part in chosen),
        described=upload.described, checksums=sums, storage_class=upload.storage_class, tags=upload.tags,
        acl=upload.acl, lock=upload.lock, envelope=upload.envelope,
    ))  # fmt: skip


def _forget(ctx: Context, bucket: Bucket, upload: Upload, answer: dict) -> None:
    """The parts belong to the object now; of the upload only its answer is kept, for a day."""
    ctx.rows(parts, bucket.name, upload.upload_id).clear()
    ctx.rows(uploads, bucket.name).put(replace(upload, result={k: v for k, v in answer.items() if v is not None}))
    ctx.after(REMEMBERED, "forget_upload", bucket=bucket.name, upload_id=upload.upload_id)


@service.job
def forget_upload(ctx: Context, bucket: str, upload_id: str):
    ctx.rows(uploads, bucket).delete(upload_id)
