"""Replays: archived messages of a FIFO topic, once more to one subscription.

https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.store import replace
from emulator.protocol.timestamps import from_iso8601
from emulator.services.sns import delivery
from emulator.services.sns.envelopes import Notifications
from emulator.services.sns.filters import Candidate
from emulator.services.sns.service import service
from emulator.services.sns.tables import Subscription, Topic, archived, subscriptions, topics

AT_ONCE = 100  # messages that one job replays


def start(ctx: Context, topic: Topic, subscription: Subscription) -> None:
    """Begin what the subscription's ReplayPolicy asks for; without one, end what is under way."""
    policy = subscription.attributes.get("ReplayPolicy", "")
    if not policy and not subscription.replay:
        return
    ctx.rows(subscriptions, **topic.place).put(replace(subscription, replay="Pending" if policy else ""))
    if policy:
        ctx.after(
            0, "replay_some", job_id=f"replay/{subscription.id}", id=subscription.id, topic=topic.name,
            place=topic.place, policy=policy, after=0,
        )  # fmt: skip


@service.job
def replay_some(ctx, id, topic, place, policy, after):
    """The next messages of a replay, in order; a policy that was replaced meanwhile has a replay of its own."""
    rows = ctx.rows(subscriptions, **place)
    subscription, found = rows.get(id), ctx.rows(topics, **place).get(topic)
    if subscription is None or found is None or subscription.attributes.get("ReplayPolicy") != policy:
        return
    asked = orjson.loads(policy)
    start = from_iso8601(asked["StartingPoint"])
    end = from_iso8601(asked["EndingPoint"]) if "EndingPoint" in asked else float("inf")
    sent = 0
    for message in ctx.rows(archived, topic, **place).range(after, after=True):
        if sent == AT_ONCE:
            ctx.after(
                0, "replay_some", job_id=f"replay/{id}", id=id, topic=topic, place=place, policy=policy, after=after
            )
            rows.put(replace(subscription, replay="In progress"))
            return
        after = message.sequence
        if start <= message.at <= end and Candidate(message).accepted(subscription):
            # A queue drops what it has seen; a replayed message is a new one to it.
            again = replace(message, deduplication=ctx.ids.uuid())
            delivery.deliver(ctx, Notifications(ctx, found, again, replayed=True), subscription)
            sent += 1
    rows.put(replace(subscription, replay="Completed"))
