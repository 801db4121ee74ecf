"""Deliveries: each protocol's way to its endpoint; what fails is tried again or goes to the dead-letter queue.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from collections.abc import Callable
from typing import Any

import orjson

from emulator.kernel import ledger
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sns import arns, delivery_policies, envelopes, mobile, sms, web
from emulator.services.sns.envelopes import Notifications
from emulator.services.sns.parcels import Parcel, bury, sender, to_queue
from emulator.services.sns.service import service
from emulator.services.sns.tables import Subscription, subscriptions


def parcel_of(notifications: Notifications, subscription: Subscription) -> Parcel:
    message = notifications.message
    if subscription.raw:
        body, attributes = message.text(subscription.protocol), message.attributes
    else:
        body, attributes = notifications.body(subscription), {}
    return Parcel(message.id, body, attributes, message.group, message.deduplication, message.trace)


def deliver(ctx: Context, notifications: Notifications, subscription: Subscription) -> None:
    """One message to one endpoint. Nothing that goes wrong on the way reaches the publisher."""
    DELIVER[subscription.protocol](ctx, notifications, subscription)


# Endpoints that AWS manages: queues, functions, streams


def _to_function(ctx: Context, function_arn: str, parcel: Parcel, subscription: Subscription) -> None:
    given = {"FunctionName": function_arn, "InvocationType": "Event", "Payload": parcel.body.encode()}
    ctx.call("lambda", "Invoke", given, as_=sender(subscription), **arns.read(function_arn, "Endpoint").place)


def _to_stream(ctx: Context, stream_arn: str, parcel: Parcel, subscription: Subscription) -> None:
    arn = arns.read(stream_arn, "Endpoint")
    given = {
        "DeliveryStreamName": arn.resource.rpartition("/")[2], "Record": {"Data": parcel.body.encode() + b"\n"}
    }  # fmt: skip
    ctx.call("firehose", "PutRecord", given, as_=sender(subscription), **arn.place)


MANAGED: dict[str, Callable[[Context, str, Parcel, Subscription], None]] = {
    "firehose": _to_stream, "lambda": _to_function, "sqs": to_queue,
}  # fmt: skip


def _managed(ctx: Context, notifications: Notifications, subscription: Subscription) -> None:
    if subscription.protocol == "lambda":
        records = {"Records": [notifications.for_function(subscription)]}
        parcel = Parcel(notifications.message.id, orjson.dumps(records).decode())
    else:
        parcel = parcel_of(notifications, subscription)
    try:
        MANAGED[subscription.protocol](ctx, subscription.endpoint, parcel, subscription)
    except AwsError as error:
        _failed(ctx, notifications, subscription, parcel, error)


def _failed(ctx, notifications, subscription: Subscription, parcel: Parcel, error: AwsError) -> None:
    """A dead letter is always a notification: of a function's event it is the one that the event came from."""
    letter = parcel
    if subscription.protocol == "lambda":
        letter = Parcel(parcel.id, notifications.body(subscription))
    _after_failure(ctx, subscription, parcel, letter, error, 0)


def _after_failure(ctx, subscription: Subscription, parcel: Parcel, letter: Parcel, error: AwsError, retry: int):
    """Try again what a server failed to take; bury what a client cannot mend."""
    delay = delivery_policies.managed_delay(retry) if is_servers_fault(error) else None
    if delay is None:
        bury(ctx, subscription, letter, error)
        return
    ctx.after(
        delay, "deliver_again", id=subscription.id, place=_place(subscription), parcel=_plain(parcel),
        letter=_plain(letter), retry=retry + 1,
    )  # fmt: skip


def is_servers_fault(error: AwsError) -> bool:
    return error.status >= 500 and error.code != "NotImplemented"


@service.job
def deliver_again(ctx, id, place, parcel, letter, retry):
    """A retry to an endpoint that AWS manages; none when the subscription has ended."""
    subscription = ctx.rows(subscriptions, **place).get(id)
    if subscription is None:
        return
    try:
        MANAGED[subscription.protocol](ctx, subscription.endpoint, Parcel(**parcel), subscription)
    except AwsError as error:
        _after_failure(ctx, subscription, Parcel(**parcel), Parcel(**letter), error, retry)


def _place(subscription: Subscription) -> dict[str, str]:
    return {"account": subscription.account, "region": subscription.region}


def _plain(parcel: Parcel) -> dict[str, Any]:
    return {name: getattr(parcel, name) for name in parcel.__struct_fields__}


# Endpoints of customers: the web, people, devices


def _web(ctx: Context, notifications: Notifications, subscription: Subscription) -> None:
    parcel = parcel_of(notifications, subscription)
    web.post(ctx, subscription, parcel.id, "Notification", parcel.body)


def _email(ctx: Context, notifications: Notifications, subscription: Subscription) -> None:
    message = notifications.message
    as_json = subscription.protocol == "email-json"
    body = notifications.body(subscription) if as_json else message.text("email")
    ledger.write(
        ctx, "email", subscription.endpoint, MessageId=message.id, TopicArn=subscription.topic_arn,
        Subject=message.subject or "AWS Notification Message", Message=body,
        UnsubscribeURL=envelopes.unsubscribe_url(ctx, subscription),
    )  # fmt: skip


def _sms(ctx: Context, notifications: Notifications, subscription: Subscription) -> None:
    message = notifications.message
    sms.send(ctx, subscription.endpoint, message.text("sms"), message.id, message.attributes, _place(subscription))


def _device(ctx: Context, notifications: Notifications, subscription: Subscription) -> None:
    try:
        mobile.push(ctx, subscription.endpoint, notifications.message)
    except AwsError as error:
        bury(ctx, subscription, parcel_of(notifications, subscription), error)


DELIVER: dict[str, Callable[[Context, Notifications, Subscription], None]] = {
    "application": _device,
    "email": _email,
    "email-json": _email,
    "firehose": _managed,
    "http": _web,
    "https": _web,
    "lambda": _managed,
    "sms": _sms,
    "sqs": _managed,
}
