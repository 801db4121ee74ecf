"""Tasks of activities, and word from outside by a task's token.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
"""

from typing import Any

from emulator.engines.asl import tasks as outcomes
from emulator.engines.asl.texts import loads
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions import activities, running
from emulator.services.stepfunctions.service import service
from emulator.services.stepfunctions.tables import Scheduled, Task, scheduled, tasks

POLL = 60  # seconds that a worker waits for a task


def channel(arn: str) -> tuple[str, str]:
    return "stepfunctions.activity", arn


def schedule(ctx: Context, token: str, arn: str) -> None:
    """Let the activity's workers have a task."""
    rows = ctx.rows(scheduled)
    waiting = list(rows.by("activity", (arn,), (arn, float("inf"))))
    rows.put(Scheduled(token, arn, waiting[-1].order + 1 if waiting else 1))
    ctx.notify(channel(arn))


@service.operation
async def get_activity_task(ctx, activityArn, workerName=None):
    """Wait for a task, a minute at most; then the answer is empty. Raises ActivityDoesNotExist."""
    activities.find(ctx, activityArn)
    deadline = ctx.monotonic() + POLL
    due = ctx.now + POLL
    while True:
        task = _take(ctx, activityArn, workerName)
        if task is not None:
            return {"taskToken": task.token, "input": task.input}
        left = min(deadline - ctx.monotonic(), due - ctx.now)
        if left <= 0:
            return {}
        await ctx.wait(channel(activityArn), left)


def _take(ctx: Context, arn: str, worker: str | None) -> Task | None:
    """The oldest task that still wants a worker."""
    rows = ctx.rows(scheduled)
    for each in list(rows.by("activity", (arn,), (arn, float("inf")))):
        rows.delete(each.token)
        task = ctx.rows(tasks).get(each.token)
        if task is not None and running.go_on(ctx, task.execution, lambda run, task=task: outcomes.started(
                run, task.thread, task.attempt, worker)):  # fmt: skip
            _beat(ctx, task)
            return task
    return None


def _beat(ctx: Context, task: Task) -> None:
    """The next heartbeat is awaited."""
    if task.heartbeat is not None:
        ctx.after(task.heartbeat, "expire", job_id=f"{task.execution}/{task.attempt}/heartbeat", silent=True,
                  execution=task.execution, thread=task.thread, attempt=task.attempt)  # fmt: skip


def _find(ctx: Context, token: str) -> Task:
    """Raises InvalidToken, TaskDoesNotExist, TaskTimedOut."""
    task = ctx.rows(tasks).get(token)
    if task is None:
        if token.startswith(running.TOKEN):
            raise AwsError("TaskDoesNotExist", f"Task Does Not Exist: '{token}'")
        raise AwsError("InvalidToken", "Invalid Token: 'Invalid token'")
    record = running.find(ctx, task.execution)
    thread = record.threads.get(task.thread) if record is not None and record.status == "RUNNING" else None
    if thread is None or thread.attempt != task.attempt:
        raise AwsError("TaskTimedOut", f"Task Timed Out: '{token}'")
    return task


def _tell(ctx: Context, task: Task, act: running.Act) -> dict[str, Any]:
    for kind in ("timeout", "heartbeat"):
        ctx.cancel(f"{task.execution}/{task.attempt}/{kind}")
    ctx.rows(scheduled).delete(task.token)
    running.go_on(ctx, task.execution, act)
    return {}


@service.operation
def send_task_success(ctx, taskToken, output):
    """Raises TaskDoesNotExist, TaskTimedOut, InvalidOutput, InvalidToken."""
    task = _find(ctx, taskToken)
    try:
        result = loads(output)
    except ValueError as error:
        raise AwsError("InvalidOutput", f"Invalid Output: '{error}'") from None
    return _tell(ctx, task, lambda run: outcomes.succeeded(run, task.thread, task.attempt, result, output))


@service.operation
def send_task_failure(ctx, taskToken, error=None, cause=None):
    """Raises TaskDoesNotExist, TaskTimedOut, InvalidToken."""
    task = _find(ctx, taskToken)
    return _tell(ctx, task, lambda run: outcomes.failed(run, task.thread, task.attempt, error, cause))


@service.operation
def send_task_heartbeat(ctx, taskToken):
    """Raises TaskDoesNotExist, TaskTimedOut, InvalidToken."""
    _beat(ctx, _find(ctx, taskToken))
    return {}
