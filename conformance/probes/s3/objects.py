"""Objects, versions, conditions, checksums, uploads."""

import base64
import zlib
from hashlib import md5

from conformance.probes import probe

API = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"


def bucket(trial):
    return trial.fixture("bucket")["Bucket"]


@probe("s3", "PutObject", "If-None-Match: * refuses to overwrite", GUIDE + "conditional-writes.html")
def a_write_can_refuse_to_overwrite(trial):
    place = {"Bucket": bucket(trial), "Key": "k"}
    trial.ask("PutObject", **place, Body=b"1", IfNoneMatch="*")
    trial.refused("PutObject", "PreconditionFailed", 412, **place, Body=b"2", IfNoneMatch="*")
    assert trial.ask("GetObject", **place)["Body"] == b"1"


@probe("s3", "PutObject", "If-Match overwrites what has that ETag alone", GUIDE + "conditional-writes.html")
def a_write_can_ask_for_an_etag(trial):
    place = {"Bucket": bucket(trial), "Key": "k"}
    etag = trial.ask("PutObject", **place, Body=b"1")["ETag"]
    trial.ask("PutObject", **place, Body=b"2", IfMatch=etag)
    trial.refused("PutObject", "PreconditionFailed", 412, **place, Body=b"3", IfMatch=etag)


@probe("s3", "PutObject", "A Content-MD5 that does not fit the body is refused with BadDigest",
       API + "API_PutObject.html")
def a_wrong_digest_is_refused(trial):
    wrong = base64.b64encode(md5(b"other").digest()).decode()
    trial.refused("PutObject", "BadDigest", 400, Bucket=bucket(trial), Key="k", Body=b"hello", ContentMD5=wrong)


@probe("s3", "PutObject", "A checksum that is sent is verified, kept and told",
       GUIDE + "checking-object-integrity.html")
def checksums_are_kept(trial):
    place, body = {"Bucket": bucket(trial), "Key": "k"}, b"hello"
    crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    trial.ask("PutObject", **place, Body=body, ChecksumCRC32=crc)
    told = trial.ask("HeadObject", **place, ChecksumMode="ENABLED")
    assert told.get("ChecksumCRC32") == crc, told.get("ChecksumCRC32")
    trial.refused("PutObject", "BadDigest", 400, **place, Body=b"other", ChecksumCRC32=crc)


@probe("s3", "GetObject", "A delete marker answers 404 and says that it is one", GUIDE + "DeleteMarker.html")
def a_marker_says_so(trial):
    there = trial.fixture("versioned")
    answer = trial.call("GetObject", Bucket=there["Bucket"], Key="dir/b")
    told = {name.lower(): value for name, value in answer.raw.headers}
    assert (answer.raw.status, answer.code) == (404, "NoSuchKey"), f"{answer.raw.status} {answer.code}"
    assert told.get("x-amz-delete-marker") == "true", told


@probe("s3", "GetObject", "A delete marker named by its version answers 405", GUIDE + "DeleteMarker.html")
def a_marker_can_not_be_got(trial):
    there = trial.fixture("versioned")
    trial.refused("GetObject", "MethodNotAllowed", 405, Bucket=there["Bucket"], Key="dir/b",
                  VersionId=there["Marker"])


@probe("s3", "DeleteObject", "Deleting a delete marker by its version brings the object back",
       GUIDE + "RemDelMarker.html")
def a_marker_is_removed(trial):
    there = trial.fixture("versioned")
    trial.ask("DeleteObject", Bucket=there["Bucket"], Key="dir/b", VersionId=there["Marker"])
    assert trial.ask("GetObject", Bucket=there["Bucket"], Key="dir/b")["Body"] == b"3"


@probe("s3", "GetObject", "A range that begins beyond the end answers 416 InvalidRange", API + "API_GetObject.html")
def a_range_beyond_the_end(trial):
    trial.refused("GetObject", "InvalidRange", 416, Bucket=bucket(trial), Key=trial.fixture("object")["Key"],
                  Range="bytes=100000-")


@probe("s3", "CompleteMultipartUpload", "Every part but the last has 5 MiB at least",
       API + "API_CompleteMultipartUpload.html")
def small_parts_are_refused(trial):
    place = {"Bucket": bucket(trial), "Key": "uploading", "UploadId": trial.fixture("upload")["UploadId"]}
    tags = [trial.ask("UploadPart", **place, PartNumber=number, Body=b"x")["ETag"] for number in (1, 2)]
    trial.refused("CompleteMultipartUpload", "EntityTooSmall", 400, **place, MultipartUpload={
        "Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]})


@probe("s3", "CompleteMultipartUpload", "Parts must be named in ascending order",
       API + "API_CompleteMultipartUpload.html")
def parts_are_in_order(trial):
    place = {"Bucket": bucket(trial), "Key": "uploading", "UploadId": trial.fixture("upload")["UploadId"]}
    tags = [trial.ask("UploadPart", **place, PartNumber=number, Body=b"x")["ETag"] for number in (1, 2)]
    trial.refused("CompleteMultipartUpload", "InvalidPartOrder", 400, **place, MultipartUpload={
        "Parts": [{"PartNumber": 2, "ETag": tags[1]}, {"PartNumber": 1, "ETag": tags[0]}]})


@probe("s3", "DeleteBucket", "A bucket that holds an object can't be deleted", API + "API_DeleteBucket.html")
def a_full_bucket_stays(trial):
    trial.fixture("object")
    trial.refused("DeleteBucket", "BucketNotEmpty", 409, Bucket=bucket(trial))


@probe("s3", "CopyObject", "Copying an object onto itself without a change is refused", API + "API_CopyObject.html")
def a_copy_changes_something(trial):
    there = trial.fixture("object")
    trial.refused("CopyObject", "InvalidRequest", 400, Bucket=bucket(trial), Key=there["Key"],
                  CopySource=there["CopySource"])


@probe("s3", "PutObjectAcl", "With ACLs disabled a public ACL is refused", GUIDE + "about-object-ownership.html")
def disabled_acls_are_refused(trial):
    there = trial.fixture("object")
    trial.refused("PutObjectAcl", "AccessControlListNotSupported", 400, Bucket=bucket(trial), Key=there["Key"],
                  ACL="public-read")


@probe("s3", "PutBucketVersioning", "Objects written while versioning is suspended have the version null",
       GUIDE + "AddingObjectstoVersionSuspendedBuckets.html")
def suspended_versions_are_null(trial):
    there = trial.fixture("versioned")
    trial.ask("PutBucketVersioning", Bucket=there["Bucket"], VersioningConfiguration={"Status": "Suspended"})
    trial.ask("PutObject", Bucket=there["Bucket"], Key="a", Body=b"null")
    listed = trial.ask("ListObjectVersions", Bucket=there["Bucket"], Prefix="a")["Versions"]
    assert listed[0]["VersionId"] == "null" and len(listed) == 3, listed


@probe("s3", "CreateBucket", "A bucket's name that somebody else has is refused with BucketAlreadyExists",
       API + "API_CreateBucket.html")
def names_are_global(trial):
    other = trial.world.endpoint.caller("s3", "999988887777")
    name = trial.unique("taken-")
    other.ask("CreateBucket", {"Bucket": name})
    trial.later(lambda: other.ask("DeleteBucket", {"Bucket": name}))
    trial.refused("CreateBucket", "BucketAlreadyExists", 409, Bucket=name)
