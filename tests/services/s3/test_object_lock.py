"""Object lock: retention, legal hold, default retention."""

from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture
def locked(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    return s3


def put(s3, **params) -> dict:
    return {"Bucket": "locked", "Key": "k", "VersionId": s3.put_object(Bucket="locked", Key="k", **params)["VersionId"]}


def until(days: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def test_compliance_holds_until_its_day(locked, error_of, emulator):
    version = put(locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until(1))
    for bypass in (True, False):
        answer = error_of(locked.delete_object, **version, BypassGovernanceRetention=bypass)
        assert answer["Error"] == {
            "Code": "AccessDenied", "Message": "Access Denied because object protected by object lock.",
        }  # fmt: skip
    for mode, days in (("COMPLIANCE", 0.5), ("GOVERNANCE", 2)):
        weaker = {"Mode": mode, "RetainUntilDate": until(days)}
        answer = error_of(locked.put_object_retention, **version, Retention=weaker, BypassGovernanceRetention=True)
        assert answer["Error"]["Code"] == "AccessDenied"
    each = {"Key": "k", "VersionId": version["VersionId"]}
    answer = locked.delete_objects(Bucket="locked", Delete={"Objects": [each]}, BypassGovernanceRetention=True)
    assert answer["Errors"][0]["Code"] == "AccessDenied"
    emulator.advance(2 * 86400)
    assert locked.delete_object(**version)["VersionId"] == version["VersionId"]


def test_governance_yields_to_the_bypass(locked, error_of):
    version = put(locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until(1))
    assert locked.get_object_retention(**version)["Retention"]["Mode"] == "GOVERNANCE"
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": until(0.5)}
    assert error_of(locked.put_object_retention, **version, Retention=shorter)["Error"]["Code"] == "AccessDenied"
    locked.put_object_retention(**version, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until(3)})
    locked.put_object_retention(**version, Retention=shorter, BypassGovernanceRetention=True)
    assert error_of(locked.delete_object, **version)["Error"]["Code"] == "AccessDenied"
    locked.delete_object(**version, BypassGovernanceRetention=True)


def test_a_delete_marker_is_allowed_on_a_locked_object(locked):
    put(locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until(1))
    assert locked.delete_object(Bucket="locked", Key="k")["DeleteMarker"] is True


def test_legal_hold(locked, error_of):
    version = put(locked)
    assert error_of(locked.get_object_legal_hold, **version)["Error"]["Code"] == "NoSuchObjectLockConfiguration"
    locked.put_object_legal_hold(**version, LegalHold={"Status": "ON"})
    assert locked.head_object(**version)["ObjectLockLegalHoldStatus"] == "ON"
    assert error_of(locked.delete_object, **version, BypassGovernanceRetention=True)["Error"]["Code"] == "AccessDenied"
    locked.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
    assert locked.get_object_legal_hold(**version)["LegalHold"] == {"Status": "OFF"}
    locked.delete_object(**version)


def test_the_default_retention_is_for_new_versions(locked):
    locked.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 7}},
    })  # fmt: skip
    head = locked.head_object(**put(locked))
    assert head["ObjectLockMode"] == "GOVERNANCE"
    assert abs(head["ObjectLockRetainUntilDate"] - until(7)) < timedelta(minutes=1)
    head = locked.head_object(**put(locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until(1)))
    assert head["ObjectLockMode"] == "COMPLIANCE"


def test_what_is_refused(locked, s3, error_of):
    where = {"Bucket": "locked", "Key": "k"}
    error = error_of(locked.put_object, **where, ObjectLockMode="GOVERNANCE")["Error"]
    assert error["ArgumentName"] == "x-amz-object-lock-retain-until-date"
    error = error_of(locked.put_object, **where, ObjectLockMode="BAD", ObjectLockRetainUntilDate=until(1))["Error"]
    assert error["Message"] == "Unknown wormMode directive."
    past = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until(-1)}
    error = error_of(locked.put_object, **where, **past)["Error"]
    assert error["Message"] == "The retain until date must be in the future!"
    s3.put_object(Bucket="bucket", Key="k")
    error = error_of(s3.put_object_retention, Bucket="bucket", Key="k",
                     Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until(1)})["Error"]  # fmt: skip
    assert error == {"Code": "InvalidRequest", "Message": "Bucket is missing Object Lock Configuration"}
