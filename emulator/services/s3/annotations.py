"""Annotations: named texts attached to a version of an object, gone with it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
"""

import base64
import binascii

from emulator.kernel.blobs import Staged
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3 import checksums, ciphers, conditions, service, versions
from emulator.services.s3.common import find_bucket
from emulator.services.s3.multipart import page_size
from emulator.services.s3.tables import Annotation, Bucket, Version

MOST = 1000  # of one version
LONGEST_NAME = 512  # bytes
LARGEST = 1024 * 1024  # bytes


def _target(ctx: Context, name: str, key: str, version_id: str | None, given: dict, method: str):
    """(bucket, version) that an operation is about, as ``ObjectIfMatch`` conditions it."""
    bucket: Bucket = find_bucket(ctx, name, given.get("ExpectedBucketOwner"))
    version: Version = versions.find_target(ctx, bucket, key, version_id, method)
    wanted = given.get("ObjectIfMatch")
    if wanted is not None and not conditions.matches(version.etag, wanted):
        raise conditions.failed("x-amz-object-if-match")
    return bucket, version


@service.operation
def put_object_annotation(ctx: Context, Bucket, Key, AnnotationName, AnnotationPayload=None, VersionId=None, **given):
    """Attach a text of up to 1 MiB, or replace it.

    Raises InvalidAnnotationName, AnnotationNameTooLong, AnnotationLimitExceeded, EntityTooLarge, UnsupportedMediaType,
    InvalidRequest for an object under a customer's key.
    """
    bucket, version = _target(ctx, Bucket, Key, VersionId, given, "PUT")
    if not AnnotationName:
        raise AwsError("InvalidAnnotationName", "The annotation name you provided is invalid.", 400)
    if len(AnnotationName.encode()) > LONGEST_NAME:
        raise AwsError("AnnotationNameTooLong", f"The annotation name exceeds {LONGEST_NAME} bytes.", 400)
    if "SSECustomerKeyMD5" in version.described:
        raise checksums.invalid_request("Objects encrypted with SSE-C cannot have annotations.")
    body = AnnotationPayload if isinstance(AnnotationPayload, Staged) else Staged(AnnotationPayload or b"")
    _check_payload(body)
    if AnnotationName not in version.annotations and len(version.annotations) >= MOST:
        message = "The request would exceed the maximum number of annotations allowed per object."
        raise AwsError("AnnotationLimitExceeded", message, 400)
    algorithm, value = checksums.verify(body, given)
    if algorithm is None:
        algorithm, value = checksums.DEFAULT, checksums.of_body(body, checksums.DEFAULT)
    sums = {checksums.MEMBERS[algorithm]: value, "ChecksumType": checksums.FULL_OBJECT}
    etag = f'"{body.digest("md5").hex()}"'
    blobs = ciphers.sealed(ciphers.of(ctx, Bucket, version, {}), (ctx.blobs.keep(body),))
    annotation = Annotation(AnnotationName, int(ctx.now), etag, body.size, blobs, sums)
    annotations = {**version.annotations, AnnotationName: annotation}
    versions.update(ctx, bucket, replace(version, annotations=annotations))
    return {
        "Key": Key, "AnnotationName": AnnotationName, "ObjectVersionId": versions.shown_id(bucket, version),
        "ETag": etag, **sums, "ServerSideEncryption": version.described.get("ServerSideEncryption"),
    }  # fmt: skip


def _check_payload(body: Staged) -> None:
    if not 0 < body.size <= LARGEST:
        code = "EntityTooLarge" if body.size else "InvalidRequest"
        raise AwsError(code, f"An annotation has between 1 and {LARGEST} bytes.", 400)
    try:
        body.read().decode()
    except UnicodeDecodeError:
        message = "The annotation payload is not valid UTF-8 encoded text."
        raise AwsError("UnsupportedMediaType", message, 415) from None


@service.operation
def get_object_annotation(ctx: Context, Bucket, Key, AnnotationName, VersionId=None, ChecksumMode=None, **given):
    """The text of an annotation. Raises NoSuchAnnotation."""
    bucket, version = _target(ctx, Bucket, Key, VersionId, given, "GET")
    found = version.annotations.get(AnnotationName)
    if found is None:
        raise AwsError("NoSuchAnnotation", "The specified annotation does not exist on this object.", 404)
    parts = [(blob, 0, blob.size) for blob in found.blobs]
    parts = ciphers.readable(ctx, Bucket, version, {}, parts)
    return {
        "AnnotationPayload": b"".join(ctx.blobs.read(*part) for part in parts), "LastModified": found.modified,
        "ETag": found.etag, "ObjectVersionId": versions.shown_id(bucket, version),
        "ServerSideEncryption": version.described.get("ServerSideEncryption"),
        **(found.checksums if (ChecksumMode or "").upper() == "ENABLED" else {}),
    }  # fmt: skip


@service.operation
def delete_object_annotation(ctx: Context, Bucket, Key, AnnotationName, VersionId=None, **given):
    """Take an annotation off; one that is not there is no error."""
    bucket, version = _target(ctx, Bucket, Key, VersionId, given, "DELETE")
    left = {name: each for name, each in version.annotations.items() if name != AnnotationName}
    versions.update(ctx, bucket, replace(version, annotations=left))
    return {"ObjectVersionId": versions.shown_id(bucket, version)}


@service.operation
def list_object_annotations(
    ctx: Context, Bucket, Key, VersionId=None, MaxAnnotationResults=None, AnnotationPrefix=None,
    ContinuationToken=None, **given,
):  # fmt: skip
    """The annotations of a version by name, up to 1,000 on a page."""
    bucket, version = _target(ctx, Bucket, Key, VersionId, given, "GET")
    limit = page_size(MaxAnnotationResults, "max-annotation-results")
    after = _name_of(ContinuationToken) if ContinuationToken else ""
    names = sorted(name for name in version.annotations if name > after and name.startswith(AnnotationPrefix or ""))
    page = names[:limit]
    more = base64.b64encode(page[-1].encode()).decode() if len(names) > limit and page else None
    return {
        "Annotations": [_listed(version.annotations[name]) for name in page] or None, "Bucket": Bucket, "Key": Key,
        "ObjectVersionId": versions.shown_id(bucket, version), "AnnotationPrefix": AnnotationPrefix,
        "MaxAnnotationResults": limit, "AnnotationCount": len(page), "ContinuationToken": ContinuationToken,
        "NextContinuationToken": more,
    }  # fmt: skip


def _listed(annotation: Annotation) -> dict:
    return {
        "AnnotationName": annotation.name, "LastModified": annotation.modified, "ETag": annotation.etag,
        "ChecksumAlgorithm": [checksums.algorithm_of(annotation.checksums)], "Size": annotation.size,
    }  # fmt: skip


def _name_of(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect", 400,
                       ArgumentName="continuation-token", ArgumentValue=token) from None  # fmt: skip
