"""How far a change request is: what its execution tells beside that which all tell."""

from emulator.services.ssm.automation_tables import Execution

WAIT, RUN = "ScheduledTime", "Runbook"  # the steps that are added to those of the change template


def shown(execution: Execution) -> dict:
    """What executions tell of the change that they are; nothing of others."""
    change = execution.given.get("change")
    if change is None:
        return {}
    return {**change, "AutomationSubtype": "ChangeRequest", "AutomationExecutionStatus": _status(execution)}


def _status(execution: Execution) -> str:
    if execution.status == "Success":
        return "CompletedWithSuccess"
    if execution.status == "Failed":
        return "Rejected" if "was rejected" in (execution.failure or "") else "CompletedWithFailure"
    if execution.status in ("Cancelled", "TimedOut"):
        return execution.status
    return {WAIT: "Scheduled", RUN: "RunbookInProgress"}.get(execution.current or "", "PendingApproval")
