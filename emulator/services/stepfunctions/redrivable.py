"""Whether an execution may be redriven, and why not.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
"""

from emulator.services.stepfunctions.tables import Execution

OPEN_FOR = 14 * 86400  # seconds after its end
LONGEST = 365 * 86400  # seconds that an execution may take
MOST_EVENTS = 24_999
STAY = frozenset(("RUNNING", "SUCCEEDED", "PENDING_REDRIVE"))


def status(record: Execution, now: float | None = None) -> dict[str, str]:
    """``redriveStatus`` and, where it can't be, ``redriveStatusReason``; without ``now`` its age does not matter."""
    return told(_reason(record, now), bool(record.map_run))


def told(reason: str | None, by_map_run: bool) -> dict[str, str]:
    if reason is not None:
        return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    return {"redriveStatus": "REDRIVABLE_BY_MAP_RUN" if by_map_run else "REDRIVABLE"}


def stays(status: str) -> str | None:
    """Why an execution of a status is not redriven, whatever else may be."""
    return f"Execution is {status} and cannot be redriven" if status in STAY else None


def _reason(record: Execution, now: float | None) -> str | None:
    if record.status in STAY:
        return stays(record.status)
    if record.type == "EXPRESS":
        return None if record.map_run else "Express executions cannot be redriven"
    if record.last_event >= MOST_EVENTS:
        return "Execution history event limit exceeded"
    if now is not None and now - record.started > LONGEST:
        return "Execution has exceeded the max execution time"
    if now is not None and record.stopped is not None and now - record.stopped > OPEN_FOR:
        return "Execution redrivable period exceeded"
    return None
