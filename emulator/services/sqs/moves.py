"""Message move tasks: the messages of a dead-letter queue go back to where they came from, or elsewhere.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

import base64
from itertools import islice

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sqs import redrive
from emulator.services.sqs.box import Box
from emulator.services.sqs.errors import invalid_parameter, invalid_value, no_such_resource
from emulator.services.sqs.redrive import queue_by_arn
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import Message, Move, Queue, moves

HIGHEST_RATE = 500
MOST_RESULTS = 10
STEP = 500  # messages at a time where no rate was given
PAUSE = 0.05  # seconds between the steps of such a task
RUNNING, COMPLETED, CANCELLED, FAILED = "RUNNING", "COMPLETED", "CANCELLED", "FAILED"


@service.operation
def start_message_move_task(ctx, SourceArn, DestinationArn=None, MaxNumberOfMessagesPerSecond=None):
    """Raises ResourceNotFoundException, InvalidParameterValue."""
    source = queue_by_arn(ctx, SourceArn)
    if source is None:
        raise no_such_resource("SourceArn")
    if not redrive.sources(ctx, source):
        raise invalid_parameter("Source queue must be configured as a Dead Letter Queue.")
    if DestinationArn:
        _check_destination(ctx, source, DestinationArn)
    rate = MaxNumberOfMessagesPerSecond or 0
    if MaxNumberOfMessagesPerSecond is not None and not 1 <= rate <= HIGHEST_RATE:
        raise invalid_value(
            "MaxNumberOfMessagesPerSecond", rate, f"You must enter a value between 1 and {HIGHEST_RATE}."
        )
    rows = ctx.rows(moves)
    if any(task.status == RUNNING for task in rows.by("source", (SourceArn,), (SourceArn, float("inf")))):
        raise invalid_parameter(
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
        )
    total = Box(ctx, source).counts().visible
    task = rows.put(Move(ctx.ids.uuid(), SourceArn, DestinationArn or "", rate, ctx.now, RUNNING, total))
    ctx.after(0, "move_messages", job_id=task.id, task=task.id)
    return {"TaskHandle": _handle(task)}


def _check_destination(ctx: Context, source: Queue, arn: str) -> None:
    target = queue_by_arn(ctx, arn)
    if target is None:
        raise no_such_resource("DestinationArn")
    if target.arn == source.arn:
        raise invalid_parameter("Source queue arn and destination queue arn cannot be the same.")
    if target.fifo != source.fifo:
        raise invalid_parameter("Source queue and destination queue must be of the same type.")


@service.operation
def list_message_move_tasks(ctx, SourceArn, MaxResults=None):
    """The tasks of a source queue, newest first. Raises ResourceNotFoundException."""
    if queue_by_arn(ctx, SourceArn) is None:
        raise no_such_resource("SourceArn")
    if MaxResults is not None and not 1 <= MaxResults <= MOST_RESULTS:
        raise invalid_value("MaxResults", MaxResults, f"MaxResults must be an integer between 1 and {MOST_RESULTS}.")
    tasks = list(ctx.rows(moves).by("source", (SourceArn,), (SourceArn, float("inf"))))
    return {"Results": [_described(task) for task in tasks[::-1][: MaxResults or 1]]}


@service.operation
def cancel_message_move_task(ctx, TaskHandle):
    """Stop a running task; what was moved stays moved. Raises ResourceNotFoundException, InvalidParameterValue."""
    try:
        named = orjson.loads(base64.b64decode(TaskHandle, validate=True))
        task_id, source = named["taskId"], named["sourceArn"]
    except (ValueError, KeyError, TypeError):
        raise invalid_parameter("Value for parameter TaskHandle is invalid.") from None
    if queue_by_arn(ctx, source) is None:
        raise no_such_resource("SourceArn")
    rows = ctx.rows(moves)
    task = rows.get(task_id)
    if task is None or task.source != source:
        raise AwsError("ResourceNotFoundException", "Task does not exist.")
    if task.status != RUNNING:
        raise invalid_parameter("Only active tasks can be cancelled.")
    rows.put(replace(task, status=CANCELLED))
    ctx.cancel(task.id)
    return {"ApproximateNumberOfMessagesMoved": task.moved}


@service.job
def move_messages(ctx, task):
    """Move some messages, and come back for the rest."""
    rows = ctx.rows(moves)
    running = rows[task]
    source = queue_by_arn(ctx, running.source)
    failure = "" if source else "AWS.SimpleQueueService.NonExistentQueue"
    moved = 0
    if source is not None:
        box = Box(ctx, source)
        box.expire()
        for message in list(islice(box.available(), running.rate or STEP)):
            target, failure = _target(ctx, running, message)
            if target is None:
                break
            _redrive(ctx, box, message, target)
            moved += 1
    running = replace(running, moved=running.moved + moved, failure=failure)
    if failure:
        running = replace(running, status=FAILED)
    elif next(box.available(), None) is None:
        running = replace(running, status=COMPLETED)
    else:
        ctx.after(1 if running.rate else PAUSE, "move_messages", job_id=task, task=task)
    rows.put(running)


def _target(ctx: Context, task: Move, message: Message) -> tuple[Queue | None, str]:
    """Where a message goes, or why it can't."""
    arn = task.destination or message.source
    if not arn:
        return None, "CouldNotDetermineMessageSource"
    target = queue_by_arn(ctx, arn)
    return target, "" if target else "AWS.SimpleQueueService.NonExistentQueue"


def _redrive(ctx: Context, box: Box, message: Message, target: Queue) -> None:
    """A redriven message is a new one: with its own id and time, never received."""
    box.move(
        message, Box(ctx, target), id=ctx.ids.uuid(), sent=ctx.now, received=0, earlier=0, first_received=0.0,
        last_received=0.0, source="",
    )  # fmt: skip


def _handle(task: Move) -> str:
    return base64.b64encode(orjson.dumps({"taskId": task.id, "sourceArn": task.source})).decode()


def _described(task: Move) -> dict:
    found = {
        "Status": task.status,
        "SourceArn": task.source,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.total,
        "StartedTimestamp": int(task.started * 1000),
    }
    if task.status == RUNNING:
        found["TaskHandle"] = _handle(task)
    if task.destination:
        found["DestinationArn"] = task.destination
    if task.rate:
        found["MaxNumberOfMessagesPerSecond"] = task.rate
    if task.failure:
        found["FailureReason"] = task.failure
    return found
