"""Lifecycle rules act on the clock."""

import time

import pytest

DAY = 86_400


@pytest.fixture
def rule(s3):
    """``rule(ID=…, Expiration=…)``: put one rule, enabled, on everything unless a filter is given."""

    def put(size=None, **members):
        given = {"Status": "Enabled", "Filter": {"Prefix": ""}, **members}
        more = {"TransitionDefaultMinimumObjectSize": size} if size else {}
        s3.put_bucket_lifecycle_configuration(Bucket="bucket", LifecycleConfiguration={"Rules": [given]}, **more)

    return put


def keys(s3) -> list[str]:
    return [each["Key"] for each in s3.list_objects_v2(Bucket="bucket").get("Contents", ())]


def versions(s3) -> list[tuple[str, str]]:
    page = s3.list_object_versions(Bucket="bucket")
    found = [(each["Key"], each["VersionId"], each["LastModified"]) for each in page.get("Versions", ())]
    markers = [(each["Key"], "marker", each["LastModified"]) for each in page.get("DeleteMarkers", ())]
    return [each[:2] for each in (*found, *markers)]


def test_objects_expire_at_the_midnight_that_was_announced(s3, rule, emulator):
    rule(Filter={"Prefix": "logs/"}, Expiration={"Days": 2})
    s3.put_object(Bucket="bucket", Key="logs/a")
    s3.put_object(Bucket="bucket", Key="kept")
    assert "expiry-date" in s3.head_object(Bucket="bucket", Key="logs/a")["Expiration"]
    emulator.advance(2 * DAY - 3600)
    assert keys(s3) == ["kept", "logs/a"]
    emulator.advance(DAY + 3600)
    assert keys(s3) == ["kept"]


def test_filters_by_tag_and_size_both_count(s3, rule, emulator):
    rule(Filter={"And": {"Tags": [{"Key": "k", "Value": "v"}], "ObjectSizeGreaterThan": 2}}, Expiration={"Days": 1})
    s3.put_object(Bucket="bucket", Key="both", Body=b"long", Tagging="k=v")
    s3.put_object(Bucket="bucket", Key="small", Body=b"s", Tagging="k=v")
    s3.put_object(Bucket="bucket", Key="untagged", Body=b"long")
    emulator.advance(3 * DAY)
    assert keys(s3) == ["small", "untagged"]


def test_a_versioned_object_gets_a_marker_and_an_expired_marker_goes(versioned, rule, emulator):
    versioned.put_object(Bucket="bucket", Key="k")
    rule(Expiration={"Days": 1}, NoncurrentVersionExpiration={"NoncurrentDays": 3})
    emulator.advance(2 * DAY)
    assert [each[1] == "marker" for each in versions(versioned)] == [False, True]
    emulator.advance(4 * DAY)
    assert versions(versioned) == []


def test_newer_noncurrent_versions_are_kept(versioned, rule, emulator):
    ids = [versioned.put_object(Bucket="bucket", Key="k", Body=bytes([n]))["VersionId"] for n in range(5)]
    rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 2})
    emulator.advance(3 * DAY)
    assert {each[1] for each in versions(versioned)} == set(ids[2:])


def test_locked_versions_stay(client, emulator):
    s3 = client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    until = time.time() + 30 * DAY
    s3.put_object(Bucket="locked", Key="k", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    s3.put_object(Bucket="locked", Key="k")
    expire = {"Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket="locked", LifecycleConfiguration={"Rules": [expire]})
    emulator.advance(10 * DAY)
    assert len(s3.list_object_versions(Bucket="locked")["Versions"]) == 2
    emulator.advance(25 * DAY)
    assert len(s3.list_object_versions(Bucket="locked")["Versions"]) == 1


def test_transitions_move_large_objects_down(s3, rule, emulator):
    rule(Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 60, "StorageClass": "GLACIER"}])
    s3.put_object(Bucket="bucket", Key="large", Body=bytes(128 * 1024))
    s3.put_object(Bucket="bucket", Key="small")
    emulator.advance(31 * DAY)
    assert s3.head_object(Bucket="bucket", Key="large")["StorageClass"] == "STANDARD_IA"
    assert "StorageClass" not in s3.head_object(Bucket="bucket", Key="small")
    emulator.advance(30 * DAY)
    assert s3.head_object(Bucket="bucket", Key="large")["StorageClass"] == "GLACIER"


def test_small_objects_are_archived_where_sizes_vary(s3, rule, emulator):
    rule("varies_by_storage_class", Transitions=[{"Days": 1, "StorageClass": "DEEP_ARCHIVE"}])
    s3.put_object(Bucket="bucket", Key="small")
    emulator.advance(2 * DAY)
    assert s3.head_object(Bucket="bucket", Key="small")["StorageClass"] == "DEEP_ARCHIVE"


def test_noncurrent_versions_move_by_themselves(versioned, rule, emulator, error_of):
    old = versioned.put_object(Bucket="bucket", Key="k", Body=bytes(128 * 1024))["VersionId"]
    versioned.put_object(Bucket="bucket", Key="k", Body=bytes(128 * 1024))
    rule(NoncurrentVersionTransitions=[{"NoncurrentDays": 1, "StorageClass": "GLACIER"}])
    emulator.advance(3 * DAY)
    error = error_of(versioned.get_object, Bucket="bucket", Key="k", VersionId=old)
    assert error["Error"]["Code"] == "InvalidObjectState"
    assert versioned.get_object(Bucket="bucket", Key="k")["ContentLength"] == 128 * 1024


def test_forgotten_uploads_are_aborted(s3, rule, emulator):
    rule(ID="clean", Filter={"Prefix": "a"}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2})
    started = s3.create_multipart_upload(Bucket="bucket", Key="a")
    assert started["AbortRuleId"] == "clean"
    s3.create_multipart_upload(Bucket="bucket", Key="b")
    s3.upload_part(Bucket="bucket", Key="a", UploadId=started["UploadId"], PartNumber=1, Body=b"1")
    emulator.advance(4 * DAY)
    assert [each["Key"] for each in s3.list_multipart_uploads(Bucket="bucket")["Uploads"]] == ["b"]


def test_a_disabled_or_deleted_rule_does_nothing(s3, rule, emulator):
    s3.put_object(Bucket="bucket", Key="k")
    rule(Status="Disabled", Expiration={"Days": 1})
    emulator.advance(5 * DAY)
    rule(Expiration={"Days": 1})
    s3.delete_bucket_lifecycle(Bucket="bucket")
    emulator.advance(5 * DAY)
    assert keys(s3) == ["k"]


def test_expiry_tells_its_own_event(s3, client, rule, emulator):
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    queue = {"QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:LifecycleExpiration:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"QueueConfigurations": [queue]}, SkipDestinationValidation=True
    )
    s3.put_object(Bucket="bucket", Key="k")
    rule(Expiration={"Days": 1})
    emulator.advance(3 * DAY)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert '"eventName":"LifecycleExpiration:Delete"' in message["Body"]
