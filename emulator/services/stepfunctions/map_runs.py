"""Map runs: the executions of a distributed Map state, as many at once as it allows, and what comes of them.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from typing import Any

from emulator.engines.asl import interpreter, maps
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.run import StartMap
from emulator.engines.asl.texts import dumps
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns, item_readers, performing, result_writers, running
from emulator.services.stepfunctions import executions as execution_operations
from emulator.services.stepfunctions.errors import no_resource, validation
from emulator.services.stepfunctions.paging import paged
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Execution, Item, MapRun, executions, items, map_runs

MOST = 1000  # executions at once where MaxConcurrency is 0
EXCEEDED = Failure(
    "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
KINDS = ("pending", "running", "succeeded", "failed", "timedOut", "aborted")
COUNTED = {"SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timedOut", "ABORTED": "aborted",
           "RUNNING": "running", "PENDING": "pending"}  # fmt: skip


def start(ctx: Context, record: Execution, effect: StartMap) -> None:
    """A distributed Map state began."""
    wanted = effect.settings
    thread = record.threads[effect.thread]
    label = effect.arn.split(":")[5 + 1].partition("/")[2]
    machine = f"{record.machine.split('/')[0]}/{label}"
    ctx.rows(map_runs).put(MapRun(
        effect.arn, record.key, effect.thread, effect.attempt, machine,
        (*record.part, *thread.where, thread.state, 0), ctx.now, running.number(ctx), wanted["type"],
        concurrency=int(wanted.get("maxConcurrency", 0)), tolerated_count=int(wanted.get("toleratedFailureCount", 0)),
        tolerated_percentage=float(wanted.get("toleratedFailurePercentage", 0)), writer=wanted["writer"],
        batched=wanted["batcher"] is not None, bounded="toleratedFailureCount" in wanted,
    ))  # fmt: skip
    ctx.after(0, "fill", job_id=f"{effect.arn}/fill", arn=effect.arn, found=effect.items, reader=effect.reader)


running.EFFECTS[StartMap] = start


@service.job
async def fill(ctx, arn, found, reader):
    """Read the items, and begin with the first executions."""
    job = f"{arn}/fill"
    ctx.stand_by("fill", job_id=job, arn=arn, found=found, reader=reader)
    run = ctx.rows(map_runs)[arn]
    record = running.find(ctx, run.execution)
    try:
        if found is None:
            principal, _ = performing.actor(ctx, record, None)
            found = await item_readers.items(ctx, reader, principal)
        given = running.go_on(ctx, run.execution, lambda work: maps.inputs(work, run.thread, run.attempt, found))
    except Failure as failure:
        ctx.cancel(job)
        _fail(ctx, run, failure)
        return
    ctx.cancel(job)
    if given is None or ctx.rows(map_runs)[arn].status != "RUNNING":
        return
    rows = ctx.rows(items, arn)
    for slot, value in enumerate(given):
        rows.put(Item(slot, dumps(value), len(value["Items"]) if run.batched else 1))
    run = ctx.rows(map_runs).put(replace(run, total=len(given), items=len(found)))
    _launch(ctx, run)


def _launch(ctx: Context, run: MapRun) -> None:
    """Begin as many executions as there may be; conclude where none is left."""
    rows, counts = ctx.rows(items, run.arn), dict(run.counts)
    most = run.concurrency or MOST
    following = run.following
    record = running.find(ctx, run.execution)
    while following < run.total and counts.get("RUNNING", 0) < most:
        item = rows[following]
        following += 1
        if item.status != "PENDING":
            continue
        child = _begin(ctx, run, item, record.revision)
        rows.put(replace(item, status="RUNNING", execution=child.key, started=ctx.now))
        counts["RUNNING"] = counts.get("RUNNING", 0) + 1
    run = ctx.rows(map_runs).put(replace(run, following=following, counts=counts))
    if following >= run.total and not counts.get("RUNNING", 0):
        _conclude(ctx, run)


def _begin(ctx: Context, run: MapRun, item: Item, revision: str) -> Execution:
    name = ctx.ids.uuid()
    label = run.machine.rpartition(":")[2]
    key = arns.make(ctx, "execution", f"{label}:{name}")
    if run.type == "EXPRESS":
        key = f"{arns.make(ctx, 'express', label)}:{name}:{ctx.ids.uuid()}"
    child = Execution(
        key, name, run.machine, run.type, revision, ctx.now, item.input, running.number(ctx), map_run=run.arn,
        part=run.part, slot=item.slot,
    )  # fmt: skip
    ctx.rows(executions).put(child)
    ctx.after(0, "begin", job_id=f"{key}/begin", execution=key)
    return child


def ended(ctx: Context, child: Execution) -> None:
    """One of a map run's executions is over."""
    run = ctx.rows(map_runs).get(child.map_run) if child.map_run else None
    if run is None:
        return
    rows = ctx.rows(items, run.arn)
    rows.put(replace(
        rows[child.slot], status=child.status, output=child.output, error=child.error, cause=child.cause,
        stopped=child.stopped))  # fmt: skip
    if child.type == "EXPRESS":
        ctx.rows(executions).delete(child.key)
    counts = {**run.counts, "RUNNING": run.counts.get("RUNNING", 1) - 1,
              child.status: run.counts.get(child.status, 0) + 1}  # fmt: skip
    run = ctx.rows(map_runs).put(replace(run, counts=counts))
    if run.status != "RUNNING":
        return
    if _exceeded(ctx, run):
        _fail(ctx, run, Failure(EXCEEDED.error, EXCEEDED.cause))
    else:
        _launch(ctx, run)


running.FINISHED.append(ended)


def _exceeded(ctx: Context, run: MapRun) -> bool:
    """Whether more failed than may: by number, by share, or any where nothing is said."""
    failures = run.counts.get("FAILED", 0) + run.counts.get("TIMED_OUT", 0)
    if not failures:
        return False
    by_count = run.tolerated_count if run.tolerated_count or run.bounded else None
    share = run.tolerated_percentage
    if share and failures * 100 <= share * run.total:
        return by_count is not None and failures > by_count
    return by_count is None or failures > by_count


def _conclude(ctx: Context, run: MapRun) -> None:
    record = running.find(ctx, run.execution)
    principal, _ = performing.actor(ctx, record, None)
    try:
        result = result_writers.result(ctx, run, list(ctx.rows(items, run.arn)), principal)
    except Failure as failure:
        _fail(ctx, run, failure)
        return
    ctx.rows(map_runs).put(replace(run, status="SUCCEEDED", stopped=ctx.now))
    running.go_on(ctx, run.execution, lambda work: maps.map_succeeded(work, run.thread, run.attempt, result))


def _fail(ctx: Context, run: MapRun, failure: Failure) -> None:
    ctx.rows(map_runs).put(replace(run, status="FAILED", stopped=ctx.now))
    _abort_children(ctx, run)
    running.go_on(ctx, run.execution, lambda work: maps.map_failed(work, run.thread, run.attempt, failure))


def _abort_children(ctx: Context, run: MapRun) -> None:
    for item in list(ctx.rows(items, run.arn)):
        if item.status == "RUNNING":
            running.go_on(ctx, item.execution, lambda work: interpreter.abort(work, None, None))


def stopped(ctx: Context, record: Execution) -> None:
    """The execution whose Map states run is over: so are these."""
    for run in list(ctx.rows(map_runs).by("execution", (record.key,), (record.key, float("inf")))):
        if run.status == "RUNNING":
            ctx.rows(map_runs).put(replace(run, status="ABORTED", stopped=ctx.now))
            ctx.cancel(f"{run.arn}/fill")
            _abort_children(ctx, run)


running.FINISHED.append(stopped)


# Operations


def _find(ctx: Context, text: str) -> MapRun:
    arn = arns.read(text, "mapRun")
    run = ctx.rows(map_runs, **arn.where).get(text)
    if run is None:
        raise no_resource(text)
    return run


def _counts(ctx: Context, run: MapRun, weigh) -> dict[str, int]:
    found = dict.fromkeys((*KINDS, "total", "resultsWritten", "failuresNotRedrivable", "pendingRedrive"), 0)
    for item in ctx.rows(items, run.arn):
        found[COUNTED[item.status]] += weigh(item)
        found["total"] += weigh(item)
        if run.writer is not None and run.status == "SUCCEEDED":
            found["resultsWritten"] += weigh(item)
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
    execution_operations.find(ctx, executionArn)
    found = list(ctx.rows(map_runs).by("execution", (executionArn,), (executionArn, float("inf"))))
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
    run = ctx.rows(map_runs).put(replace(run, **changes))
    if run.total:
        _launch(ctx, run)
    return {}
