"""Tasks: scheduled by an execution, carried out as jobs, answered by their outcome or by word from outside.

A task's job stands by while it waits, so that one which is broken off by the emulator's end is carried out again.
"""

import logging
from typing import Any

from emulator.engines.asl import resources, tasks
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.resources import Resource
from emulator.engines.asl.run import StartTask
from emulator.engines.asl.texts import dumps
from emulator.kernel.context import PARTITION, Context, Principal
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions import activity_tasks, nested, running
from emulator.services.stepfunctions.integrations import http, services
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Execution, Task, revisions
from emulator.services.stepfunctions.tables import tasks as tasks_table

logger = logging.getLogger("emulator.stepfunctions")


def start(ctx: Context, record: Execution, effect: StartTask) -> None:
    """See to a task that an execution scheduled."""
    job = f"{record.key}/{effect.attempt}"
    about = {"execution": record.key, "thread": effect.thread, "attempt": effect.attempt}
    if effect.timeout is not None:
        ctx.after(effect.timeout, "expire", job_id=f"{job}/timeout", silent=False, **about)
    if effect.token is not None:
        arn = effect.resource.arn if effect.resource.kind == "activity" else ""
        ctx.rows(tasks_table).put(Task(
            effect.token, record.key, effect.thread, effect.attempt, arn, dumps(effect.arguments), effect.heartbeat))
        if effect.heartbeat is not None and not arn:  # an activity's begins when a worker takes it
            ctx.after(effect.heartbeat, "expire", job_id=f"{job}/heartbeat", silent=True, **about)
    if effect.resource.kind == "activity":
        activity_tasks.schedule(ctx, effect.token, effect.resource.arn)
        return
    ctx.after(0, "perform", job_id=job, arguments=effect.arguments, resource=effect.resource.arn, role=effect.role,
              **about)  # fmt: skip


running.EFFECTS[StartTask] = start


@service.job
def expire(ctx, execution, thread, attempt, silent):
    """A task took too long, or gave no sign of life."""
    running.go_on(ctx, execution, lambda run: tasks.timed_out(run, thread, attempt, silent))


@service.job
async def perform(ctx, execution, thread, attempt, resource, arguments, role):
    """Carry out a task and tell the execution."""
    job = f"{execution}/{attempt}"
    ctx.stand_by("perform", job_id=job, execution=execution, thread=thread, attempt=attempt, resource=resource,
                 arguments=arguments, role=role)  # fmt: skip
    if not running.go_on(ctx, execution, lambda run: tasks.started(run, thread, attempt)):
        ctx.cancel(job)
        return
    called = resources.read(resource)
    record = running.find(ctx, execution)
    try:
        principal, where = actor(ctx, record, role)
        found = await _outcome(ctx, record, thread, attempt, called, arguments, principal, where)
    except Exception as wrong:
        failure = wrong if isinstance(wrong, Failure) else _defect(wrong, resource)
        ctx.cancel(job)
        error, cause = failure.error, failure.cause
        running.go_on(ctx, execution, lambda run: tasks.failed(run, thread, attempt, error, cause))
        return
    ctx.cancel(job)
    if found is WAITS:
        return
    running.go_on(ctx, execution, lambda run: tasks.succeeded(run, thread, attempt, found))


def _defect(error: Exception, resource: str) -> Failure:
    """A defect of ours, logged: for the execution it is an exception that it could not process."""
    logger.error("the task %s broke", resource, exc_info=error)
    return Failure("States.Runtime", "The task could not be processed because of an internal failure.")


WAITS = object()  # the task's end comes by its token


async def _outcome(
    ctx: Context, record: Execution, thread: int, attempt: int, resource: Resource, arguments: Any,
    principal: Principal, where: dict[str, str],
) -> Any:  # fmt: skip
    """What the task brings. Raises Failure."""
    if resource.type == "events":
        arguments = _sent(record, arguments)
    if resource.waits_for_job:
        return await nested.outcome(ctx, record, thread, attempt, resource, arguments, principal, where)
    if not resource.waits_for_token:
        return await result(ctx, resource, arguments, principal, where)
    answer = await services.call(ctx, resource, arguments, principal, where)
    running.go_on(ctx, record.key, lambda run: tasks.submitted(run, thread, attempt, answer.output))
    return WAITS


def _sent(record: Execution, arguments: Any) -> Any:
    """Entries with who sends them: https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html"""
    entries = arguments.get("Entries") if isinstance(arguments, dict) else None
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        return arguments
    senders = [record.key, record.machine]
    return {**arguments, "Entries": [{**each, "Resources": [*each.get("Resources", ()), *senders]} for each in entries]}


async def result(
    ctx: Context, resource: Resource, arguments: Any, principal: Principal, where: dict[str, str] | None = None
) -> Any:
    """What a call answers at once. Raises Failure."""
    if resource.kind == "lambda":
        return await _function(ctx, resource, arguments, principal)
    if resource.type == "http":
        return await http.invoke(ctx, arguments, principal)
    return (await services.call(ctx, resource, arguments, principal, where or {})).output


async def _function(ctx: Context, resource: Resource, arguments: Any, principal: Principal) -> Any:
    """Call the function that the resource is."""
    call = Resource(resource.arn, "service", "lambda", "invoke")
    answer = await services.call(
        ctx, call, {"FunctionName": resource.arn, "Payload": arguments}, principal, {}, direct=True)
    return answer.plain["Payload"]


def actor(ctx: Context, record: Execution, role: str | None) -> tuple[Principal, dict[str, str]]:
    """Who calls, and where: the machine's role, or the one that the task's Credentials name. Raises Failure."""
    own = ctx.rows(revisions)[record.revision].role
    if role:
        check_credentials(ctx, own, role)
    arn = role or own
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    session = record.key.rpartition(":")[2][:64]
    principal = Principal(
        "AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/{session}", f"{name}:{session}")
    return principal, {"account": account if role else ctx.account}


def check_credentials(ctx: Context, own: str, role: str) -> None:
    """Raises Failure for a role that the machine's own may not assume: one that is not there."""
    try:
        ctx.call("iam", "GetRole", {"RoleName": role.rpartition("/")[2]}, account=role.split(":")[4])
    except (AwsError, IndexError):
        raise Failure("States.TaskFailed", (
            f"The role {own} is not authorized to assume the task state's role, {role}.")) from None
