"""Queues: create, find, list, describe, change, purge, delete."""

import base64
import binascii
import re
from functools import lru_cache

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sqs import attributes, redrive
from emulator.services.sqs.errors import PREFIX, invalid_parameter, invalid_value, no_such_queue
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import IN_BOX, Deleted, Queue, deleted, queues, sequences

NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
PAUSE = 60  # seconds between a deletion and a new queue of the name, and between two purges
MOST_RESULTS = 1000
DROPPED_AT_ONCE = 1000  # messages that one transaction takes out of an abandoned box


# Finding


@lru_cache(maxsize=4096)
def _owner_and_name(url: str) -> tuple[str, str]:
    """What a queue URL names: its last two path parts. The name alone is the caller's own queue."""
    parts = url.rsplit("/", 2)
    owner = parts[-2] if len(parts) > 1 else ""
    return (owner if len(owner) == 12 and owner.isdigit() else ""), parts[-1]


def find_queue(ctx: Context, url: str) -> Queue:
    """The queue of a URL of any host. Raises QueueDoesNotExist."""
    owner, name = _owner_and_name(url)
    queue = ctx.rows(queues, account=owner or None).get(name)
    if queue is None:
        raise no_such_queue()
    return queue


def url_of(ctx: Context, queue: Queue) -> str:
    return f"{ctx.host}/{queue.account}/{queue.name}"


@service.operation
def get_queue_url(ctx, QueueName, QueueOwnerAWSAccountId=None):
    """The URL of a queue, the caller's or another account's. Raises QueueDoesNotExist."""
    queue = ctx.rows(queues, account=QueueOwnerAWSAccountId).get(QueueName)
    if queue is None:
        raise no_such_queue()
    return {"QueueUrl": url_of(ctx, queue)}


@service.operation
def list_queues(ctx, QueueNamePrefix=None, NextToken=None, MaxResults=None):
    """The caller's queues by name."""
    prefix = QueueNamePrefix or ""
    rows = ctx.rows(queues)
    start = _name_in(NextToken) if NextToken else prefix
    found = []
    for queue in rows.range(start, after=bool(NextToken)):
        if not queue.name.startswith(prefix):
            break
        found.append(queue)
        if len(found) > (MaxResults or MOST_RESULTS):
            break
    return _page(ctx, "QueueUrls", found, MaxResults)


@service.operation
def list_dead_letter_source_queues(ctx, QueueUrl, NextToken=None, MaxResults=None):
    """The queues that have this one as their dead-letter queue. Raises QueueDoesNotExist."""
    after = _name_in(NextToken) if NextToken else ""
    found = [each for each in redrive.sources(ctx, find_queue(ctx, QueueUrl)) if each.name > after]
    return {"queueUrls": []} | _page(ctx, "queueUrls", found, MaxResults)


def _page(ctx: Context, member: str, found: list[Queue], most: int | None) -> dict:
    """One page of queue URLs; the token, the last name of the page in disguise, only when a size was asked for."""
    if most is not None and not 1 <= most <= MOST_RESULTS:
        raise invalid_value("MaxResults", most, f"MaxResults must be an integer between 1 and {MOST_RESULTS}.")
    page = found[: most or MOST_RESULTS]
    answer = {member: [url_of(ctx, queue) for queue in page]} if page else {}
    if most is not None and len(found) > len(page):
        answer["NextToken"] = base64.b64encode(page[-1].name.encode()).decode()
    return answer


def _name_in(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise invalid_parameter("Invalid or expired next token.") from None


# Creating and deleting


@service.operation
def create_queue(ctx, QueueName, Attributes=None, tags=None):
    """Make a queue, or find the one of this name when all given attributes agree with it.

    Raises InvalidParameterValue, InvalidAttributeName, InvalidAttributeValue, QueueNameExists, QueueDeletedRecently.
    """
    given = Attributes or {}
    fifo = given.get("FifoQueue", "").lower() == "true"
    _check_name(QueueName, fifo)
    checked = attributes.checked(ctx, given, QueueName, fifo)
    rows = ctx.rows(queues)
    existing = rows.get(QueueName)
    if existing is not None:
        _check_same(existing, checked)
        return {"QueueUrl": url_of(ctx, existing)}
    if QueueName in ctx.rows(deleted):
        raise AwsError(
            PREFIX + "QueueDeletedRecently",
            "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        )
    queue = Queue(
        name=QueueName,
        account=ctx.account,
        region=ctx.region,
        id=ctx.ids.hex(16),
        box=ctx.ids.hex(16),
        attributes=attributes.merged(attributes.defaults(fifo), checked),
        created=ctx.now,
        modified=ctx.now,
        tags=dict(tags or {}),
    )
    rows.put(queue)
    return {"QueueUrl": url_of(ctx, queue)}


def _check_name(name: str, fifo: bool) -> None:
    if fifo:
        if not name.endswith(".fifo") or len(name) > 80 or not NAME.fullmatch(name.removesuffix(".fifo")):
            raise invalid_parameter(
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
                "must end with .fifo suffix and be 1 to 80 in length"
            )
    elif not NAME.fullmatch(name):
        raise invalid_parameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")


def _check_same(queue: Queue, wanted: dict[str, str]) -> None:
    for name, value in wanted.items():
        if queue.attributes.get(name, "") != value:
            raise AwsError(
                "QueueAlreadyExists",
                f"A queue already exists with the same name and a different value for attribute {name}",
            )


@service.operation
def delete_queue(ctx, QueueUrl):
    """Delete a queue and its messages; the name is free again after a minute. Raises QueueDoesNotExist."""
    queue = find_queue(ctx, QueueUrl)
    where = {"account": queue.account, "region": queue.region}
    ctx.rows(queues, **where).delete(queue.name)
    ctx.rows(sequences, **where).delete(queue.id)
    ctx.rows(deleted, **where).put(Deleted(queue.name))
    ctx.after(PAUSE, "free_name", name=queue.name, **where)
    drop(ctx, queue.box, **where)
    ctx.notify(queue.channel)
    return {}


@service.job
def free_name(ctx, name, account, region):
    ctx.rows(deleted, account=account, region=region).delete(name)


@service.job
def drop(ctx, box, account, region):
    """Forget the messages in a box that no queue has any more, some at a time."""
    left = DROPPED_AT_ONCE
    for table in IN_BOX:
        rows = ctx.rows(table, box, account=account, region=region)
        for record in list(zip(range(left), rows)):
            rows.delete(table.key(record[1]))
            left -= 1
    if left <= 0:
        ctx.after(0.01, "drop", box=box, account=account, region=region)


@service.operation
def purge_queue(ctx, QueueUrl):
    """Delete all messages of a queue, also hidden ones. Raises QueueDoesNotExist, PurgeQueueInProgress."""
    queue = find_queue(ctx, QueueUrl)
    if ctx.now < queue.purged + PAUSE:
        raise AwsError(
            PREFIX + "PurgeQueueInProgress",
            f"Only one PurgeQueue operation on {queue.name} is allowed every {PAUSE} seconds.",
        )
    where = {"account": queue.account, "region": queue.region}
    ctx.rows(queues, **where).put(replace(queue, box=ctx.ids.hex(16), purged=ctx.now))
    drop(ctx, queue.box, **where)
    return {}


# Attributes


@service.operation
def get_queue_attributes(ctx, QueueUrl, AttributeNames=None):
    """Raises QueueDoesNotExist, InvalidAttributeName."""
    queue = find_queue(ctx, QueueUrl)
    found = attributes.read(ctx, queue, AttributeNames or [])
    return {"Attributes": found} if found else {}


@service.operation
def set_queue_attributes(ctx, QueueUrl, Attributes):
    """Change attributes; an empty policy or key id removes it. Raises InvalidAttributeName, InvalidAttributeValue."""
    queue = find_queue(ctx, QueueUrl)
    changes = attributes.checked(ctx, Attributes, queue.name, queue.fifo)
    store_attributes(ctx, queue, attributes.merged(queue.attributes, changes))
    ctx.notify(queue.channel)
    return {}


def store_attributes(ctx: Context, queue: Queue, found: dict[str, str]) -> None:
    changed = replace(queue, attributes=found, modified=ctx.now)
    ctx.rows(queues, account=queue.account, region=queue.region).put(changed)
