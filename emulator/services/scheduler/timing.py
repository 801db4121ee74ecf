"""When a schedule is due, and the one job that waits for it."""

from zoneinfo import ZoneInfo

from emulator.engines.schedules import At, Rate, parse

MOMENT = 0.001  # seconds: shorter than anything that expressions can tell apart


def first(record, now: float) -> float | None:
    """The first due time of a new schedule. A rate begins at once; a time that has passed is caught up with at once."""
    return _next(record, now - MOMENT)


def resumed(record, before, now: float) -> float | None:
    """The next due time after an update. A one-time schedule that was invoked stays done until its time is changed."""
    return None if record.private.get("invoked") == _once(record) else _next(record, now)


def following(record, scheduled: float) -> float | None:
    """The due time after another; None when that was the last."""
    return None if isinstance(parse(record.document["ScheduleExpression"]), At) else _next(record, scheduled)


def _next(record, moment: float) -> float | None:
    document = record.document
    expression = parse(document["ScheduleExpression"])
    zone = ZoneInfo(document["ScheduleExpressionTimezone"])
    if isinstance(expression, At):
        return expression.moment(zone)
    start, end = document.get("StartDate"), document.get("EndDate")
    moment = max(moment, (start or 0) - MOMENT)
    if isinstance(expression, Rate):
        due = expression.next(record.created if start is None else start, moment)
    else:
        due = expression.following(moment, zone)
    return due if due is not None and (end is None or due <= end) else None


def _once(record) -> str:
    return f"{record.document['ScheduleExpression']} {record.document['ScheduleExpressionTimezone']}"


def invoked(record) -> dict:
    """What a record remembers of its invocation."""
    return {**record.private, "invoked": _once(record)}


def arm(ctx, record, due: float | None) -> None:
    """Make ``due`` (epoch seconds) the next invocation, within the flexible window; None or DISABLED: there is none."""
    if due is None or record.document["State"] == "DISABLED":
        disarm(ctx, record)
        return
    minutes = record.document["FlexibleTimeWindow"].get("MaximumWindowInMinutes", 0)
    delay = ctx.ids.below(minutes * 60 + 1)
    ctx.at(due + delay, "fire", job_id=_job(record), id=list(record.id), created=record.created, scheduled=due)


def disarm(ctx, record) -> None:
    ctx.cancel(_job(record))


def _job(record) -> str:
    return f"fire/{'/'.join(record.id)}"
