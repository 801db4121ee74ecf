"""A queue's messages: how they come in, are hidden, go out and move on. Every step costs O(log n).

Messages of a standard queue are found by the time from which they are visible. In a FIFO queue the oldest message of
each group (its head) stands for the group: the group can be received when its head is visible, and gives its messages
in order until one that is not.
"""

from collections.abc import Iterator
from typing import NamedTuple

from emulator.kernel.context import Context
from emulator.kernel.store import Rows, Table, replace
from emulator.services.sqs.tables import Group, Message, Queue, Sequence, groups, messages, sequences

ENDLESS = float("inf")


class Counts(NamedTuple):
    visible: int
    in_flight: int
    delayed: int


class Box:
    """The messages of one queue, for one call."""

    __slots__ = ("_ctx", "messages", "queue")

    def __init__(self, ctx: Context, queue: Queue):
        self._ctx = ctx
        self.queue = queue
        self.messages: Rows[Message] = self.rows(messages)

    def rows(self, table: Table) -> Rows:
        queue = self.queue
        return self._ctx.rows(table, queue.box, account=queue.account, region=queue.region)

    def next_sequence(self) -> int:
        queue = self.queue
        rows = self._ctx.rows(sequences, account=queue.account, region=queue.region)
        found = rows.get(queue.id)
        number = found.last + 1 if found else 1
        rows.put(Sequence(queue.id, number))
        return number

    # Changing

    def add(self, message: Message) -> None:
        """Put a message that is new in this queue, and tell who waits for one."""
        self.messages.put(message)
        if message.deduplication:
            waiting = self.rows(groups)
            if message.group not in waiting:
                waiting.put(Group(message.group, message.sequence, message.visible_at))
        self._ctx.notify(self.queue.channel)

    def change(self, message: Message, **fields) -> Message:
        """Replace fields of a message that stays in its queue."""
        changed = self.messages.put(replace(message, **fields))
        if message.deduplication:
            self._look_at_head(message.group)
        return changed

    def remove(self, message: Message) -> None:
        self.messages.delete(message.sequence)
        if message.deduplication:
            self._look_at_head(message.group)
            self._ctx.notify(self.queue.channel)  # the next message of the group may be visible

    def _look_at_head(self, name: str) -> None:
        """Bring a group in line with its oldest message."""
        waiting = self.rows(groups)
        head = next(self.messages.by("group", name, name), None)
        known = waiting.get(name)
        if head is None:
            waiting.delete(name)
        elif known is None or (known.head, known.visible_at) != (head.sequence, head.visible_at):
            waiting.put(Group(name, head.sequence, head.visible_at))

    def expire(self) -> None:
        """Drop the messages that are older than the queue's retention period."""
        limit = self._ctx.now - self.queue.number("MessageRetentionPeriod")
        while (oldest := self.messages.first("sent")) is not None and oldest.sent <= limit:
            self.remove(oldest)

    def move(self, message: Message, target: "Box", **fields) -> None:
        """Take a message out and put it into another queue, visible now."""
        self.remove(message)
        now = self._ctx.now
        # A FIFO queue dates what it takes in; in a standard queue a message keeps its age.
        sent = now if target.queue.fifo else message.sent
        arrived = {"sequence": target.next_sequence(), "visible_at": now, "sent": sent}
        target.add(replace(message, **{**arrived, **fields}))

    # Looking

    def counts(self) -> Counts:
        self.expire()
        rows, now = self.messages, self._ctx.now
        visible = rows.count("visible_at", maximum=now)
        delayed = rows.count("delayed") - rows.count("delayed", maximum=now)
        return Counts(visible, len(rows) - visible - delayed, delayed)

    def available(self) -> Iterator[Message]:
        """The messages that can be received now, in the order of delivery. Lazy: don't write while you iterate."""
        if self.queue.fifo:
            return self._available_by_group()
        return self.messages.by("visible_at", maximum=self._ctx.now)

    def _available_by_group(self) -> Iterator[Message]:
        now = self._ctx.now
        for group in self.rows(groups).by("visible_at", maximum=(now, ENDLESS)):
            for message in self.messages.by("group", group.name, group.name):
                if message.visible_at > now:
                    break
                yield message

    def next_visible(self) -> float | None:
        """When the next hidden message (or group) becomes visible, in epoch seconds."""
        now = self._ctx.now
        if self.queue.fifo:
            coming = self.rows(groups).by("visible_at", minimum=(now, ENDLESS))
        else:
            coming = (each for each in self.messages.by("visible_at", minimum=now) if each.visible_at > now)
        return next((each.visible_at for each in coming), None)
