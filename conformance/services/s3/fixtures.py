"""What must stand before most calls to S3: buckets, objects, versions, uploads; and the hints that name them."""

from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

NO_BUCKET = Error("NoSuchBucket", 404, "The specified bucket does not exist")
NO_KEY = Error("NoSuchKey", 404, "The specified key does not exist.")
NO_UPLOAD = Error("NoSuchUpload", 404, "The specified upload does not exist. The upload ID may be invalid, or the "
                  "upload may have been aborted or completed.")
DIGEST = "a digest must fit the body; probes send them"
CUSTOMER_KEY = "needs a customer's key with every call; probes send one"
GRANT = "needs a bucket with ACLs; probes use one"
LOCK = "needs a bucket with Object Lock; probes use one"
DIRECTORY = "for directory buckets and file systems alone"
PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
CLASSES = ("STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE")

declared = Declared("s3", {
    "Bucket": Ref("bucket", "Bucket"),
    "CreateBucket.Bucket": Unique("made"),
    "CreateBucket.ACL": "private",
    "CreateBucket.CreateBucketConfiguration": Samples({"Tags": [{"Key": "k", "Value": "v"}]}),
    "CreateBucket.BucketNamespace": Leave("account-regional names have a form of their own"),
    "DeleteBucket.Bucket": Ref("empty", "Bucket"),
    "Key": Ref("object", "Key"),
    "PutObject.Key": Samples("key", "a/b c+d", "ключ/日本", "k" * 1024, "//x", "a%20b&c=d", "é"),
    "PutObject.Body": Samples(b"hello", b"", bytes(range(256)), b"x" * 100_000),
    "CopyObject.Key": Samples("copy", "a b/ü"),
    "CreateMultipartUpload.Key": Samples("upload", "a b/ü"),
    "DeleteObject.Key": Ref("object", "Key", must=False),
    "ACL": "bucket-owner-full-control",
    "ExpectedBucketOwner": Ref("bucket", "Account", must=False),
    "ExpectedSourceBucketOwner": Ref("bucket", "Account", must=False),
    "RequestPayer": "requester",
    "StorageClass": Samples(*CLASSES),
    "ServerSideEncryption": Samples("AES256", "aws:kms", "aws:kms:dsse"),
    "Tagging": Samples("a=b&c=d", "k="),
    "PutObjectTagging.Tagging": Samples({"TagSet": [{"Key": "a", "Value": "b"}]}, {"TagSet": []},
                                        {"TagSet": [{"Key": f"k{n}", "Value": "ü"} for n in range(10)]}),
    "PutBucketTagging.Tagging": Samples({"TagSet": [{"Key": "a", "Value": "b"}]},
                                        {"TagSet": [{"Key": f"k{n}", "Value": "ü"} for n in range(50)]}),
    "WebsiteRedirectLocation": Samples("/elsewhere", "https://example.com/"),
    "Metadata": Samples({"k": "v"}, {"a": "1", "b-c": "x y"}),
    "ContentType": Samples("text/plain", "application/json; charset=utf-8"),
    "ContentEncoding": Samples("gzip"), "ContentLanguage": Samples("de"), "CacheControl": Samples("max-age=60"),
    "ContentDisposition": Samples('attachment; filename="a.txt"'),
    "Expires": Samples(FUTURE), "ResponseExpires": Samples(FUTURE),
    "ResponseContentType": Samples("text/x"), "ResponseContentEncoding": Samples("x"),
    "ResponseContentLanguage": Samples("en"), "ResponseCacheControl": Samples("no-store"),
    "ResponseContentDisposition": Samples("inline"),
    "IfMatch": Ref("object", "ETag", must=False), "CopySourceIfMatch": Ref("object", "ETag", must=False),
    "AccessControlPolicy": Leave("excludes a canned ACL; probes send it"),
    "PutObject.IfMatch": Leave("needs an object under the key; probes overwrite one"),
    "CopyObject.IfMatch": Leave("needs an object under the key; probes overwrite one"),
    "DeleteObject.IfMatchLastModifiedTime": Leave(DIRECTORY), "DeleteObject.IfMatchSize": Leave(DIRECTORY),
    "IfNoneMatch": Samples('"another"'), "CopySourceIfNoneMatch": Samples('"another"'),
    "PutObject.IfNoneMatch": Samples("*"), "CopyObject.IfNoneMatch": Samples("*"),
    "IfModifiedSince": Samples(PAST), "CopySourceIfModifiedSince": Samples(PAST),
    "IfUnmodifiedSince": Samples(FUTURE), "CopySourceIfUnmodifiedSince": Samples(FUTURE),
    "Range": Samples("bytes=0-3", "bytes=-2", "bytes=4-"),
    "GetObject.PartNumber": Samples(1), "HeadObject.PartNumber": Samples(1),
    "VersionId": Ref("object", "VersionId", must=False),
    "CopySource": Ref("object", "CopySource"),
    "UploadId": Ref("upload", "UploadId"),
    "ContentMD5": Leave(DIGEST), "ContentLength": Leave("the SDK writes it"),
    "WriteOffsetBytes": Leave(DIRECTORY), "MFA": Leave("needs an MFA device, which IAM keeps"),
    **{f"Checksum{name}": Leave(DIGEST) for name in (
        "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128")},
    "ChecksumAlgorithm": Samples("CRC32", "SHA1", "SHA256", "CRC32C", "CRC64NVME"),
    **{f"{prefix}SSECustomer{name}": Leave(CUSTOMER_KEY) for prefix in ("", "CopySource")
       for name in ("Algorithm", "Key", "KeyMD5")},
    "SSEKMSKeyId": Leave("needs encryption with KMS in the same call; probes send both"),
    "SSEKMSEncryptionContext": Leave("needs encryption with KMS in the same call; probes send both"),
    "BucketKeyEnabled": Leave("needs encryption with KMS in the same call; probes send both"),
    **{f"Grant{name}": Leave(GRANT) for name in ("FullControl", "Read", "ReadACP", "Write", "WriteACP")},
    **{f"ObjectLock{name}": Leave(LOCK) for name in (
        "Mode", "RetainUntilDate", "LegalHoldStatus", "EventHold", "EventHoldDurationDays", "EventHoldDurationYears")},
})  # fmt: skip


declared.hints.always.update({
    "CompleteMultipartUpload": ("MultipartUpload",), "PutBucketAcl": ("ACL",), "PutObjectAcl": ("ACL",),
    "PutBucketLifecycleConfiguration": ("LifecycleConfiguration",), "PutObjectLegalHold": ("LegalHold",),
    "PutObjectLockConfiguration": ("ObjectLockConfiguration",), "PutObjectRetention": ("Retention",),
    "RestoreObject": ("RestoreRequest",),
})  # fmt: skip
declared.left_out.update({
    "GetBucketLifecycle": "is the same request as GetBucketLifecycleConfiguration",
    "PutBucketLifecycle": "is the same request as PutBucketLifecycleConfiguration",
    "GetBucketNotification": "is the same request as GetBucketNotificationConfiguration",
    "PutBucketNotification": "is the same request as PutBucketNotificationConfiguration",
    "ListDirectoryBuckets": "is told from ListBuckets by the host alone",
})  # fmt: skip


declared.statuses["RestoreObject"] = 202
# Told by every recorded answer, or by the documentation without a condition.
declared.present.update({
    "CreateBucket": ("Location", "BucketArn"), "HeadBucket": ("BucketRegion", "BucketArn", "AccessPointAlias"),
    "GetBucketLifecycleConfiguration": ("TransitionDefaultMinimumObjectSize",),
    "PutBucketLifecycleConfiguration": ("TransitionDefaultMinimumObjectSize",),
    "PutObject": ("ServerSideEncryption", "ChecksumType"),
    "CreateMultipartUpload": ("ServerSideEncryption",), "UploadPart": ("ServerSideEncryption",),
    "UploadPartCopy": ("ServerSideEncryption", "CopyPartResult.LastModified"), "CopyObject": ("ServerSideEncryption",),
    "CompleteMultipartUpload": ("ServerSideEncryption", "ChecksumType", "ChecksumCRC64NVME"),
    "ListObjects": ("IsTruncated", "Marker", "MaxKeys", "Name", "Prefix"),
    "ListObjectsV2": ("IsTruncated", "KeyCount", "MaxKeys", "Name", "Prefix"),
    "ListObjectVersions": ("IsTruncated", "KeyMarker", "MaxKeys", "Name", "Prefix", "VersionIdMarker"),
    "ListMultipartUploads": ("Bucket", "IsTruncated", "KeyMarker", "MaxUploads", "NextKeyMarker",
                             "NextUploadIdMarker", "UploadIdMarker"),
    "ListParts": ("Bucket", "Initiator.ID", "IsTruncated", "Key", "MaxParts", "NextPartNumberMarker", "Owner.ID",
                  "PartNumberMarker", "StorageClass", "UploadId"),
    "ListBuckets": ("Owner.ID", "Buckets.CreationDate"),
})  # fmt: skip


@declared.rule("GetObject", "HeadObject")
def one_part(given):
    """A range and a part exclude each other."""
    return {name: each for name, each in given.items() if name != "PartNumber" or "Range" not in given}


def absent(world):
    name = f"absent-{world.tag}"
    return {"Bucket": name, "Key": "absent", "Account": "999988887777", "UploadId": "no.such.upload",
            "CopySource": f"{name}/absent"}


def drop_bucket(world, fields):
    """Empty a bucket and delete it; what is locked stays."""
    bucket = {"Bucket": fields["Bucket"]}
    listed = world.ask("ListObjectVersions", bucket)
    for each in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        world.ask("DeleteObject", {**bucket, "Key": each["Key"], "VersionId": each["VersionId"],
                                   "BypassGovernanceRetention": True})
    for each in world.ask("ListMultipartUploads", bucket).get("Uploads", []):
        world.ask("AbortMultipartUpload", {**bucket, "Key": each["Key"], "UploadId": each["UploadId"]})
    world.ask("DeleteBucket", bucket)


def made_bucket(world, prefix, **more):
    world.unknown("HeadBucket", {"Bucket": absent(world)["Bucket"]})
    name = world.unique(prefix)
    world.ask("CreateBucket", {"Bucket": name, **more})
    return {"Bucket": name, "Account": world.account}


@declared.fixture("bucket", drop_bucket, absent, NO_BUCKET)
def bucket(world):
    return made_bucket(world, "bucket-")


@declared.fixture("empty", None, absent, NO_BUCKET)
def empty(world):
    return made_bucket(world, "empty-")


@declared.fixture("object", None, absent, NO_KEY)
def object_(world):
    """An object with all that it can carry, in the bucket of the world."""
    name, body = world.fixture("bucket")["Bucket"], f"body {world.tag}".encode()
    put = world.ask("PutObject", {"Bucket": name, "Key": "dir/fixture", "Body": body, "ContentType": "text/plain",
                                  "Metadata": {"tag": world.tag}, "CacheControl": "no-cache", "Tagging": "k=v"})
    return {"Key": "dir/fixture", "Body": body, "ETag": put["ETag"], "VersionId": "null",
            "CopySource": f"{name}/dir/fixture"}


@declared.fixture("versioned", drop_bucket, absent, NO_BUCKET)
def versioned(world):
    made = made_bucket(world, "versioned-")
    world.ask("PutBucketVersioning", {"Bucket": made["Bucket"], "VersioningConfiguration": {"Status": "Enabled"}})
    ids = [world.ask("PutObject", {"Bucket": made["Bucket"], "Key": key, "Body": body})["VersionId"]
           for key, body in (("a", b"1"), ("a", b"2"), ("dir/b", b"3"))]
    marker = world.ask("DeleteObject", {"Bucket": made["Bucket"], "Key": "dir/b"})["VersionId"]
    return {**made, "Key": "a", "VersionId": ids[0], "Versions": ids, "Marker": marker}


@declared.fixture("locked", drop_bucket, absent, NO_BUCKET)
def locked(world):
    made = made_bucket(world, "locked-", ObjectLockEnabledForBucket=True)
    put = world.ask("PutObject", {"Bucket": made["Bucket"], "Key": "locked", "Body": b"x"})
    return {**made, "Key": "locked", "VersionId": put["VersionId"]}


@declared.fixture("open", drop_bucket, absent, NO_BUCKET)
def open_(world):
    """A bucket in which ACLs count."""
    made = made_bucket(world, "open-", ObjectOwnership="ObjectWriter")
    world.ask("DeletePublicAccessBlock", {"Bucket": made["Bucket"]})
    world.ask("PutObject", {"Bucket": made["Bucket"], "Key": "open", "Body": b"x"})
    return {**made, "Key": "open", "VersionId": "null"}


@declared.fixture("upload", None, absent, NO_UPLOAD)
def upload(world):
    """An upload with one part of it there."""
    place = {"Bucket": world.fixture("bucket")["Bucket"], "Key": "uploading"}
    upload_id = world.ask("CreateMultipartUpload", {**place, "Metadata": {"tag": world.tag}})["UploadId"]
    part = world.ask("UploadPart", {**place, "UploadId": upload_id, "PartNumber": 1, "Body": b"first part"})
    return {"UploadId": upload_id, "Key": "uploading", "ETag": part["ETag"]}


@declared.check("CreateBucket")
def bucket_made(proof, world, given, answer):
    name = {"Bucket": given["Bucket"]}
    proof.equal("Location", f"/{given['Bucket']}", answer.get("Location"))
    proof.true("ListBuckets", given["Bucket"] in [each["Name"] for each in proof.read("ListBuckets", {})["Buckets"]],
               "lists the bucket")
    proof.read("HeadBucket", name)
    if "ObjectOwnership" in given:
        found = proof.read("GetBucketOwnershipControls", name)
        proof.holds("ObjectOwnership", [{"ObjectOwnership": given["ObjectOwnership"]}],
                    found.get("OwnershipControls", {}).get("Rules"))
    if given.get("ObjectLockEnabledForBucket"):
        found = proof.read("GetObjectLockConfiguration", name)
        proof.holds("ObjectLockConfiguration", {"ObjectLockEnabled": "Enabled"}, found.get("ObjectLockConfiguration"))
        proof.equal("Status", "Enabled", proof.read("GetBucketVersioning", name).get("Status"))
    if given.get("CreateBucketConfiguration", {}).get("Tags"):
        proof.equal("TagSet", given["CreateBucketConfiguration"]["Tags"],
                    proof.read("GetBucketTagging", name).get("TagSet"))


declared.undo["CreateBucket"] = lambda world, given, answer: drop_bucket(world, given)


@declared.check("DeleteBucket")
def bucket_gone(proof, world, given, answer):
    proof.refused("GetBucketLocation", {"Bucket": given["Bucket"]}, "NoSuchBucket")


@declared.check("HeadBucket", "GetBucketLocation")
def bucket_there(proof, world, given, answer):
    """There, and another is not: an endpoint that says yes to all has proven nothing."""
    if "BucketRegion" in answer:
        proof.equal("BucketRegion", world.region, answer["BucketRegion"])
    if "LocationConstraint" in answer:
        proof.true("LocationConstraint", not answer["LocationConstraint"], "empty in us-east-1")
    proof.refused("GetBucketLocation", {"Bucket": absent(world)["Bucket"]}, "NoSuchBucket")
