"""When a maintenance window opens: its schedule, offset, time zone and dates, and the job that waits for it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator.engines.schedules import At, Rate, parse
from emulator.kernel.context import Context
from emulator.resources.records import ResourceRecord
from emulator.services.ssm.common import invalid

DAY = 86400
UPCOMING = 20  # openings of one window that a schedule shows


def check(document: dict) -> None:
    """Raises ValidationException for a schedule, zone or date that can't be read."""
    try:
        parse(document["Schedule"])
    except ValueError:
        raise invalid(f"Invalid schedule expression: {document['Schedule']}") from None
    try:
        ZoneInfo(document.get("ScheduleTimezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(f"Invalid schedule timezone: {document['ScheduleTimezone']}") from None
    start, end = (moment(document.get(name)) for name in ("StartDate", "EndDate"))
    if start is not None and end is not None and end <= start:
        raise invalid("End date must be after start date.")


def moment(text: str | None) -> float | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise invalid(f"Invalid date: {text}. Dates are in ISO-8601 Extended format.") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def following(record: ResourceRecord, since: float) -> float | None:
    """The first opening after ``since``; None when there is none."""
    document = record.document
    expression, zone = parse(document["Schedule"]), ZoneInfo(document.get("ScheduleTimezone") or "UTC")
    offset = document.get("ScheduleOffset", 0) * DAY
    start, end = moment(document.get("StartDate")), moment(document.get("EndDate"))
    after = max(since, (start or 0) - 1) - offset
    if isinstance(expression, At):
        due = expression.moment(zone)
        due = due if due > after else None
    elif isinstance(expression, Rate):
        due = expression.next(record.created if start is None else start, after)
    else:
        due = expression.following(after, zone)
    if due is None or (end is not None and due + offset > end):
        return None
    return due + offset


def upcoming(record: ResourceRecord, since: float) -> Iterator[float]:
    def openings():
        due = following(record, since)
        while due is not None:
            yield due
            due = following(record, due)

    return islice(openings(), UPCOMING)


def text(record: ResourceRecord, due: float) -> str:
    """A moment as the window's own zone writes it, to the minute."""
    local = datetime.fromtimestamp(due, ZoneInfo(record.document.get("ScheduleTimezone") or "UTC"))
    offset = local.strftime("%z")
    return local.strftime("%Y-%m-%dT%H:%M") + ("Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}")


def arm(ctx: Context, record: ResourceRecord) -> None:
    """Let the window open at its next time; not while it is disabled."""
    disarm(ctx, record)
    due = following(record, ctx.now) if record.document["Enabled"] else None
    if due is not None:
        ctx.at(due, "open_window", job_id=_job(record), id=record.id[0], created=record.created)


def disarm(ctx: Context, record: ResourceRecord) -> None:
    ctx.cancel(_job(record))


def _job(record: ResourceRecord) -> str:
    return f"window/{record.id[0]}"
