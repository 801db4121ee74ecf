"""What subscribers read: notifications as JSON, signed, laid out as AWS lays them out.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

import base64
from functools import lru_cache
from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.model.validation import java_hash
from emulator.protocol.timestamps import iso8601_milliseconds
from emulator.services.sns import signing
from emulator.services.sns.tables import Message, Subscription, Topic

SLOTS = 16  # of the hash table whose order AWS writes message attributes in
WELCOME = (
    "You have chosen to subscribe to the topic {topic}.\n"
    "To confirm the subscription, visit the SubscribeURL included in this message."
)
FAREWELL = (
    "You have chosen to deactivate subscription {subscription}.\n"
    "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
)


def text(value: str) -> str:
    return orjson.dumps(value).decode()


def lay_out(members: list[tuple[str, str]]) -> str:
    """A JSON object, line by line; values are JSON already."""
    lines = ",\n".join(f'  "{name}" : {value}' for name, value in members)
    return f"{{\n{lines}\n}}"


@lru_cache(maxsize=4096)
def _slot(name: str) -> int:
    code = java_hash(name)
    return (code ^ (code >> 16)) % SLOTS


def in_order(attributes: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(name, type, value as text) of message attributes, in AWS's order; binary values in base64."""
    found = []
    for name in sorted(attributes, key=_slot):
        value = attributes[name]
        binary = value["DataType"].startswith("Binary")
        shown = base64.b64encode(value["BinaryValue"]).decode() if binary else value["StringValue"]
        found.append((name, value["DataType"], shown))
    return found


def _attributes(message: Message) -> str:
    lines = ",\n".join(
        f'    {text(name)} : {{"Type":{text(kind)},"Value":{text(value)}}}'
        for name, kind, value in in_order(message.attributes)
    )
    return f"{{\n{lines}\n  }}"


def unsubscribe_url(ctx: Context, subscription: Subscription) -> str:
    return f"{ctx.host}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}"


def subscribe_url(ctx: Context, subscription: Subscription) -> str:
    return (
        f"{ctx.host}/?Action=ConfirmSubscription&TopicArn={subscription.topic_arn}&Token={subscription.token}"
    )


class Notifications:
    """The notifications of one message of a topic: what its subscriptions share is made, and signed, once."""

    def __init__(self, ctx: Context, topic: Topic, message: Message, replayed: bool = False):
        self.ctx = ctx
        self.topic = topic
        self.message = message
        self.replayed = replayed
        self.stamp = iso8601_milliseconds(message.at)
        self.version = topic.attributes.get("SignatureVersion", "1")
        self._bodies: dict[tuple[str, bool], tuple[str, str]] = {}
        self._signatures: dict[str, str] = {}

    def signature(self, body: str) -> str:
        """Subscriptions of different protocols may read different texts, each with a signature of its own."""
        found = self._signatures.get(body)
        if found is None:
            message = self.message
            pairs = [("Message", body), ("MessageId", message.id)]
            if message.subject is not None:
                pairs.append(("Subject", message.subject))
            pairs += [("Timestamp", self.stamp), ("TopicArn", self.topic.arn), ("Type", "Notification")]
            found = self._signatures[body] = signing.sign(self.ctx, pairs, self.version)
        return found

    def body(self, subscription: Subscription, protocol: str = "") -> str:
        """The notification for a subscription. FIFO topics don't sign, nor do deliveries to Firehose."""
        protocol = protocol or subscription.protocol
        signed = not self.topic.fifo and protocol != "firehose"
        body = self.message.text(protocol)
        found = self._bodies.get((body, signed))
        if found is None:
            found = self._bodies[body, signed] = self._around_link(body, signed)
        start, end = found
        return f"{start}{unsubscribe_url(self.ctx, subscription)}{end}"

    def _around_link(self, body: str, signed: bool) -> tuple[str, str]:
        """What comes before and after the one thing that differs between subscriptions: the link that ends it."""
        message = self.message
        members = [("Type", '"Notification"'), ("MessageId", text(message.id))]
        if message.sequence:
            members.append(("SequenceNumber", f'"{sequence_number(message.sequence)}"'))
        members.append(("TopicArn", text(self.topic.arn)))
        if message.subject is not None:
            members.append(("Subject", text(message.subject)))
        members += [("Message", text(body)), ("Timestamp", text(self.stamp))]
        if signed:
            members += [
                ("SignatureVersion", text(self.version)), ("Signature", text(self.signature(body))),
                ("SigningCertURL", text(signing.certificate_url(self.ctx))),
            ]  # fmt: skip
        members.append(("UnsubscribeURL", '"\0"'))
        if message.attributes:
            members.append(("MessageAttributes", _attributes(message)))
        if self.replayed:
            members.append(("Replayed", "true"))
        start, _, end = lay_out(members).partition("\0")
        return start, end

    def for_function(self, subscription: Subscription) -> dict:
        """The record that a Lambda function gets. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
        message = self.message
        body = message.text("lambda")
        return {
            "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription.arn,
            "Sns": {
                "Type": "Notification", "MessageId": message.id, "TopicArn": self.topic.arn,
                "Subject": message.subject, "Message": body, "Timestamp": self.stamp,
                "SignatureVersion": self.version, "Signature": self.signature(body),
                "SigningCertUrl": signing.certificate_url(self.ctx),
                "UnsubscribeUrl": unsubscribe_url(self.ctx, subscription),
                "MessageAttributes": {
                    name: {"Type": kind, "Value": value} for name, kind, value in in_order(message.attributes)
                },
            },
        }  # fmt: skip


FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000


def sequence_number(sequence: int) -> str:
    """The SequenceNumber that a FIFO topic tells: 20 digits, growing."""
    return str(FIRST_SEQUENCE_NUMBER + sequence * 1000)


def confirmation(ctx: Context, topic: Topic, subscription: Subscription, kind: str, message_id: str) -> str:
    """A SubscriptionConfirmation or UnsubscribeConfirmation, with the link and the token that (re)open it."""
    words = WELCOME if kind == "SubscriptionConfirmation" else FAREWELL
    message = words.format(topic=topic.arn, subscription=subscription.arn)
    url, stamp = subscribe_url(ctx, subscription), iso8601_milliseconds(ctx.now)
    version = topic.attributes.get("SignatureVersion", "1")
    pairs = [
        ("Message", message), ("MessageId", message_id), ("SubscribeURL", url), ("Timestamp", stamp),
        ("Token", subscription.token), ("TopicArn", topic.arn), ("Type", kind),
    ]  # fmt: skip
    members = [
        ("Type", kind), ("MessageId", message_id), ("Token", subscription.token), ("TopicArn", topic.arn),
        ("Message", message), ("SubscribeURL", url), ("Timestamp", stamp), ("SignatureVersion", version),
        ("Signature", signing.sign(ctx, pairs, version)), ("SigningCertURL", signing.certificate_url(ctx)),
    ]  # fmt: skip
    return lay_out([(name, text(value)) for name, value in members])
