"""Whether an execution may be redriven, and why not.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from emulator.services.stepfunctions.tables import Execution

OPEN_FOR = 14 * 86400  # seconds after its end


def status(record: Execution, now: float | None = None) -> dict[str, str]:
    """``redriveStatus`` and, where it can't be, ``redriveStatusReason``."""
    if record.status in ("RUNNING", "SUCCEEDED"):
        reason = f"Execution is {record.status} and cannot be redriven"
    elif record.type == "EXPRESS":
        reason = "Express executions cannot be redriven"
    elif now is not None and record.stopped is not None and now - record.stopped > OPEN_FOR:
        reason = "The redrivable period of the execution has expired"
    else:
        return {"redriveStatus": "REDRIVABLE_BY_MAP_RUN" if record.map_run else "REDRIVABLE"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
