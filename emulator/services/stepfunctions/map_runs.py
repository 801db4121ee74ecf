"""Map runs: the executions of a distributed Map state, as many at once as it allows, and what comes of them.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from typing import Any

from emulator.engines.asl import distributed, interpreter
from emulator.engines.asl import map_items as given_items
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.run import RedriveMap, StartMap, StopMap
from emulator.engines.asl.texts import dumps
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.stepfunctions import (
    arns,
    item_readers,
    performing,
    redrivable,
    redriving,
    result_writers,
    running,
)
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Execution, Item, MapRun, executions, items, map_runs

MOST = 1000  # executions at once where MaxConcurrency is 0
FAILURES = frozenset(("FAILED", "TIMED_OUT"))
UNSUCCESSFUL = FAILURES | {"ABORTED"}


def start(ctx: Context, record: Execution, effect: StartMap) -> None:
    """A distributed Map state began."""
    wanted = effect.settings
    thread = record.threads[effect.thread]
    label = effect.arn.split(":")[6].partition("/")[2]
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
    try:
        if found is None:
            principal, _ = performing.actor(ctx, running.find(ctx, run.execution), None)
            found = await item_readers.items(ctx, reader, principal)
        else:
            found = [given_items.Item(*each) for each in found]
    except Failure as failure:
        ctx.cancel(job)
        _fail(ctx, run, failure)
        return
    ctx.cancel(job)
    run = ctx.rows(map_runs)[arn]
    if run.status == "RUNNING":  # not stopped while the items were read
        _fill(ctx, run, found)


def _fill(ctx: Context, run: MapRun, found: list[given_items.Item]) -> None:
    """Keep what each execution gets, and begin."""
    try:
        given = running.go_on(ctx, run.execution, lambda work: distributed.inputs(work, run.thread, run.attempt, found))
    except Failure as failure:
        _fail(ctx, run, failure)
        return
    rows = ctx.rows(items, run.arn)
    for slot, value in enumerate(given):
        rows.put(Item(slot, dumps(value), len(value["Items"]) if run.batched else 1))
    launch(ctx, ctx.rows(map_runs).put(replace(run, total=len(given), items=len(found))))


def launch(ctx: Context, run: MapRun) -> None:
    """Begin as many executions as there may be; conclude where none is left."""
    rows, under_way = ctx.rows(items, run.arn), run.running
    most = run.concurrency or MOST
    following = run.following
    record = running.find(ctx, run.execution)
    while following < run.total and under_way < most:
        item = rows[following]
        following += 1
        if item.status != "PENDING" and not item.redriving:
            continue
        child = _again(ctx, run, item, record) if item.redriving else _begin(ctx, run, item, record)
        rows.put(replace(
            item, status="RUNNING", execution=child.key, started=child.started, redriving=False,
            redrives=item.redrives + item.redriving))  # fmt: skip
        under_way += 1
    run = ctx.rows(map_runs).put(replace(run, following=following, running=under_way))
    if following >= run.total and not under_way:
        _conclude(ctx, run)


def _begin(ctx: Context, run: MapRun, item: Item, record: Execution) -> Execution:
    """An execution of an item; an express one that is tried again has the ARN that it had."""
    key = item.execution or _key(ctx, run)
    name = key.split(":")[7]
    child = Execution(
        key, name, run.machine, run.type, record.revision, ctx.now, item.input, running.number(ctx), map_run=run.arn,
        part=run.part, slot=item.slot,
    )  # fmt: skip
    ctx.rows(executions).put(child)
    ctx.after(0, "begin", job_id=f"{key}/begin", execution=key)
    return child


def _key(ctx: Context, run: MapRun) -> str:
    label, name = run.machine.rpartition(":")[2], ctx.ids.uuid()
    if run.type == "EXPRESS":
        return f"{arns.make(ctx, 'express', label)}:{name}:{ctx.ids.uuid()}"
    return arns.make(ctx, "execution", f"{label}:{name}")


def _again(ctx: Context, run: MapRun, item: Item, record: Execution) -> Execution:
    """A standard execution goes on where it failed, an express one begins anew."""
    child = ctx.rows(executions).get(item.execution)
    return _begin(ctx, run, item, record) if child is None else redriving.again(ctx, child)


def ended(ctx: Context, child: Execution) -> None:
    """One of a map run's executions is over."""
    run = ctx.rows(map_runs).get(child.map_run) if child.map_run else None
    if run is None:
        return
    rows = ctx.rows(items, run.arn)
    item = rows[child.slot]
    rows.put(replace(
        item, status=child.status, output=child.output, error=child.error, cause=child.cause, stopped=child.stopped,
        redriving=False))  # fmt: skip
    if child.type == "EXPRESS":
        ctx.rows(executions).delete(child.key)
    under_way = run.running - (item.status == "RUNNING")  # one that waited to be redriven was not
    failures = run.failures + (item.size if child.status in FAILURES else 0)
    run = ctx.rows(map_runs).put(replace(run, running=under_way, failures=failures))
    go_on(ctx, run)


running.FINISHED.append(ended)


def go_on(ctx: Context, run: MapRun) -> None:
    """Fail where too much has failed, else begin with more."""
    if run.status != "RUNNING":
        return
    if _exceeded(run):
        _fail(ctx, run, Failure(
            "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded"))
    else:
        launch(ctx, run)


def _exceeded(run: MapRun) -> bool:
    """Whether more items failed than may: by number, by share, or any where nothing is said."""
    limits = [run.tolerated_count] if run.bounded else []
    if run.tolerated_percentage:
        limits.append(run.tolerated_percentage * run.items / 100)
    return run.failures > min(limits, default=0)


def _conclude(ctx: Context, run: MapRun) -> None:
    try:
        result = _results(ctx, run)
    except Failure as failure:
        _fail(ctx, run, failure)
        return
    ctx.rows(map_runs).put(replace(run, status="SUCCEEDED", stopped=ctx.now, written=result_writers.writes(run)))
    running.go_on(ctx, run.execution, lambda work: distributed.map_succeeded(work, run.thread, run.attempt, result))


def _results(ctx: Context, run: MapRun) -> Any:
    """What the Map state gets, written where its ResultWriter says. Raises Failure."""
    principal, _ = performing.actor(ctx, running.find(ctx, run.execution), None)
    return result_writers.result(ctx, run, list(ctx.rows(items, run.arn)), principal)


def _fail(ctx: Context, run: MapRun, failure: Failure) -> None:
    if ctx.rows(map_runs)[run.arn].status != "RUNNING":  # stopped before
        return
    _end(ctx, run, "FAILED")
    running.go_on(ctx, run.execution, lambda work: distributed.map_failed(work, run.thread, run.attempt, failure))


def _end(ctx: Context, run: MapRun, status: str) -> None:
    """A map run ends before its executions: what was done is written, too, where a ResultWriter asks for files."""
    run = ctx.rows(map_runs).put(replace(run, status=status, stopped=ctx.now))
    rows = ctx.rows(items, run.arn)
    for item in list(rows):
        if item.status == "RUNNING":
            running.go_on(ctx, item.execution, lambda work: interpreter.abort(work, None, None))
        elif item.redriving:
            rows.put(replace(item, redriving=False))
            _mark(ctx, item, item.status)
    if run.total and result_writers.writes(run) and not run.written:
        try:
            _results(ctx, run)
        except Failure:
            return  # the map run is told to have failed already
        ctx.rows(map_runs).put(replace(ctx.rows(map_runs)[run.arn], written=True))


def stop(ctx: Context, record: Execution, effect: StopMap) -> None:
    """Nobody waits for a map run any more: its execution is over, or another branch failed."""
    run = ctx.rows(map_runs)[effect.arn]
    if run.status == "RUNNING":
        ctx.cancel(f"{run.arn}/fill")
        _end(ctx, run, "ABORTED")


running.EFFECTS[StopMap] = stop


# Redrives


def may_be_redriven(ctx: Context, item: Item) -> bool:
    """Express executions always may: they are started anew."""
    child = ctx.rows(executions).get(item.execution)
    return child is None or redrivable.status(child, ctx.now)["redriveStatus"] != "NOT_REDRIVABLE"


def redrive(ctx: Context, record: Execution, effect: RedriveMap) -> None:
    """A map run that failed goes on with the executions that were unsuccessful or did not begin."""
    run = ctx.rows(map_runs)[effect.arn]
    rows = ctx.rows(items, run.arn)
    for item in list(rows):
        if item.status in UNSUCCESSFUL and may_be_redriven(ctx, item):
            rows.put(replace(item, redriving=True))
            _mark(ctx, item, "PENDING_REDRIVE")
    ctx.rows(map_runs).put(replace(
        run, status="RUNNING", stopped=None, attempt=effect.attempt, following=0, running=0, written=False,
        failures=sum(item.size for item in rows if not item.redriving and item.status in FAILURES),
        redrives=run.redrives + 1, redriven=ctx.now,
    ))  # fmt: skip
    ctx.after(0, "relaunch", job_id=f"{run.arn}/fill", arn=run.arn)


running.EFFECTS[RedriveMap] = redrive


def _mark(ctx: Context, item: Item, status: str) -> None:
    child = ctx.rows(executions).get(item.execution)
    if child is not None:
        ctx.rows(executions).put(replace(child, status=status))


@service.job
def relaunch(ctx, arn):
    """Begin with what is redriven; what can't be may be too much already."""
    go_on(ctx, ctx.rows(map_runs)[arn])
