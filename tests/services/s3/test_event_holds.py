"""Object lock's event holds: kept until an event, and for a duration from then on."""

from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture
def locked(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    return s3


def put(s3, **params) -> dict:
    return {"Bucket": "locked", "Key": "k", "VersionId": s3.put_object(Bucket="locked", Key="k", **params)["VersionId"]}


def test_a_version_is_kept_until_the_event_and_for_its_duration(locked, error_of, emulator):
    version = put(locked, ObjectLockEventHold="ON", ObjectLockEventHoldDurationDays=30)
    head = locked.head_object(**version)
    assert (head["ObjectLockEventHold"], head["ObjectLockEventHoldDurationDays"]) == ("ON", 30)
    emulator.advance(100 * 86400)
    assert error_of(locked.delete_object, **version, BypassGovernanceRetention=True)["Error"]["Code"] == "AccessDenied"
    locked.put_object_retention(**version, Retention={"EventHold": "OFF"})
    retention = locked.get_object_retention(**version)["Retention"]
    assert (retention["EventHold"], retention["EventHoldDuration"]) == ("OFF", {"Days": 30})
    expected = datetime.now(UTC) + timedelta(days=130)
    assert abs(retention["RetainUntilDate"] - expected) < timedelta(minutes=1)
    assert "ObjectLockEventHoldDurationDays" not in locked.head_object(**version)
    emulator.advance(29 * 86400)
    assert error_of(locked.delete_object, **version)["Error"]["Code"] == "AccessDenied"
    emulator.advance(2 * 86400)
    locked.delete_object(**version)


def test_a_bucket_has_a_default_that_an_upload_replaces(locked, error_of):
    rule = {"DefaultRetention": {"DefaultEventHold": {"Years": 1}}}
    document = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    locked.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=document)
    assert locked.get_object_lock_configuration(Bucket="locked")["ObjectLockConfiguration"] == document
    version = put(locked)
    assert locked.get_object(**version)["ObjectLockEventHoldDurationYears"] == 1
    own = put(locked, ObjectLockLegalHoldStatus="OFF")
    assert "ObjectLockEventHold" not in locked.head_object(**own)
    assert locked.delete_object(**own)["VersionId"] == own["VersionId"]
    assert error_of(locked.delete_object, **version)["Error"]["Code"] == "AccessDenied"


@pytest.mark.parametrize("retention", [
    {"EventHold": "no"}, {"EventHold": "ON"}, {"EventHold": "ON", "EventHoldDuration": {"Days": 1, "Years": 1}},
    {"EventHold": "ON", "EventHoldDuration": {"Years": 101}}, {"Mode": "NONE"},
])  # fmt: skip
def test_what_is_not_in_the_schema_is_refused(locked, error_of, retention):
    version = put(locked)
    assert error_of(locked.put_object_retention, **version, Retention=retention)["Error"]["Code"] == "MalformedXML"


def test_a_hold_needs_a_bucket_with_object_lock_and_a_duration(s3, locked, error_of):
    answer = error_of(s3.put_object, Bucket="bucket", Key="k", ObjectLockEventHold="ON")
    assert answer["Error"]["Code"] == "InvalidRequest"
    answer = error_of(put, s3=locked, ObjectLockEventHold="ON")
    assert answer["Error"]["Code"] == "InvalidArgument"
