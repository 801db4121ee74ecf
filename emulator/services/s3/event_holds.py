"""Event holds: a version is kept until it is told that an event happened, and for a duration from then on.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectLockRetention.html and API_DefaultRetention.html beside it
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.s3.documents import LONGEST_HOLD, is_duration, malformed
from emulator.services.s3.tables import Lock

DAY = 86_400
HEADER = "x-amz-object-lock-event-hold"


def of_headers(given: dict, default: dict | None) -> tuple[bool | None, dict]:
    """(hold, duration) of a new version, from its headers or the bucket's default. Raises InvalidArgument."""
    status = given.get("ObjectLockEventHold")
    duration = {unit: given[name] for unit in LONGEST_HOLD if (name := f"ObjectLockEventHoldDuration{unit}") in given}
    if status is None and not duration:
        return (None, {}) if default is None else (True, default)
    if status not in ("ON", "OFF"):
        raise _invalid(HEADER, status)
    duration = duration or default or {}
    if (status == "ON" or duration) and not is_duration(duration):
        raise _invalid(f"{HEADER}-duration-days", None)
    return status == "ON", duration


def _invalid(header: str, value: str | None) -> AwsError:
    members = {} if value is None else {"ArgumentValue": value}
    return AwsError("InvalidArgument", "The event hold is not valid.", 400, ArgumentName=header, **members)


def changed(ctx: Context, lock: Lock, status: str | None, duration: dict | None) -> Lock:
    """The lock with its event hold set or released; when it is released its duration begins. Raises MalformedXML."""
    if duration is not None:
        if not is_duration(duration):
            raise malformed()
        lock = replace(lock, event_days=duration.get("Days"), event_years=duration.get("Years"))
    if status is None:
        return lock
    length = lock.event_days or 365 * (lock.event_years or 0)
    if status == "ON":
        if not length:
            raise malformed()
        return replace(lock, event_hold=True)
    if lock.event_hold:
        lock = replace(lock, until=max(lock.until or 0, ctx.now + length * DAY))
    return replace(lock, event_hold=False)


def duration_of(lock: Lock) -> dict:
    return {unit: length for unit, length in (("Days", lock.event_days), ("Years", lock.event_years)) if length}


def headers(lock: Lock) -> dict:
    """As members of GetObject and HeadObject; the duration is told while the hold is on."""
    if lock.event_hold is None:
        return {}
    found = {"ObjectLockEventHold": "ON" if lock.event_hold else "OFF"}
    if lock.event_hold:
        found |= {f"ObjectLockEventHoldDuration{unit}": length for unit, length in duration_of(lock).items()}
    return found


def document(lock: Lock) -> dict:
    """As members of GetObjectRetention."""
    if lock.event_hold is None:
        return {}
    return {"EventHold": "ON" if lock.event_hold else "OFF", "EventHoldDuration": duration_of(lock) or None}
