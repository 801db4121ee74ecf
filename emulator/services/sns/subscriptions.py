"""Subscriptions: begin, confirm, describe, change, list, end.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

import heapq
import re

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Rows, replace
from emulator.resources.pagination import page
from emulator.services.sns import arns, confirmations, protocols, replays, subscription_attributes, topic_attributes
from emulator.services.sns.errors import invalid, no_value, not_found
from emulator.services.sns.service import service
from emulator.services.sns.tables import Subscription, Topic, ended, subscriptions, topics
from emulator.services.sns.topics import BAD_TOKEN, PAGE, find_topic, store

TOKEN_LENGTH = 256  # hexadecimal digits
TOKEN = re.compile(r"[0-9a-f]{64,}")
PENDING = "pending confirmation"
FOREVER = float("inf")


# Finding


def rows_of(ctx: Context, where: Topic | Subscription) -> Rows[Subscription]:
    return ctx.rows(subscriptions, account=where.account, region=where.region)


def find_subscription(ctx: Context, text: str) -> Subscription:
    """The subscription of an ARN. Raises InvalidParameter, NotFound."""
    arn = arns.read(text, "SubscriptionArn")
    topic, _, identifier = arn.resource.partition(":")
    if not identifier:
        raise invalid("SubscriptionArn", "An ARN must have at least 7 elements, not 6")
    found = ctx.rows(subscriptions, **arn.place).get(identifier)
    if found is None or found.topic != topic:
        raise not_found("Subscription")
    return found


def topic_of(ctx: Context, subscription: Subscription) -> Topic | None:
    return ctx.rows(topics, account=subscription.account, region=subscription.region).get(subscription.topic)


# Beginning and confirming


@service.operation
def subscribe(ctx, TopicArn, Protocol, Endpoint=None, Attributes=None, ReturnSubscriptionArn=None):
    """Begin a subscription, or find the one of this endpoint when all given attributes agree with it.

    Raises InvalidParameter, NotFound.
    """
    topic = find_topic(ctx, TopicArn)
    protocols.check(ctx, topic, Protocol, Endpoint)
    given = Attributes or {}
    attributes = subscription_attributes.changed({}, given, Protocol, topic, "Attributes Reason: ")
    if Protocol == "firehose" and "SubscriptionRoleArn" not in attributes:
        raise invalid("Attributes", "SubscriptionRoleArn is required for the firehose protocol")
    rows = rows_of(ctx, topic)
    same_endpoint = (topic.name, Protocol, Endpoint)
    existing = next(rows.by("endpoint", same_endpoint, same_endpoint), None)
    if existing is not None:
        if not subscription_attributes.same(existing, attributes):
            raise invalid("Attributes", "Subscription already exists with different attributes")
        if existing.pending:
            confirmations.ask(ctx, topic, existing)
        return _answer(existing, ReturnSubscriptionArn)
    topic_attributes.check_large(ctx, topic, (Protocol,))
    pending = protocols.must_be_confirmed(ctx, Protocol, Endpoint)
    subscription = Subscription(
        id=ctx.ids.uuid(), topic=topic.name, protocol=Protocol, endpoint=Endpoint, account=topic.account,
        region=topic.region, owner=ctx.account, principal=ctx.principal.arn, created=ctx.now, attributes=attributes,
        pending=pending, authenticated=not pending, token=ctx.ids.hex(TOKEN_LENGTH) if pending else "",
    )  # fmt: skip
    rows.put(subscription)
    if pending:
        confirmations.ask(ctx, topic, subscription)
        ctx.after(confirmations.TOKEN_LIFETIME, "give_up", id=subscription.id, place=topic.place)
    else:
        replays.start(ctx, topic, subscription)
    return _answer(subscription, ReturnSubscriptionArn)


def _answer(subscription: Subscription, wanted: bool | None) -> dict:
    return {"SubscriptionArn": PENDING if subscription.pending and not wanted else subscription.arn}


@service.job
def give_up(ctx, id, place):
    """Nobody confirmed the subscription in time."""
    rows = ctx.rows(subscriptions, **place)
    subscription = rows.get(id)
    if subscription is not None and subscription.pending:
        rows.delete(id)


@service.operation
def confirm_subscription(ctx, TopicArn, Token, AuthenticateOnUnsubscribe=None):
    """Confirm a subscription with the token that its endpoint was sent, or restore an ended one.

    Raises InvalidParameter.
    """
    arn = arns.split(TopicArn)
    if isinstance(arn, int) or (arn.region != ctx.region and ctx.principal.kind != "Anonymous"):
        raise invalid("Topic")
    topic = ctx.rows(topics, **arn.place).get(arn.resource)
    if topic is None:
        raise invalid("Topic")
    if not TOKEN.fullmatch(Token):
        raise invalid("Token")
    rows = rows_of(ctx, topic)
    subscription = next(rows.by("token", Token, Token), None) or ctx.rows(ended, **topic.place).delete(Token)
    if subscription is None or subscription.topic != topic.name:
        raise invalid("Token")
    guarded = (AuthenticateOnUnsubscribe or "").lower() == "true"
    if guarded and ctx.principal.kind == "Anonymous":
        raise AwsError("AuthorizationError", "A signature is required to set AuthenticateOnUnsubscribe", 403)
    confirmed = replace(subscription, pending=False, authenticated=guarded, guarded=guarded)
    rows.put(confirmed)
    if subscription.pending:
        replays.start(ctx, topic, confirmed)
    return {"SubscriptionArn": confirmed.arn}


# Ending


@service.operation
def unsubscribe(ctx, SubscriptionArn):
    """End a subscription; one that is not there has ended already. Who is not its owner leaves it a way back.

    Raises InvalidParameter, AuthorizationError.
    """
    if SubscriptionArn is None:
        raise no_value("SubscriptionArn")
    arn = arns.read(SubscriptionArn, "SubscriptionArn")
    if ":" not in arn.resource:
        raise invalid("SubscriptionId")
    try:
        subscription = find_subscription(ctx, SubscriptionArn)
    except AwsError:
        return {}
    owners = ctx.principal.account in (subscription.owner, subscription.account)
    if subscription.guarded and not owners:
        raise AwsError("AuthorizationError", "The subscription requires authentication to be deleted", 403)
    rows_of(ctx, subscription).delete(subscription.id)
    topic = topic_of(ctx, subscription)
    if topic is not None:
        store(ctx, replace(topic, subscriptions_deleted=topic.subscriptions_deleted + 1))
        if not owners and not subscription.pending and subscription.protocol in protocols.CONFIRMED_BY_PEOPLE:
            gone = replace(subscription, token=ctx.ids.hex(TOKEN_LENGTH))
            ctx.rows(ended, **topic.place).put(gone)
            ctx.after(confirmations.TOKEN_LIFETIME, "forget_ended", token=gone.token, place=topic.place)
            confirmations.say_goodbye(ctx, topic, gone)
    return {}


@service.job
def forget_ended(ctx, token, place):
    ctx.rows(ended, **place).delete(token)


# Attributes


@service.operation
def get_subscription_attributes(ctx, SubscriptionArn):
    """Raises InvalidParameter, NotFound."""
    subscription = find_subscription(ctx, SubscriptionArn)
    return {"Attributes": subscription_attributes.read(ctx, subscription, topic_of(ctx, subscription))}


@service.operation
def set_subscription_attributes(ctx, SubscriptionArn, AttributeName, AttributeValue=None):
    """Set one attribute; an empty policy is removed. Raises InvalidParameter, NotFound."""
    subscription = find_subscription(ctx, SubscriptionArn)
    topic = topic_of(ctx, subscription)
    attributes = subscription_attributes.changed(
        subscription.attributes, {AttributeName: AttributeValue or ""}, subscription.protocol, topic
    )
    changed = rows_of(ctx, subscription).put(replace(subscription, attributes=attributes))
    if AttributeName == "ReplayPolicy":
        replays.start(ctx, topic, changed)
    return {}


# Lists


@service.operation
def list_subscriptions(ctx, NextToken=None):
    """The caller's subscriptions in the region, to whoever's topics, 100 a page. Raises InvalidParameter."""
    here = [rows for rows in ctx.partitions(subscriptions) if rows.partition[1] == ctx.region]
    return _page(ctx, here, "owner", ctx.account, NextToken)


@service.operation
def list_subscriptions_by_topic(ctx, TopicArn, NextToken=None):
    """The subscriptions to a topic, 100 a page. Raises InvalidParameter, NotFound."""
    topic = find_topic(ctx, TopicArn)
    return _page(ctx, [rows_of(ctx, topic)], "topic", topic.name, NextToken)


def _page(ctx: Context, places: list[Rows[Subscription]], index: str, value: str, token: str | None) -> dict:
    def key(subscription: Subscription) -> tuple[float, str]:
        return subscription.created, subscription.id

    def walk(after):
        start = (value, after[0] if after else 0.0)
        for each in heapq.merge(*(rows.by(index, start, (value, FOREVER)) for rows in places), key=key):
            if after is None or key(each) > after:
                yield each

    found, following = page(ctx, walk, key, token, PAGE, query=value, invalid=BAD_TOKEN)
    answer = {"Subscriptions": [_listed(each) for each in found]}
    return answer | ({"NextToken": following} if following else {})


def _listed(subscription: Subscription) -> dict:
    return {
        "SubscriptionArn": "PendingConfirmation" if subscription.pending else subscription.arn,
        "Owner": subscription.owner, "Protocol": subscription.protocol, "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic_arn,
    }  # fmt: skip
