"""A queue's messages: how they come in, are hidden, go out and move on. Every step costs O(log n).

Messages of a standard queue are found by the time from which they are visible. In a FIFO queue the oldest message of
each group (its head) stands for the group: the group can be received when its head is visible, and gives its messages
in order until one that is not.
"""

from collections.abc import Iterator
from typing import NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.store import Rows, replace
from emulator.services.sqs.tables import Group, Message, Queue, Sequence, groups, messages, sequences


class Counts(NamedTuple):
    visible: int
    in_flight: int
    delayed: int


def rows_of(ctx: Context, queue: Queue, table=messages) -> Rows:
    return ctx.rows(table, queue.box, account=queue.account, region=queue.region)


def next_sequence(ctx: Context, queue: Queue) -> int:
    rows = ctx.rows(sequences, account=queue.account, region=queue.region)
    found = rows.get(queue.id)
    number = found.last + 1 if found else 1
    rows.put(Sequence(queue.id, number))
    return number


def counts(ctx: Context, queue: Queue) -> Counts:
    expire(ctx, queue)
    rows = rows_of(ctx, queue)
    visible = rows.count("visible_at", maximum=ctx.now)
    delayed = rows.count("delayed") - rows.count("delayed", maximum=ctx.now)
    return Counts(visible, len(rows) - visible - delayed, delayed)


def add(ctx: Context, queue: Queue, message: Message) -> None:
    """Put a message that is new in this queue."""
    rows_of(ctx, queue).put(message)
    if message.deduplication:
        waiting = rows_of(ctx, queue, groups)
        if message.group not in waiting:
            waiting.put(Group(message.group, message.sequence, message.visible_at))
    ctx.notify(queue.channel)


def change(ctx: Context, queue: Queue, message: Message, **fields) -> Message:
    """Replace fields of a message that stays in its queue."""
    changed = rows_of(ctx, queue).put(replace(message, **fields))
    if message.deduplication:
        _look_at_head(ctx, queue, message.group)
    return changed


def remove(ctx: Context, queue: Queue, message: Message) -> None:
    rows_of(ctx, queue).delete(message.sequence)
    if message.deduplication:
        _look_at_head(ctx, queue, message.group)
        ctx.notify(queue.channel)  # the next message of the group may be visible


def _look_at_head(ctx: Context, queue: Queue, name: str) -> None:
    """Bring a group in line with its oldest message."""
    waiting = rows_of(ctx, queue, groups)
    head = next(rows_of(ctx, queue).by("group", name, name), None)
    if head is None:
        waiting.delete(name)
    elif (known := waiting.get(name)) is None or (known.head, known.visible_at) != (head.sequence, head.visible_at):
        waiting.put(Group(name, head.sequence, head.visible_at))


def expire(ctx: Context, queue: Queue) -> None:
    """Drop the messages that are older than the queue's retention period."""
    rows = rows_of(ctx, queue)
    limit = ctx.now - queue.number("MessageRetentionPeriod")
    while (oldest := rows.first("sent")) is not None and oldest.sent <= limit:
        remove(ctx, queue, oldest)


def available(ctx: Context, queue: Queue) -> Iterator[Message]:
    """The messages that can be received now, in the order of delivery. Lazy: don't write while you iterate."""
    rows = rows_of(ctx, queue)
    if not queue.fifo:
        yield from rows.by("visible_at", maximum=ctx.now)
        return
    for group in rows_of(ctx, queue, groups).by("visible_at", maximum=(ctx.now, float("inf"))):
        for message in rows.by("group", group.name, group.name):
            if message.visible_at > ctx.now:
                break
            yield message


def next_visible(ctx: Context, queue: Queue) -> float | None:
    """When the next hidden message (or group) becomes visible, in epoch seconds."""
    rows = rows_of(ctx, queue, groups if queue.fifo else messages)
    after = (ctx.now, float("inf")) if queue.fifo else ctx.now
    for each in rows.by("visible_at", minimum=after):
        if each.visible_at > ctx.now:
            return each.visible_at
    return None


def move(ctx: Context, queue: Queue, message: Message, target: Queue, **fields) -> None:
    """Take a message out of its queue and put it into another one, visible now."""
    remove(ctx, queue, message)
    # A FIFO queue dates what it takes in; a standard queue leaves the message's age.
    sent = ctx.now if target.fifo else message.sent
    add(
        ctx, target,
        replace(message, **{"sequence": next_sequence(ctx, target), "visible_at": ctx.now, "sent": sent, **fields}),
    )  # fmt: skip
