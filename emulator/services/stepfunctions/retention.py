"""Executions that are over are kept for ninety days, then forgotten with their histories; so long a name is taken.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions
"""

from emulator.kernel.context import Context
from emulator.services.stepfunctions import running
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Execution, events, executions, items, map_runs

KEPT = 90 * 86_400  # seconds


def _job(key: str) -> str:
    return f"{key}/forget"


def ended(ctx: Context, record: Execution) -> None:
    """Those of a map run go with the execution that it is of."""
    if record.type == "STANDARD" and not record.map_run:
        ctx.after(KEPT, "forget", job_id=_job(record.key), execution=record.key)


running.FINISHED.append(ended)


def keep(ctx: Context, key: str) -> None:
    """An execution goes on."""
    ctx.cancel(_job(key))


@service.job
def forget(ctx, execution):
    """Delete an execution with its history and its map runs."""
    keep(ctx, execution)
    for run in list(ctx.rows(map_runs).by("execution", (execution,), (execution, float("inf")))):
        for item in ctx.rows(items, run.arn):
            forget(ctx, item.execution)
        ctx.rows(items, run.arn).clear()
        ctx.rows(map_runs).delete(run.arn)
    ctx.rows(events, execution).clear()
    ctx.rows(executions).delete(execution)
