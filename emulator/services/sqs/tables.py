"""What SQS keeps: queues, their messages, and what FIFO delivery must remember."""

from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from emulator.kernel.store import Record, Table


class RedrivePolicy(NamedTuple):
    """``target`` is an ARN; a message that was received ``most`` times goes there instead of to another receiver."""

    target: str
    most: int


@lru_cache(maxsize=4096)
def _redrive_policy(text: str) -> RedrivePolicy:
    policy = orjson.loads(text)
    return RedrivePolicy(policy["deadLetterTargetArn"], policy["maxReceiveCount"])


class Queue(Record):
    """A queue. ``attributes`` holds the settable attributes as AWS writes them, defaults included.

    ``id`` (16 hex digits) tells this queue from an earlier one of the same name. ``box`` names the partition of its
    messages: a purge gives the queue an empty one. Times are epoch seconds.
    """

    name: str
    account: str
    region: str
    id: str
    box: str
    attributes: dict[str, str]
    created: float
    modified: float
    tags: dict[str, str] = {}
    purged: float = 0.0

    @property
    def arn(self) -> str:
        return f"arn:aws:sqs:{self.region}:{self.account}:{self.name}"

    @property
    def fifo(self) -> bool:
        return "FifoQueue" in self.attributes

    @property
    def channel(self) -> tuple[str, str]:
        """Where receivers that wait are told of a change in the queue."""
        return ("sqs", self.arn)

    @property
    def redrive(self) -> RedrivePolicy | None:
        text = self.attributes.get("RedrivePolicy")
        return _redrive_policy(text) if text else None

    def number(self, attribute: str) -> int:
        return int(self.attributes[attribute])


class Message(Record, gc=False):  # many, and never part of a cycle: of no interest to the garbage collector
    """A message in a queue, under the number of its arrival. It can be received from ``visible_at`` on.

    ``earlier`` of the ``received`` receives happened in another queue, the one whose dead-letter queue this is.
    Only messages of FIFO queues have a ``deduplication`` id.
    """

    sequence: int
    id: str
    body: str
    md5: str
    sender: str
    sent: float
    visible_at: float
    attributes: dict[str, dict[str, Any]] = {}
    trace: str = ""
    group: str = ""
    deduplication: str = ""
    received: int = 0
    earlier: int = 0
    first_received: float = 0.0
    last_received: float = 0.0
    source: str = ""


class Sequence(Record, gc=False):
    """The number of the last message that arrived in a queue."""

    queue: str
    last: int


class Group(Record):
    """A message group of a FIFO queue that holds messages; the oldest of them says when the group can be received."""

    name: str
    head: int
    visible_at: float


class Deduplication(Record):
    """A message that a FIFO queue accepted: for five minutes, another one with its id is accepted and dropped.

    ``scope`` is the message group when the queue deduplicates per group, else empty.
    """

    scope: str
    id: str
    message_id: str
    sequence: int
    at: float


class Attempt(Record):
    """What a ReceiveMessage call with a ReceiveRequestAttemptId handed out: (sequence, receive count) pairs."""

    id: str
    messages: tuple[tuple[int, int], ...]
    at: float


class Deleted(Record):
    """The name of a deleted queue, for as long as it can't be taken again."""

    name: str


class Move(Record):
    """A message move task. ``destination`` is "" for the messages' own sources, ``rate`` 0 when none was given."""

    id: str
    source: str
    destination: str
    rate: int
    started: float
    status: str
    total: int
    moved: int = 0
    failure: str = ""


queues = Table(
    "sqs.queue",
    Queue,
    key=attrgetter("name"),
    ordered=True,
    indexes={"dead_letter_target": lambda queue: queue.redrive.target if queue.redrive else None},
)
deleted = Table("sqs.deleted", Deleted, key=attrgetter("name"))
sequences = Table("sqs.sequence", Sequence, key=attrgetter("queue"))
moves = Table("sqs.move", Move, key=attrgetter("id"), indexes={"source": lambda move: (move.source, move.started)})

# One partition for each box.
messages = Table(
    "sqs.message",
    Message,
    key=attrgetter("sequence"),
    indexes={
        "visible_at": attrgetter("visible_at"),
        "sent": attrgetter("sent"),
        # Sent with a delay and never received: not counted as in flight.
        "delayed": lambda message: message.visible_at
        if message.received == 0 and message.visible_at > message.sent
        else None,
        "group": lambda message: message.group if message.deduplication else None,
    },
)
groups = Table("sqs.group", Group, key=attrgetter("name"), indexes={"visible_at": lambda g: (g.visible_at, g.head)})
deduplications = Table(
    "sqs.deduplication", Deduplication, key=lambda each: (each.scope, each.id), indexes={"at": attrgetter("at")}
)
attempts = Table("sqs.attempt", Attempt, key=attrgetter("id"), indexes={"at": attrgetter("at")})
IN_BOX = (messages, groups, deduplications, attempts)
