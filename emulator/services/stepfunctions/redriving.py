"""Redrives: an execution that failed goes on where it did.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from emulator.engines.asl import revival
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.stepfunctions import executions as operations
from emulator.services.stepfunctions import redrivable, retention, running
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Execution, executions, map_runs


@service.operation
def redrive_execution(ctx, executionArn, clientToken=None):
    """Go on from what was unsuccessful. Raises ExecutionDoesNotExist, ExecutionNotRedrivable."""
    record = operations.find(ctx, executionArn)
    status = redrivable.status(record, ctx.now)
    if status["redriveStatus"] != "REDRIVABLE":
        reason = status.get("redriveStatusReason", "Execution belongs to a Map Run")
        raise AwsError("ExecutionNotRedrivable", f"{reason}: '{executionArn}'")
    again(ctx, record)
    return {"redriveDate": ctx.now}


def again(ctx: Context, record: Execution) -> Execution:
    """Let an execution that is over go on, its time beginning anew."""
    record = ctx.rows(executions).put(replace(
        record, status="RUNNING", stopped=None, output=None, error=None, cause=None, redrives=record.redrives + 1,
        redriven=ctx.now,
    ))  # fmt: skip
    running.bound(ctx, record, ctx.now)
    retention.keep(ctx, record.key)
    running.changed(ctx, record)
    ctx.after(0, "revive", job_id=f"{record.key}/revive", execution=record.key)
    return record


@service.job
def revive(ctx, execution):
    record = running.find(ctx, execution)
    if record is not None:
        running.go_on(ctx, execution, lambda run: revival.revive(
            run, record.redrives, lambda arn: _map_redrives(ctx, arn)))  # fmt: skip


def _map_redrives(ctx: Context, arn: str) -> int | None:
    """How often a map run will have been redriven; None where the Map state begins another instead."""
    run = ctx.rows(map_runs)[arn]
    return None if run.status == "SUCCEEDED" or not run.total else run.redrives + 1
