"""FIFO topics: groups, deduplication, numbers and the archive.

https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html and fifo-message-archiving-replay.html
"""

from hashlib import sha256

import orjson

from emulator.kernel.context import Context
from emulator.services.sns.errors import invalid
from emulator.services.sns.tables import (
    Deduplication,
    Message,
    Sequence,
    Topic,
    archived,
    deduplications,
    sequences,
)

INTERVAL = 300.0  # seconds in which a message is not accepted twice
DAY = 86_400.0


def check(topic: Topic, group: str | None, deduplication: str | None) -> None:
    """Raises InvalidParameter when the topic wants a group or deduplication id, or doesn't."""
    if not topic.fifo:
        if deduplication is not None:
            raise invalid(
                "MessageDeduplicationId",
                "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
            )
        return
    if not group:
        raise invalid("The MessageGroupId parameter is required for FIFO topics")
    if deduplication is None and topic.attributes.get("ContentBasedDeduplication") != "true":
        raise invalid(
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
            "explicitly"
        )


def deduplication_id(body: str) -> str:
    """What stands in for an id that was not given."""
    return sha256(body.encode()).hexdigest()


def _scope(topic: Topic, group: str) -> str:
    return group if topic.attributes.get("FifoThroughputScope") == "MessageGroup" else ""


def original(ctx: Context, topic: Topic, group: str, deduplication: str) -> Deduplication | None:
    """The message that this one repeats; forgets those that are too old."""
    rows = ctx.rows(deduplications, topic.name, **topic.place)
    while (oldest := rows.first("at")) is not None and oldest.at <= ctx.now - INTERVAL:
        rows.delete((oldest.scope, oldest.id))
    return rows.get((_scope(topic, group), deduplication))


def next_sequence(ctx: Context, topic: Topic) -> int:
    rows = ctx.rows(sequences, **topic.place)
    last = rows.get(topic.name)
    return rows.put(Sequence(topic.name, last.last + 1 if last else 1)).last


def remember(ctx: Context, topic: Topic, message: Message) -> None:
    """So that it is not accepted again; and in the archive, where the topic has one."""
    ctx.rows(deduplications, topic.name, **topic.place).put(
        Deduplication(
            _scope(topic, message.group), message.deduplication, message.id, message.sequence, message.at
        )
    )
    policy = topic.attributes.get("ArchivePolicy")
    if policy:
        rows = ctx.rows(archived, topic.name, **topic.place)
        rows.put(message)
        horizon = ctx.now - int(orjson.loads(policy)["MessageRetentionPeriod"]) * DAY
        for old in list(rows.by("at", None, horizon)):
            rows.delete(old.sequence)
