"""The ``x-amz-expiration`` header: when a lifecycle rule will delete an object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
"""

from datetime import UTC, datetime
from urllib.parse import quote

from emulator.services.s3.daily import DAY, midnight_after
from emulator.services.s3.tables import Bucket, Version


def header(bucket: Bucket, version: Version) -> str | None:
    """``expiry-date="...", rule-id="..."`` of the rule that expires the object first; None when no rule does."""
    found = [(at, rule) for rule in rules_of(bucket) if (at := _expires_at(rule, version)) is not None]
    if not found:
        return None
    at, rule = min(found, key=lambda each: each[0])
    date = datetime.fromtimestamp(at, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return f'expiry-date="{date}", rule-id="{quote(rule["ID"], safe="")}"'


def _expires_at(rule: dict, version: Version) -> float | None:
    """The moment in epoch seconds, a midnight UTC, at which an enabled rule expires a current object."""
    expiration = rule.get("Expiration") or {}
    if not matches(rule, version):
        return None
    if expiration.get("Date") is not None:
        return expiration["Date"]
    if expiration.get("Days") is None:
        return None
    return due(version.modified, expiration["Days"])


def due(since: float, days: int) -> float:
    """When an action is due some days after a moment: they are rounded up to the next midnight."""
    return midnight_after(since + days * DAY)


def is_expired(now: float, rule: dict, version: Version) -> bool:
    at = _expires_at(rule, version)
    return at is not None and at <= now


def abort_members(bucket: Bucket, key: str, initiated: float) -> dict:
    """``AbortDate`` and ``AbortRuleId`` of an upload, from the rule that aborts it first."""
    found = abort_rule(rules_of(bucket), key, initiated) if bucket.configurations else None
    return {} if found is None else {"AbortDate": found[0], "AbortRuleId": found[1]["ID"]}


def abort_rule(rules: list[dict], key: str, initiated: float) -> tuple[float, dict] | None:
    """(moment, rule) at which an upload is aborted first; None when no rule does."""
    found = [
        (due(initiated, rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]), rule)
        for rule in rules if rule.get("AbortIncompleteMultipartUpload") and key.startswith(prefix_of(rule))
    ]  # fmt: skip
    return min(found, key=lambda each: each[0], default=None)


def rules_of(bucket: Bucket) -> list[dict]:
    """The rules that are enabled."""
    rules = (bucket.configurations.get("LifecycleConfiguration") or {}).get("Rules") or ()
    return [rule for rule in rules if rule["Status"] == "Enabled"]


def prefix_of(rule: dict) -> str:
    filter_ = rule.get("Filter") or {}
    return filter_.get("Prefix") or (filter_.get("And") or {}).get("Prefix") or rule.get("Prefix") or ""


def matches(rule: dict, version: Version) -> bool:
    """Whether a rule's filter holds for an object."""
    filter_ = rule.get("Filter") or {}
    both = filter_.get("And") or {}
    wanted = [filter_["Tag"]] if filter_.get("Tag") else both.get("Tags") or ()
    larger = filter_.get("ObjectSizeGreaterThan", both.get("ObjectSizeGreaterThan"))
    smaller = filter_.get("ObjectSizeLessThan", both.get("ObjectSizeLessThan"))
    return (
        version.key.startswith(prefix_of(rule))
        and all(version.tags.get(tag["Key"]) == tag["Value"] for tag in wanted)
        and (larger is None or version.size > larger)
        and (smaller is None or version.size < smaller)
    )
