"""Queues on on-demand streams: made, told, listed, changed, deleted.

https://docs.aws.amazon.com/streams/latest/dev/consuming-with-queues.html
"""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.services.kinesis import capacity, consumers, cursors, describing, sequence, streams, tags
from emulator.services.kinesis.attached import LISTED, listed
from emulator.services.kinesis.errors import in_use, invalid, not_found, refused
from emulator.services.kinesis.lookup import active, owner
from emulator.services.kinesis.resources import KINDS, Named
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Queue, Stream, queues, received


def queue_named(ctx: Context, arn: str) -> Queue:
    """Raises ResourceNotFoundException."""
    found = ctx.rows(queues, **owner(arn)).get(arn.rpartition("/")[2])
    if found is None:
        raise not_found(f"Queue {arn} under account {owner(arn)['account']} not found.")
    return found


def save(ctx: Context, queue: Queue) -> Queue:
    return ctx.rows(queues, account=queue.account, region=queue.region).put(queue)


def on_stream(ctx: Context, arn: str) -> list[Queue]:
    return [each for each in ctx.rows(queues, **owner(arn)) if each.stream == arn]


def on_demand(ctx: Context, configurations: list[dict]) -> Stream:
    """The one stream that a queue or channel reads. Raises InvalidArgumentException, ValidationException."""
    if len(configurations) != 1:
        raise invalid("StreamConfigurationList must contain exactly one entry.")
    stream = active(ctx, None, configurations[0]["StreamARN"])
    if stream.mode != "ON_DEMAND":
        raise refused(f"Stream {stream.name} under account {stream.account} is not in ON_DEMAND mode.")
    return stream


@service.operation
def create_queue(ctx, QueueName, StreamConfigurationList, QueueAttributes=None, Tags=None):
    """Raises InvalidArgumentException, LimitExceededException, ResourceInUseException, ValidationException."""
    stream = on_demand(ctx, StreamConfigurationList)
    if any(each.name == QueueName for each in ctx.rows(queues)):
        raise in_use(f"Queue {QueueName} under account {ctx.account} already exists.")
    consumers.check_room(ctx, stream.arn)
    position = StreamConfigurationList[0].get("StartingPosition") or {"Type": "LATEST"}
    if (position["Type"] == "AT_TIMESTAMP") != ("Timestamp" in position):
        raise invalid("Timestamp must be specified for the starting position AT_TIMESTAMP, and for it alone.")
    begun: dict[str, Any] = {}
    if position["Type"] == "LATEST":
        begun["cursors"] = cursors.latest(ctx, stream)
    elif "Timestamp" in position:
        begun["begins"] = sequence.number_at(position["Timestamp"])
    queue = Queue(
        ctx.ids.hex(32), QueueName, ctx.account, ctx.region, stream.arn, stream.id, ctx.now, position,
        tags=tags.checked(stream.name, ctx.account, {}, Tags or {}), **begun,
    )  # fmt: skip
    queue = save(ctx, _with(queue, QueueAttributes or {}))
    ctx.after(0, "settle_queue", arn=queue.arn)
    return {"QueueDescription": told(ctx, queue)}


def _with(queue: Queue, attributes: dict) -> Queue:
    """The queue with some attributes. Raises InvalidArgumentException."""
    if "VisibilityTimeoutSeconds" in attributes:
        queue = replace(queue, visibility=attributes["VisibilityTimeoutSeconds"])
    dead = attributes.get("DeadLetterConfiguration")
    if dead is not None:
        if (dead["TargetType"] == "BUILT_IN") != ("MaxReceiveCount" in dead):
            raise invalid("MaxReceiveCount must be specified for the TargetType BUILT_IN, and for it alone.")
        queue = replace(queue, most=dead.get("MaxReceiveCount"))
    return queue


def told(ctx: Context, queue: Queue) -> dict:
    dead: dict[str, Any] = {"TargetType": "NONE"}
    if queue.most is not None:
        dead = {"TargetType": "BUILT_IN", "MaxReceiveCount": queue.most}
    return {
        **_summary(queue),
        "StreamConfigurationList": [{"StreamARN": queue.stream, "StartingPosition": queue.position}],
        "QueueAttributes": {"VisibilityTimeoutSeconds": queue.visibility, "DeadLetterConfiguration": dead},
    }  # fmt: skip


@service.job
def settle_queue(ctx, arn):
    """What a queue was made or changed to holds now; one that was being deleted is gone."""
    rows = ctx.rows(queues, **owner(arn))
    queue = rows.get(arn.rpartition("/")[2])
    if queue is not None and queue.status == "DELETING":
        rows.delete(queue.id)
        ctx.rows(received, queue.id, **owner(arn)).clear()
    elif queue is not None:
        rows.put(replace(queue, status="ACTIVE"))


@service.operation
def describe_queue(ctx, QueueARN):
    """Raises ResourceNotFoundException."""
    return {"QueueDescription": told(ctx, queue_named(ctx, QueueARN))}


@service.operation
def update_queue(ctx, QueueARN, QueueAttributes):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    queue = save(ctx, replace(_with(_settled(ctx, QueueARN), QueueAttributes), status="UPDATING"))
    ctx.after(0, "settle_queue", arn=queue.arn)
    return {"QueueDescription": told(ctx, queue)}


@service.operation
def delete_queue(ctx, QueueARN):
    """Raises ResourceInUseException, ResourceNotFoundException."""
    queue = save(ctx, replace(_settled(ctx, QueueARN), status="DELETING"))
    ctx.after(0, "settle_queue", arn=queue.arn)


def _settled(ctx: Context, arn: str) -> Queue:
    queue = queue_named(ctx, arn)
    if queue.status != "ACTIVE":
        raise in_use(f"Queue {arn} is in {queue.status} status.")
    return queue


@service.operation
def list_queues(ctx, MaxResults=LISTED, NextToken=None, StreamFilter=None):
    """The caller's queues. Raises InvalidArgumentException."""
    return listed(ctx, queues, StreamFilter, MaxResults, NextToken, _summary, "QueueSummaries")


def _summary(queue: Queue) -> dict:
    return {
        "QueueName": queue.name, "QueueARN": queue.arn, "QueueStatus": queue.status,
        "QueueCreationTimestamp": int(queue.created),
    }


def _keep_stream(ctx: Context, stream: Stream) -> None:
    if on_stream(ctx, stream.arn):
        raise in_use(f"Stream {stream.name} under account {stream.account} has queues. Delete them first.")


def _resource(ctx: Context, arn: str) -> Named | None:
    found = ctx.rows(queues, **owner(arn)).get(arn.rpartition("/")[2])
    return Named(found, ctx.rows(queues, **owner(arn)).put) if found is not None else None


KINDS["queue"] = _resource
consumers.others.append(lambda ctx, arn: len(on_stream(ctx, arn)))
describing.summaries.append(lambda ctx, stream: {"QueueCount": len(on_stream(ctx, stream.arn))})
streams.deletion_guards.append(_keep_stream)
capacity.provisioning_guards.append(_keep_stream)
