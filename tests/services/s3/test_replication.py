"""Replication between buckets."""

import json
import time

import pytest

ROLE = "arn:aws:iam::000000000000:role/replication"


@pytest.fixture
def replicated(versioned):
    """``replicated(destination="copies", **rule)``: replicate the bucket into another; returns the client."""

    def configure(destination: dict | None = None, client=versioned, **members):
        if "copies" not in [each["Name"] for each in client.list_buckets()["Buckets"]]:
            client.create_bucket(Bucket="copies")
            client.put_bucket_versioning(Bucket="copies", VersioningConfiguration={"Status": "Enabled"})
        rule = {
            "Status": "Enabled", "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::copies", **(destination or {})}, **members,
        }  # fmt: skip
        versioned.put_bucket_replication(
            Bucket="bucket", ReplicationConfiguration={"Role": ROLE, "Rules": [rule]}
        )
        return versioned

    return configure


def settled(s3, key: str, version_id: str | None = None) -> str:
    """The replication status of an object once it is no longer pending."""
    for _ in range(100):
        more = {"VersionId": version_id} if version_id else {}
        status = s3.head_object(Bucket="bucket", Key=key, **more).get("ReplicationStatus", "")
        if status != "PENDING":
            return status
        time.sleep(0.01)
    raise TimeoutError(f"{key} stays pending")


def test_a_new_object_arrives_with_its_id_metadata_and_tags(replicated):
    s3 = replicated({"StorageClass": "STANDARD_IA"})
    put = s3.put_object(Bucket="bucket", Key="k", Body=b"content", Metadata={"a": "b"}, Tagging="t=v")
    assert settled(s3, "k") == "COMPLETED"
    copy = s3.get_object(Bucket="copies", Key="k")
    assert copy["Body"].read() == b"content" and copy["Metadata"] == {"a": "b"} and copy["TagCount"] == 1
    assert copy["ReplicationStatus"] == "REPLICA" and copy["StorageClass"] == "STANDARD_IA"
    assert copy["VersionId"] == put["VersionId"] and copy["ETag"] == put["ETag"]


def test_multipart_uploads_and_large_objects_are_replicated(replicated):
    s3 = replicated()
    upload = s3.create_multipart_upload(Bucket="bucket", Key="k")["UploadId"]
    where = {"Bucket": "bucket", "Key": "k", "UploadId": upload}
    parts = []
    for number, size in ((1, 5 * 1024 * 1024), (2, 10)):
        etag = s3.upload_part(**where, PartNumber=number, Body=bytes([number]) * size)["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    assert settled(s3, "k") == "COMPLETED"
    copy = s3.get_object(Bucket="copies", Key="k", PartNumber=2)
    assert copy["Body"].read() == b"\x02" * 10 and copy["PartsCount"] == 2


def test_filters_select_what_is_replicated(replicated):
    s3 = replicated(Filter={"And": {"Prefix": "in/", "Tags": [{"Key": "t", "Value": "v"}]}})
    s3.put_object(Bucket="bucket", Key="in/yes", Tagging="t=v")
    s3.put_object(Bucket="bucket", Key="in/no")
    s3.put_object(Bucket="bucket", Key="out", Tagging="t=v")
    assert [settled(s3, key) for key in ("in/yes", "in/no", "out")] == ["COMPLETED", "", ""]
    assert s3.list_objects_v2(Bucket="copies")["KeyCount"] == 1


@pytest.mark.parametrize(("status", "replicated_marker"), [("Enabled", True), ("Disabled", False)])
def test_delete_markers_are_replicated_when_the_rule_says_so(replicated, status, replicated_marker):
    s3 = replicated(DeleteMarkerReplication={"Status": status})
    s3.put_object(Bucket="bucket", Key="k")
    assert settled(s3, "k") == "COMPLETED"
    marker = s3.delete_object(Bucket="bucket", Key="k")["VersionId"]
    time.sleep(0.05)
    found = s3.list_object_versions(Bucket="copies").get("DeleteMarkers", ())
    assert [each["VersionId"] for each in found] == ([marker] if replicated_marker else [])


def test_deleting_a_version_is_never_replicated(replicated):
    s3 = replicated()
    version_id = s3.put_object(Bucket="bucket", Key="k")["VersionId"]
    assert settled(s3, "k") == "COMPLETED"
    s3.delete_object(Bucket="bucket", Key="k", VersionId=version_id)
    assert s3.head_object(Bucket="copies", Key="k")["VersionId"] == version_id


def test_changed_tags_follow(replicated):
    s3 = replicated()
    s3.put_object(Bucket="bucket", Key="k")
    assert settled(s3, "k") == "COMPLETED"
    s3.put_object_tagging(Bucket="bucket", Key="k", Tagging={"TagSet": [{"Key": "new", "Value": "tag"}]})
    assert settled(s3, "k") == "COMPLETED"
    assert s3.get_object_tagging(Bucket="copies", Key="k")["TagSet"] == [{"Key": "new", "Value": "tag"}]


def test_objects_from_before_and_replicas_stay_where_they_are(replicated, versioned):
    versioned.put_object(Bucket="bucket", Key="before")
    s3 = replicated()
    assert settled(s3, "before") == ""
    back = {"Status": "Enabled", "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::bucket"}}  # fmt: skip
    s3.put_bucket_replication(Bucket="copies", ReplicationConfiguration={"Role": ROLE, "Rules": [back]})
    s3.put_object(Bucket="bucket", Key="k")
    assert settled(s3, "k") == "COMPLETED"
    assert len(s3.list_object_versions(Bucket="bucket", Prefix="k")["Versions"]) == 1


def test_a_destination_that_is_gone_fails_the_replication(replicated):
    s3 = replicated()
    s3.delete_bucket(Bucket="copies")
    s3.put_object(Bucket="bucket", Key="k")
    assert settled(s3, "k") == "FAILED"


def test_another_account_must_allow_it_and_may_own_the_copies(replicated, client):
    other = client("s3", access_key="222222222222")
    destination = {"Account": "222222222222", "AccessControlTranslation": {"Owner": "Destination"}}
    s3 = replicated(destination, client=other)
    s3.put_object(Bucket="bucket", Key="refused")
    assert settled(s3, "refused") == "FAILED"
    statement = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Resource": "arn:aws:s3:::copies/*",
                 "Action": ["s3:ReplicateObject", "s3:ReplicateDelete"]}  # fmt: skip
    other.put_bucket_policy(Bucket="copies", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    s3.put_object(Bucket="bucket", Key="allowed", Body=b"x")
    assert settled(s3, "allowed") == "COMPLETED"
    assert other.get_object(Bucket="copies", Key="allowed")["Body"].read() == b"x"
    mine = other.get_bucket_acl(Bucket="copies")["Owner"]
    assert other.get_object_acl(Bucket="copies", Key="allowed")["Owner"] == mine


def test_objects_under_keys_of_kms_need_to_be_selected(replicated, client):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = replicated()
    s3.put_object(Bucket="bucket", Key="not", ServerSideEncryption="aws:kms")
    assert settled(s3, "not") == ""
    s3 = replicated({"EncryptionConfiguration": {"ReplicaKmsKeyID": key}},
                    SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Enabled"}})  # fmt: skip
    s3.put_object(Bucket="bucket", Key="k", Body=b"secret", ServerSideEncryption="aws:kms")
    assert settled(s3, "k") == "COMPLETED"
    copy = s3.get_object(Bucket="copies", Key="k")
    assert copy["SSEKMSKeyId"] == key and copy["Body"].read() == b"secret"
