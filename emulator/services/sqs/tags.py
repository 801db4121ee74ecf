"""Tags of queues. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html"""

from emulator.kernel.store import replace
from emulator.services.sqs.errors import invalid_parameter
from emulator.services.sqs.queues import find_queue
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import queues

MOST_TAGS = 50


@service.operation
def tag_queue(ctx, QueueUrl, Tags):
    """Add tags, or give those that are there another value. Raises QueueDoesNotExist."""
    queue = find_queue(ctx, QueueUrl)
    _store(ctx, queue, queue.tags | Tags)
    return {}


@service.operation
def untag_queue(ctx, QueueUrl, TagKeys):
    """Remove tags; keys that the queue does not have are ignored. Raises QueueDoesNotExist."""
    queue = find_queue(ctx, QueueUrl)
    _store(ctx, queue, {key: value for key, value in queue.tags.items() if key not in TagKeys})
    return {}


@service.operation
def list_queue_tags(ctx, QueueUrl):
    """Raises QueueDoesNotExist."""
    tags = find_queue(ctx, QueueUrl).tags
    return {"Tags": tags} if tags else {}


def _store(ctx, queue, tags: dict[str, str]) -> None:
    if len(tags) > MOST_TAGS:
        raise invalid_parameter(f"Too many tags added for queue {queue.name}.")
    ctx.rows(queues, account=queue.account, region=queue.region).put(replace(queue, tags=tags))
