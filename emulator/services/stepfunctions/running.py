"""How executions go on: the interpreter works on a copy, what it wrote is stored, what it asks for is done.

An execution goes on in a job, or where word of a task comes in. All that it waits for are rows: timers are jobs, tasks
are jobs that stand by, tokens and map runs have tables. So it survives a restart wherever it stands.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from emulator.engines.asl import interpreter
from emulator.engines.asl.machine import compiled_part
from emulator.engines.asl.run import Outcome, Run, StartTimer, Stop
from emulator.engines.asl.scopes import Environment
from emulator.engines.asl.texts import loads
from emulator.engines.asl.timestamps import text
from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.stepfunctions import arns, metrics, status_events
from emulator.services.stepfunctions.logs import deliver
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import (
    Counter,
    Execution,
    Revision,
    activities,
    counters,
    events,
    executions,
    revisions,
)

LONGEST_EXPRESS = 300  # seconds
TOKEN, TOKEN_BYTES = "AQCEAAAAKgAAAAMAAAAA", 390  # how tokens of tasks begin, and how much chance follows
PAUSE = 0.001  # seconds between stretches of an express execution that goes on and on

Act = Callable[[Run], Any]
FINISHED: list[Callable[[Context, Execution], None]] = []  # told of every end


def environment(ctx: Context) -> Environment:
    ids = ctx.ids
    return Environment(
        ctx.now, ids.uuid, lambda: ids.below(1 << 30) / (1 << 30), lambda: TOKEN + ids.base64(TOKEN_BYTES),
        lambda text: (arn := arns.read(text, "activity")).name in ctx.rows(activities, **arn.where),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _value(text_: str) -> Any:
    return loads(text_)


def load(ctx: Context, record: Execution, revision: Revision) -> Run:
    """The working copy of an execution."""
    about = {
        "Id": record.key, "Input": _value(record.input), "StartTime": text(record.started), "Name": record.name,
        "RoleArn": revision.role,
    }  # fmt: skip
    if not record.waited_for:
        about["RedriveCount"] = record.redrives
    if record.redriven is not None:
        about["RedriveTime"] = text(record.redriven)
    machine = record.machine
    context = {"Execution": about, "StateMachine": {"Id": machine, "Name": machine.rpartition(":")[2]}}
    return Run(
        compiled_part(revision.definition, record.part), context, environment(ctx), dict(record.threads),
        record.counter, record.last_event,
    )  # fmt: skip


def number(ctx: Context) -> int:
    """One more than ever before, for orders."""
    rows = ctx.rows(counters)
    known = rows.get("made")
    return rows.put(Counter("made", known.count + 1 if known is not None else 1)).count


def find(ctx: Context, key: str) -> Execution | None:
    return ctx.rows(executions).get(key)


def go_on(ctx: Context, key: str, act: Act) -> Any:
    """Have something happen to an execution that runs, let it work, and store what came of it.

    Returns what ``act`` does; None when the execution is not running any more.
    """
    record = find(ctx, key)
    if record is None or record.status != "RUNNING":
        return None
    revision = ctx.rows(revisions)[record.revision]
    run = load(ctx, record, revision)
    answer = act(run)
    more = interpreter.work(run, record.type == "STANDARD")
    record = save(ctx, record, revision, run)
    if more:
        ctx.after(0 if record.type == "STANDARD" else PAUSE, "proceed", job_id=f"{key}/proceed", execution=key,
                  ready=list(run.ready))  # fmt: skip
    return answer


@service.job
def proceed(ctx, execution, ready):
    """Go on after a stretch."""
    go_on(ctx, execution, lambda run: run.ready.extend(each for each in ready if each in run.threads))


@service.job
def begin(ctx, execution):
    """An execution that was started takes its first step."""
    record = find(ctx, execution)
    if record is None:
        return
    revision = ctx.rows(revisions)[record.revision]
    bound(ctx, record, record.started)
    changed(ctx, record)
    known = {"stateMachineVersionArn": record.version, "stateMachineAliasArn": record.alias}
    given = {name: value for name, value in known.items() if value}
    go_on(ctx, execution, lambda run: interpreter.begin(
        run, record.input, _value(record.input), revision.role, given))  # fmt: skip


def changed(ctx: Context, record: Execution) -> None:
    """An execution has come to another status; of those of a map run nobody is told."""
    if not record.map_run:
        status_events.tell(ctx, record)
        metrics.count(ctx, record)


def bound(ctx: Context, record: Execution, since: float) -> None:
    """An execution is over when its machine's TimeoutSeconds, or the longest time of express ones, have passed."""
    limit = compiled_part(ctx.rows(revisions)[record.revision].definition, record.part).timeout
    if record.type == "EXPRESS":
        limit = min(limit or LONGEST_EXPRESS, LONGEST_EXPRESS)
    if limit is not None:
        ctx.at(since + limit, "time_out", job_id=f"{record.key}/timeout", execution=record.key)


@service.job
def time_out(ctx, execution):
    go_on(ctx, execution, interpreter.time_out)


def save(ctx: Context, record: Execution, revision: Revision, run: Run) -> Execution:
    """Store an execution with its new events, and see to its effects."""
    if record.type == "STANDARD":
        history = ctx.rows(events, record.key)
        for event in run.events:
            history.put(event)
    deliver(ctx, record, revision.logging, run.events)
    record = replace(record, threads=run.threads, counter=run.counter, last_event=run.last_event)
    if run.outcome is not None:
        record = _ended(ctx, record, run.outcome)
    ctx.rows(executions).put(record)
    for effect in run.effects:
        EFFECTS[type(effect)](ctx, record, effect)
    if run.outcome is not None:
        finish(ctx, record)
    return record


def _ended(ctx: Context, record: Execution, outcome: Outcome) -> Execution:
    return replace(
        record, status=outcome.status, stopped=ctx.now, output=outcome.output, error=outcome.error,
        cause=outcome.cause,
    )  # fmt: skip


def finish(ctx: Context, record: Execution) -> None:
    """An execution is over: tell whoever wants to know."""
    ctx.cancel(f"{record.key}/timeout")
    ctx.cancel(f"{record.key}/proceed")
    changed(ctx, record)
    for told in FINISHED:
        told(ctx, record)
    if record.type == "EXPRESS" and not record.waited_for and not record.map_run:
        ctx.rows(executions).delete(record.key)
    ctx.notify(channel(record.key))


def channel(key: str) -> tuple[str, str]:
    """Whoever waits for an execution's end waits here."""
    return "stepfunctions.execution", key


# Effects


def _job(key: str, attempt: int) -> str:
    return f"{key}/{attempt}"


def _start_timer(ctx: Context, record: Execution, effect: StartTimer) -> None:
    due = max(effect.due, ctx.now)  # a Wait state's Timestamp may have passed
    ctx.at(due, "ring", job_id=_job(record.key, effect.attempt), execution=record.key, thread=effect.thread,
           attempt=effect.attempt)  # fmt: skip


@service.job
def ring(ctx, execution, thread, attempt):
    """A Wait state's or a retry's time has come."""
    go_on(ctx, execution, lambda run: interpreter.timer(run, thread, attempt))


def _stop(ctx: Context, record: Execution, effect: Stop) -> None:
    name = _job(record.key, effect.attempt)
    for kind in ("", "/timeout", "/heartbeat"):
        ctx.cancel(name + kind)


EFFECTS: dict[type, Callable[[Context, Execution, Any], None]] = {StartTimer: _start_timer, Stop: _stop}
