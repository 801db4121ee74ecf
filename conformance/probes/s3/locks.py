"""Object Lock."""

from datetime import UTC, datetime, timedelta

from conformance.probes import probe

GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"


def soon():
    """Long enough for a probe, short enough not to bind a bucket for long."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=20)


def retained(trial, mode):
    made = trial.fixture("locked")
    place = {"Bucket": made["Bucket"], "Key": made["Key"], "VersionId": made["VersionId"]}
    trial.ask("PutObjectRetention", **place, Retention={"Mode": mode, "RetainUntilDate": soon()})
    return place


@probe("s3", "DeleteObject", "A version under compliance retention can't be deleted, bypass or not", GUIDE)
def compliance_holds(trial):
    place = retained(trial, "COMPLIANCE")
    trial.refused("DeleteObject", "AccessDenied", 403, **place, BypassGovernanceRetention=True)
    trial.ask("HeadObject", **place)


@probe("s3", "DeleteObjects", "Object Lock compliance mode holds on batch delete", GUIDE)
def compliance_holds_on_batch_delete(trial):
    place = retained(trial, "COMPLIANCE")
    answer = trial.ask("DeleteObjects", Bucket=place["Bucket"], BypassGovernanceRetention=True, Delete={
        "Objects": [{"Key": place["Key"], "VersionId": place["VersionId"]}]})
    assert [each["Code"] for each in answer.get("Errors", [])] == ["AccessDenied"], answer
    trial.ask("HeadObject", **place)


@probe("s3", "DeleteObject", "A version under governance retention can be deleted with the bypass alone", GUIDE)
def governance_is_bypassed(trial):
    place = retained(trial, "GOVERNANCE")
    trial.refused("DeleteObject", "AccessDenied", 403, **place)
    trial.ask("DeleteObject", **place, BypassGovernanceRetention=True)
    assert trial.call("HeadObject", **place).raw.status == 404


@probe("s3", "DeleteObject", "A legal hold keeps a version whatever its retention", GUIDE)
def a_legal_hold_holds(trial):
    made = trial.fixture("locked")
    place = {"Bucket": made["Bucket"], "Key": made["Key"], "VersionId": made["VersionId"]}
    trial.ask("PutObjectLegalHold", **place, LegalHold={"Status": "ON"})
    trial.later(lambda: trial.ask("PutObjectLegalHold", **place, LegalHold={"Status": "OFF"}))
    trial.refused("DeleteObject", "AccessDenied", 403, **place, BypassGovernanceRetention=True)


@probe("s3", "DeleteObject", "A delete without a version makes a delete marker, retention or not", GUIDE)
def a_marker_is_always_allowed(trial):
    place = retained(trial, "COMPLIANCE")
    answer = trial.ask("DeleteObject", Bucket=place["Bucket"], Key=place["Key"])
    assert answer.get("DeleteMarker") is True, answer
    trial.ask("HeadObject", **place)
