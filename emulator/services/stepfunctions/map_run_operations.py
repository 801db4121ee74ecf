"""Map runs as they are told, and changed while they run.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
"""

from collections.abc import Callable
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns, executions, map_runs
from emulator.services.stepfunctions.errors import no_resource, validation
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Item, MapRun, items
from emulator.services.stepfunctions.tables import map_runs as map_runs_table

COUNTED = {"PENDING": "pending", "RUNNING": "running", "SUCCEEDED": "succeeded", "FAILED": "failed",
           "TIMED_OUT": "timedOut", "ABORTED": "aborted"}  # fmt: skip
COUNTS = (*COUNTED.values(), "total", "resultsWritten", "failuresNotRedrivable", "pendingRedrive")


def _find(ctx: Context, text: str) -> MapRun:
    arn = arns.read(text, "mapRun")
    run = ctx.rows(map_runs_table, **arn.where).get(text)
    if run is None:
        raise no_resource(text)
    return run


def _counts(ctx: Context, run: MapRun, weigh: Callable[[Item], int]) -> dict[str, int]:
    found = dict.fromkeys(COUNTS, 0)
    for item in ctx.rows(items, run.arn):
        weight = weigh(item)
        found["total"] += weight
        if run.written:
            found["resultsWritten"] += weight
        if item.redriving:
            found["pendingRedrive"] += weight
            continue
        found[COUNTED[item.status]] += weight
        if item.status in map_runs.UNSUCCESSFUL and not map_runs.may_be_redriven(ctx, item):
            found["failuresNotRedrivable"] += weight
    return found


@service.operation
def describe_map_run(ctx, mapRunArn):
    """Raises ResourceNotFound."""
    run = _find(ctx, mapRunArn)
    answer = {
        "mapRunArn": run.arn, "executionArn": run.execution, "status": run.status, "startDate": run.started,
        "maxConcurrency": run.concurrency, "toleratedFailurePercentage": run.tolerated_percentage,
        "toleratedFailureCount": run.tolerated_count, "itemCounts": _counts(ctx, run, lambda item: item.size),
        "executionCounts": _counts(ctx, run, lambda item: 1), "redriveCount": run.redrives,
    }  # fmt: skip
    more = {"stopDate": run.stopped, "redriveDate": run.redriven}
    return {**answer, **{name: value for name, value in more.items() if value is not None}}


@service.operation
def list_map_runs(ctx, executionArn):
    """Newest first. Raises ExecutionDoesNotExist."""
    executions.find(ctx, executionArn)
    found = list(ctx.rows(map_runs_table).by("execution", (executionArn,), (executionArn, float("inf"))))
    return paged(ctx, "mapRuns", found, lambda run: -run.order, _listed)


def _listed(run: MapRun) -> dict[str, Any]:
    shown = {"executionArn": run.execution, "mapRunArn": run.arn, "stateMachineArn": run.machine,
             "startDate": run.started}  # fmt: skip
    return shown if run.stopped is None else {**shown, "stopDate": run.stopped}


@service.operation
def update_map_run(ctx, mapRunArn, maxConcurrency=None, toleratedFailurePercentage=None, toleratedFailureCount=None):
    """Change a map run that is under way. Raises ResourceNotFound, ValidationException."""
    run = _find(ctx, mapRunArn)
    given = {"concurrency": maxConcurrency, "tolerated_percentage": toleratedFailurePercentage,
             "tolerated_count": toleratedFailureCount}  # fmt: skip
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        raise validation("At least one parameter must be specified to update the Map Run", "MISSING_REQUIRED_PARAMETER")
    if run.status != "RUNNING":
        raise validation(f"Map Run is already completed: '{mapRunArn}'", "CANNOT_UPDATE_COMPLETED_MAP_RUN")
    if toleratedFailureCount is not None:
        changes["bounded"] = True
    run = ctx.rows(map_runs_table).put(replace(run, **changes))
    if run.total:
        map_runs.go_on(ctx, run)
    return {}
