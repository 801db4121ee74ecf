"""Parcels: what goes into queues, whether a subscription's own or the one for its dead letters.

https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

import logging
from typing import Any

import orjson

from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record
from emulator.services.sns import arns
from emulator.services.sns.tables import Subscription

logger = logging.getLogger("emulator.sns")

SNS = "sns.amazonaws.com"


class Parcel(Record):
    """What goes to a queue or stream: the text, and for raw deliveries the message's attributes."""

    id: str
    body: str
    attributes: dict[str, dict[str, Any]] = {}
    group: str = ""
    deduplication: str = ""
    trace: str = ""


def sender(subscription: Subscription):
    """SNS, on behalf of the subscription's topic."""
    return acting(SNS, subscription.topic_arn, subscription.account)


def to_queue(ctx: Context, queue_arn: str, parcel: Parcel, subscription: Subscription) -> None:
    """Raises what SendMessage raises."""
    arn = arns.read(queue_arn, "Endpoint")
    given: dict[str, Any] = {"QueueUrl": f"{ctx.host}/{arn.account}/{arn.resource}", "MessageBody": parcel.body}
    if parcel.attributes:
        given["MessageAttributes"] = parcel.attributes
    if parcel.group:
        given["MessageGroupId"] = parcel.group
        if arn.resource.endswith(".fifo"):
            given["MessageDeduplicationId"] = parcel.deduplication
    if parcel.trace:
        given["MessageSystemAttributes"] = {
            "AWSTraceHeader": {"DataType": "String", "StringValue": parcel.trace}
        }
    ctx.call("sqs", "SendMessage", given, as_=sender(subscription), account=arn.account, region=arn.region)


def bury(ctx: Context, subscription: Subscription, parcel: Parcel, reason: object) -> None:
    """To the dead-letter queue, if there is one; otherwise the message is lost, as AWS loses it."""
    policy = subscription.attributes.get("RedrivePolicy")
    if not policy:
        logger.warning("a message to %s %s is lost: %s", subscription.protocol, subscription.endpoint, reason)
        return
    try:
        to_queue(ctx, orjson.loads(policy)["deadLetterTargetArn"], parcel, subscription)
    except AwsError as refusal:
        logger.warning("a message to %s is lost: its dead-letter queue answered %s", subscription.endpoint, refusal)
