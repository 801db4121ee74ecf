"""UpdateObjectEncryption: another key around an object's own, without touching its content.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
"""

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.s3 import checksums, ciphers, encryption, service
from emulator.services.s3.common import find_bucket
from emulator.services.s3.documents import malformed
from emulator.services.s3.versions import find_target, update

CHANGEABLE = ("AES256", "aws:kms")


@service.operation
def update_object_encryption(ctx: Context, Bucket, Key, ObjectEncryption=None, VersionId=None, **given):
    """Put a version under a KMS key. Raises NoSuchKey, InvalidRequest for SSE-C and DSSE, KMS's errors."""
    bucket = find_bucket(ctx, Bucket, given.get("ExpectedBucketOwner"))
    version = find_target(ctx, bucket, Key, VersionId, "PUT")
    wanted = (ObjectEncryption or {}).get("SSEKMS")
    if not wanted or "KMSKeyArn" not in wanted:
        raise malformed()
    if version.described.get("ServerSideEncryption") not in CHANGEABLE:
        raise checksums.invalid_request("The encryption of this object cannot be updated.")
    settled = encryption.settle(ctx, bucket, {
        "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": wanted["KMSKeyArn"],
        "BucketKeyEnabled": wanted.get("BucketKeyEnabled"),
    })  # fmt: skip
    kept = {name: value for name, value in version.described.items() if name not in encryption.MEMBERS}
    changed = replace(version, described=kept | settled)
    update(ctx, bucket, ciphers.moved(ctx, Bucket, version, {}, Bucket, changed))
    return {}
