"""Deliveries by HTTP and HTTPS: jobs that post, and try again under the subscription's delivery policy.

https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
"""

from emulator.backends import http
from emulator.kernel.context import Context
from emulator.services.sns import delivery_policies, subscription_attributes
from emulator.services.sns.parcels import Parcel, bury
from emulator.services.sns.service import service
from emulator.services.sns.tables import Subscription, ended, subscriptions, topics

PROTOCOLS = ("http", "https")
TIMEOUT = 15.0  # seconds that an endpoint may take to answer
AGENT = "Amazon Simple Notification Service Agent"
TOO_MANY = 429


def post(ctx: Context, subscription: Subscription, message_id: str, kind: str, body: str) -> None:
    """Have a message posted to the subscription's endpoint. ``kind`` is its message type."""
    ctx.after(
        0, "post_once", job=ctx.ids.uuid(), id=subscription.id, token=subscription.token, message_id=message_id,
        place={"account": subscription.account, "region": subscription.region}, kind=kind, body=body, retry=0,
    )  # fmt: skip


@service.job
def post_once(ctx, job, id, token, place, message_id, kind, body, retry):
    """One try. Until it is over a job stands by, to make it again should the emulator die meanwhile."""
    subscription = ctx.rows(subscriptions, **place).get(id) or ctx.rows(ended, **place).get(token)
    if subscription is None:
        return None
    again = {
        "job": job, "id": id, "token": token, "place": place, "message_id": message_id, "kind": kind, "body": body,
    }  # fmt: skip
    ctx.stand_by("post_once", job_id=job, **again, retry=retry)
    return _post(ctx, subscription, again, retry)


async def _post(ctx: Context, subscription: Subscription, again: dict, retry: int) -> None:
    topic = ctx.rows(topics, **again["place"]).get(subscription.topic)
    policy = subscription_attributes.effective(subscription, topic)
    outcome = await ctx.in_thread(
        http.post, subscription.endpoint, _headers(subscription, policy, again), again["body"].encode(),
        TIMEOUT, bool(ctx.setting("outbound")),
    )  # fmt: skip
    if not ctx.cancel(again["job"]) or 200 <= outcome.status < 300:
        return
    waits = delivery_policies.delays(policy["healthyRetryPolicy"])
    mendable = outcome.status == 0 or outcome.status == TOO_MANY or outcome.status >= 500
    if mendable and retry < len(waits):
        ctx.after(waits[retry], "post_once", **again, retry=retry + 1)
    elif again["kind"] == "Notification":
        bury(ctx, subscription, Parcel(again["message_id"], again["body"]), outcome.reason)


def _headers(subscription: Subscription, policy: dict, message: dict) -> dict[str, str]:
    kind = message["kind"]
    found = {
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": message["message_id"],
        "x-amz-sns-topic-arn": subscription.topic_arn,
    }
    if kind != "SubscriptionConfirmation":
        found["x-amz-sns-subscription-arn"] = subscription.arn
    content_type = delivery_policies.REQUEST["headerContentType"]
    if kind == "Notification":
        content_type = policy["requestPolicy"].get("headerContentType", content_type)
        if subscription.raw:
            found["x-amz-sns-rawdelivery"] = "true"
    return found | {
        "Content-Type": content_type, "User-Agent": AGENT, "Connection": "Keep-Alive",
        "Accept-Encoding": "gzip,deflate",
    }  # fmt: skip
