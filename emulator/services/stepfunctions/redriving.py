"""Redrives: an execution that failed goes on where it did.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from emulator.engines.asl import revival
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import executions as operations
from emulator.services.stepfunctions import redrivable, running, status_events
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import executions


@service.operation
def redrive_execution(ctx, executionArn, clientToken=None):
    """Go on from what was unsuccessful. Raises ExecutionDoesNotExist, ExecutionNotRedrivable."""
    record = operations.find(ctx, executionArn)
    status = redrivable.status(record, ctx.now)
    if status["redriveStatus"] != "REDRIVABLE":
        reason = status.get("redriveStatusReason", "Execution belongs to a Map Run")
        raise AwsError("ExecutionNotRedrivable", f"{reason}: '{executionArn}'")
    record = ctx.rows(executions).put(replace(
        record, status="RUNNING", stopped=None, output=None, error=None, cause=None, redrives=record.redrives + 1,
        redriven=ctx.now,
    ))  # fmt: skip
    status_events.tell(ctx, record)
    ctx.after(0, "revive", job_id=f"{record.key}/revive", execution=record.key)
    return {"redriveDate": ctx.now}


@service.job
def revive(ctx, execution):
    record = running.find(ctx, execution)
    if record is not None:
        running.go_on(ctx, execution, lambda run: revival.revive(run, record.redrives))
