"""Objects that S3 itself writes into a bucket: inventory reports."""

import csv
import gzip
import hashlib
import io
from datetime import UTC, datetime

import orjson

from emulator.kernel.blobs import Staged
from emulator.kernel.context import Context
from emulator.services.s3 import daily, encryption, listing, objects, service
from emulator.services.s3.common import S3
from emulator.services.s3.documents import BUCKET_ARN
from emulator.services.s3.tables import Bucket, Version, buckets, url_encode

SUNDAY = 6
# The columns that every report has, then those that a configuration may ask for: a function of (bucket, version, is
# latest) each. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
ALWAYS = {
    "Bucket": lambda bucket, version, latest: bucket.name,
    "Key": lambda bucket, version, latest: url_encode(version.key),
}
VERSIONS = {
    "VersionId": lambda bucket, version, latest: "" if version.version_id == "null" else version.version_id,
    "IsLatest": lambda bucket, version, latest: _truth(latest),
    "IsDeleteMarker": lambda bucket, version, latest: _truth(version.delete_marker),
}
OPTIONAL = {
    "Size": lambda bucket, version, latest: "" if version.delete_marker else str(version.size),
    "LastModifiedDate": lambda bucket, version, latest: _moment(version.modified),
    "ETag": lambda bucket, version, latest: version.etag.strip('"'),
    "StorageClass": lambda bucket, version, latest: "" if version.delete_marker else version.storage_class,
    "IsMultipartUploaded": lambda bucket, version, latest: _truth("-" in version.etag),
    "ReplicationStatus": lambda bucket, version, latest: version.replication or "",
    "EncryptionStatus": lambda bucket, version, latest: _encryption(version),
    "ObjectLockRetainUntilDate": lambda bucket, version, latest: _moment(version.lock and version.lock.until),
    "ObjectLockMode": lambda bucket, version, latest: (version.lock and version.lock.mode) or "",
    "ObjectLockLegalHoldStatus": lambda bucket, version, latest: _hold(version),
    "IntelligentTieringAccessTier": lambda bucket, version, latest: "",
    "BucketKeyStatus": lambda bucket, version, latest: _bucket_key(version),
    "ChecksumAlgorithm": lambda bucket, version, latest: _algorithm(version),
}


def _truth(value) -> str:
    return "true" if value else "false"


def _moment(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _encryption(version: Version) -> str:
    described = version.described
    if "SSECustomerKeyMD5" in described:
        return "SSE-C"
    return {"aws:kms": "SSE-KMS", "aws:kms:dsse": "DSSE-KMS"}.get(described.get("ServerSideEncryption"), "SSE-S3")


def _hold(version: Version) -> str:
    return "" if version.lock is None else "ON" if version.lock.legal_hold else "OFF"


def _bucket_key(version: Version) -> str:
    if "SSEKMSKeyId" not in version.described:
        return ""
    return "ENABLED" if version.described.get("BucketKeyEnabled") else "DISABLED"


def _algorithm(version: Version) -> str:
    return next((name.removeprefix("Checksum") for name in version.checksums if name != "ChecksumType"), "")


@service.job
def write_inventory(ctx: Context, bucket: str, id: str):
    """One report of a configuration that is enabled: daily, or weekly on Sundays."""
    source: Bucket | None = ctx.rows(buckets).get(bucket)
    configuration = (source.configurations.get("Inventory") or {}).get(id) if source is not None else None
    if configuration is None:
        return
    daily.arm(ctx, source, "write_inventory", id=id)
    weekly = configuration["Schedule"]["Frequency"] == "Weekly"
    if not configuration["IsEnabled"] or (weekly and datetime.fromtimestamp(ctx.now, UTC).weekday() != SUNDAY):
        return
    destination = configuration["Destination"]["S3BucketDestination"]
    target: Bucket | None = ctx.rows(buckets).get(BUCKET_ARN.fullmatch(destination["Bucket"])[1])
    if target is not None:
        _write(ctx, source, target, configuration, destination)


def _write(ctx: Context, source: Bucket, target: Bucket, configuration: dict, destination: dict) -> None:
    """The data file, its manifest, and the manifest's checksum."""
    prefix = f"{destination['Prefix']}/" if destination.get("Prefix") else ""
    folder = f"{prefix}{source.name}/{configuration['Id']}"
    columns = _columns(configuration)
    data = gzip.compress(_rows(ctx, source, configuration, columns), mtime=0)
    key = f"{folder}/data/{ctx.ids.uuid()}.csv.gz"
    _put(ctx, target, key, data, destination, "application/octet-stream")
    manifest = orjson.dumps({
        "sourceBucket": source.name, "destinationBucket": destination["Bucket"], "version": "2016-11-30",
        "creationTimestamp": str(int(ctx.now * 1000)), "fileFormat": "CSV", "fileSchema": ", ".join(columns),
        "files": [{"key": key, "size": len(data), "MD5checksum": _md5(data)}],
    }, option=orjson.OPT_INDENT_2)  # fmt: skip
    day = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H-%MZ")
    _put(ctx, target, f"{folder}/{day}/manifest.json", manifest, destination, "application/json")
    _put(ctx, target, f"{folder}/{day}/manifest.checksum", _md5(manifest).encode(), destination, "text/plain")


def _columns(configuration: dict) -> dict:
    """The names and functions of a report's columns, in the order of the report."""
    columns = dict(ALWAYS)
    if configuration["IncludedObjectVersions"] == "All":
        columns |= VERSIONS
    wanted = configuration.get("OptionalFields") or ()
    return columns | {name: function for name, function in OPTIONAL.items() if name in wanted}


def _rows(ctx: Context, bucket: Bucket, configuration: dict, columns: dict) -> bytes:
    prefix = (configuration.get("Filter") or {}).get("Prefix") or ""
    everything = configuration["IncludedObjectVersions"] == "All"
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    before = None
    for version in listing.all_from(ctx, bucket, None, None)(prefix, False):
        if not version.key.startswith(prefix):
            break
        latest, before = version.key != before, version.key
        if everything or (latest and not version.delete_marker):
            writer.writerow([function(bucket, version, latest) for function in columns.values()])
    return out.getvalue().encode()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _put(ctx: Context, target: Bucket, key: str, data: bytes, destination: dict, content_type: str) -> None:
    """Write an object as S3 itself, under the encryption that the destination asks for."""
    given: dict = {"ContentType": content_type}
    wanted = destination.get("Encryption") or {}
    if "SSEKMS" in wanted:
        given |= {"ServerSideEncryption": encryption.KMS, "SSEKMSKeyId": wanted["SSEKMS"]["KeyId"]}
    ctx.principal = S3
    objects.store(ctx, target, key, Staged(data), given, "s3:ObjectCreated:Put")
