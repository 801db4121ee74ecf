"""The ``x-amz-expiration`` header: when a lifecycle rule will delete an object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
"""

from datetime import UTC, datetime
from urllib.parse import quote

from emulator.services.s3.tables import Bucket, Version

DAY = 86_400


def header(bucket: Bucket, version: Version) -> str | None:
    """``expiry-date="...", rule-id="..."`` of the rule that expires the object first; None when no rule does."""
    rules = (bucket.configurations.get("LifecycleConfiguration") or {}).get("Rules") or ()
    due = [(at, rule) for rule in rules if (at := _expires_at(rule, version)) is not None]
    if not due:
        return None
    at, rule = min(due, key=lambda each: each[0])
    date = datetime.fromtimestamp(at, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return f'expiry-date="{date}", rule-id="{quote(rule["ID"], safe="")}"'


def _expires_at(rule: dict, version: Version) -> float | None:
    """The moment in epoch seconds, a midnight UTC, at which a rule expires a current object."""
    expiration = rule.get("Expiration") or {}
    if rule.get("Status") != "Enabled" or not matches(rule, version):
        return None
    if expiration.get("Date") is not None:
        return expiration["Date"]
    if expiration.get("Days") is None:
        return None
    # The days are counted from the write and rounded up to the next midnight.
    return (int(version.modified + expiration["Days"] * DAY) // DAY + 1) * DAY


def matches(rule: dict, version: Version) -> bool:
    """Whether a rule's filter holds for an object."""
    filter_ = rule.get("Filter") or {}
    both = filter_.get("And") or {}
    prefix = filter_.get("Prefix") or both.get("Prefix") or rule.get("Prefix") or ""
    wanted = [filter_["Tag"]] if filter_.get("Tag") else both.get("Tags") or ()
    larger = filter_.get("ObjectSizeGreaterThan", both.get("ObjectSizeGreaterThan"))
    smaller = filter_.get("ObjectSizeLessThan", both.get("ObjectSizeLessThan"))
    return (
        version.key.startswith(prefix)
        and all(version.tags.get(tag["Key"]) == tag["Value"] for tag in wanted)
        and (larger is None or version.size > larger)
        and (smaller is None or version.size < smaller)
    )
