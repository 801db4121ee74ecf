"""GetObjectAttributes. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.s3 import checksums, encryption, service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.multipart import page_size
from emulator.services.s3.tables import Version
from emulator.services.s3.versions import find_object, shown_id

NAMES = ("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize")


@service.operation
def get_object_attributes(
    ctx: Context, Bucket, Key, ObjectAttributes=None, VersionId=None, MaxParts=None, PartNumberMarker=None, **given
):
    """Entity tag, checksum, parts, storage class and size, as asked for. Raises NoSuchKey, InvalidArgument."""
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    version = find_object(ctx, bucket, Key, VersionId)
    encryption.check_customer_key(version.described, given)
    if not ObjectAttributes or not set(ObjectAttributes) <= set(NAMES):
        raise AwsError(
            "InvalidArgument", "Invalid attribute name specified.", 400, ArgumentName="x-amz-object-attributes",
            ArgumentValue=",".join(ObjectAttributes or ()),
        )  # fmt: skip
    answer = {"LastModified": version.modified, "VersionId": shown_id(bucket, version)}
    found = {
        "ETag": version.etag.strip('"'),
        "Checksum": {name: value.partition("-")[0] for name, value in version.checksums.items()} or None,
        "ObjectParts": _parts(version, page_size(MaxParts, "max-parts"), PartNumberMarker or 0),
        "StorageClass": version.storage_class,
        "ObjectSize": version.size,
    }
    return answer | {name: found[name] for name in NAMES if name in ObjectAttributes}


def _parts(version: Version, limit: int, marker: int) -> dict | None:
    """The parts of an object that was uploaded in parts: one by one only with a composite checksum."""
    pieces = version.pieces
    if not pieces or pieces[0].number == 0:
        return None
    if version.checksums.get("ChecksumType") != checksums.COMPOSITE:
        return {"TotalPartsCount": len(pieces)}
    left = [piece for piece in pieces if piece.number > marker]
    page = left[:limit]
    return {
        "TotalPartsCount": len(pieces), "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].number if page else 0, "MaxParts": limit, "IsTruncated": len(left) > limit,
        "Parts": [{"PartNumber": piece.number, "Size": piece.size, **piece.checksums} for piece in page],
    }  # fmt: skip
