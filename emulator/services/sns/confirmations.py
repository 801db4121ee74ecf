"""What endpoints are asked before they receive anything, and told when they leave."""

from emulator.kernel import ledger
from emulator.kernel.context import Context
from emulator.services.sns import envelopes, parcels, web
from emulator.services.sns.tables import Subscription, Topic

TOKEN_LIFETIME = 2 * 86_400.0  # seconds in which a token confirms


def ask(ctx: Context, topic: Topic, subscription: Subscription) -> None:
    """Send the token to the endpoint."""
    _send(ctx, topic, subscription, "SubscriptionConfirmation")


def say_goodbye(ctx: Context, topic: Topic, subscription: Subscription) -> None:
    """Tell the endpoint that its subscription ended, with a token that restores it."""
    _send(ctx, topic, subscription, "UnsubscribeConfirmation")


def _send(ctx: Context, topic: Topic, subscription: Subscription, kind: str) -> None:
    message_id = ctx.ids.uuid()
    body = envelopes.confirmation(ctx, topic, subscription, kind, message_id)
    protocol = subscription.protocol
    if protocol in web.PROTOCOLS:
        web.post(ctx, subscription, message_id, kind, body)
    elif protocol == "sqs":
        parcels.to_queue(ctx, subscription.endpoint, parcels.Parcel(message_id, body), subscription)
    else:
        begins = kind == "SubscriptionConfirmation"
        ledger.write(
            ctx, "email", subscription.endpoint, MessageId=message_id, TopicArn=topic.arn,
            Subject=f"AWS Notification - {'Subscription' if begins else 'Unsubscribe'} Confirmation", Message=body,
            SubscribeURL=envelopes.subscribe_url(ctx, subscription), Token=subscription.token,
        )  # fmt: skip
