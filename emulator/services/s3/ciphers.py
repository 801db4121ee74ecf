"""The keys under which contents lie on disk: an envelope around each object's own.

The kernel seals every value under a data key of its own. S3 keeps that key only sealed, under a key of the object's
encryption: the bucket's master key (SSE-S3, kept in the state and gone with the bucket), one that KMS generated for the
object and keeps encrypted (SSE-KMS), or the customer's, which is never kept (SSE-C). So a copy or a new key never
rewrites content. Without a data directory nothing outlives the process and contents lie as they are; KMS is asked for
its leave all the same. DSSE's second layer is not applied.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
"""

import base64
from collections.abc import Iterable

from emulator.kernel import sealing
from emulator.kernel.blobs import Blob
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.s3 import encryption
from emulator.services.s3.tables import MasterKey, Upload, Version, master_keys

Ranges = list[tuple[Blob, int, int]]


# The key that seals the data keys of an object


def for_new(ctx: Context, bucket: str, key: str, described: dict, given: dict) -> tuple[bytes, bytes]:
    """(sealing key, KMS's envelope of it) for an object about to be written. Raises KMS's errors under S3's names."""
    if "SSEKMSKeyId" in described:
        return encryption.generate_data_key(ctx, bucket, key, described)
    if "SSECustomerKeyMD5" in described:
        return _customer(given), b""
    return _master(ctx, bucket), b""


def of(ctx: Context, bucket: str, holder: Version | Upload, given: dict, prefix: str = "") -> bytes:
    """The sealing key of an object or upload; a customer's comes with the request. Raises KMS's errors."""
    if holder.envelope:
        return encryption.decrypt_data_key(ctx, bucket, holder.key, holder.described, holder.envelope)
    if "SSECustomerKeyMD5" in holder.described:
        return _customer(given, prefix)
    return _master(ctx, bucket)


def _customer(given: dict, prefix: str = "") -> bytes:
    return base64.b64decode(given[f"{prefix}SSECustomerKey"])


def _master(ctx: Context, bucket: str) -> bytes:
    """The bucket's own key, made when it is first needed."""
    if not ctx.blobs.durable:
        return b""
    rows = ctx.rows(master_keys)
    return (rows.get(bucket) or rows.put(MasterKey(bucket, sealing.new_key()))).key


# Sealing and opening data keys


def sealed(key: bytes, blobs: Iterable[Blob]) -> tuple[Blob, ...]:
    """Blobs as records hold them."""
    return tuple(blob if blob.key is None else replace(blob, key=sealing.wrap(key, blob.key)) for blob in blobs)


def sealed_new(
    ctx: Context, bucket: str, key: str, described: dict, given: dict, blob: Blob
) -> tuple[tuple[Blob, ...], bytes]:
    """(the blob of a new object as its record holds it, KMS's envelope of its sealing key). Raises KMS's errors."""
    if blob.key is None and "SSEKMSKeyId" not in described:
        return (blob,), b""
    sealing_key, envelope = for_new(ctx, bucket, key, described, given)
    return sealed(sealing_key, (blob,)), envelope


def opened(key: bytes, blobs: Iterable[Blob]) -> tuple[Blob, ...]:
    """Blobs as they can be read."""
    return tuple(blob if blob.key is None else replace(blob, key=sealing.unwrap(key, blob.key)) for blob in blobs)


def readable(ctx: Context, bucket: str, version: Version, given: dict, parts: Ranges, prefix: str = "") -> Ranges:
    """Ranges of a version's blobs, to be read. Raises KMS's errors."""
    if not version.envelope and (not parts or parts[0][0].key is None):
        return parts
    key = of(ctx, bucket, version, given, prefix)
    blobs = opened(key, (blob for blob, _, _ in parts))
    return [(blob, start, length) for blob, (_, start, length) in zip(blobs, parts)]


def moved(
    ctx: Context, source: str, version: Version, given: dict, target: str, to: Version, prefix: str = ""
) -> Version:
    """``to``, which shares ``version``'s content, with the data keys sealed for its own bucket and encryption.

    ``prefix`` names the members of ``given`` that hold the customer's key of ``version``.
    """
    old = of(ctx, source, version, given, prefix)
    new, envelope = for_new(ctx, target, to.key, to.described, given)
    if old == new and envelope == to.envelope:
        return to

    def turned(holder):  # a piece or an annotation
        return replace(holder, blobs=sealed(new, opened(old, holder.blobs)))

    annotations = {name: turned(each) for name, each in to.annotations.items()}
    return replace(to, pieces=tuple(map(turned, to.pieces)), annotations=annotations, envelope=envelope)
