"""The attributes of a subscription: which can be set to what, and how they read.

https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
"""

from collections.abc import Callable

import orjson

from emulator.kernel.context import Context
from emulator.protocol.timestamps import from_iso8601
from emulator.services.sns import arns, delivery_policies, filters, json_attributes
from emulator.services.sns.errors import invalid
from emulator.services.sns.tables import Subscription, Topic

DEFAULTS = {"RawMessageDelivery": "false", "FilterPolicyScope": filters.ATTRIBUTES}
RAW = ("sqs", "http", "https", "firehose")
REMOVABLE = frozenset(("DeliveryPolicy", "FilterPolicy", "RedrivePolicy", "ReplayPolicy"))
HTTP = ("http", "https")


def _raw(value: str, prefix: str) -> str:
    if value.lower() not in ("true", "false"):
        raise invalid(f"{prefix}RawMessageDelivery: Invalid value [{value}]. Must be true or false.")
    return value.lower()


def _scope(value: str, prefix: str) -> str:
    if value not in (filters.BODY, filters.ATTRIBUTES):
        raise invalid(
            f"{prefix}FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
        )
    return value


def _redrive(value: str, prefix: str) -> str:
    policy = json_attributes.read_object("RedrivePolicy", value, prefix)
    unknown = next((name for name in policy if name != "deadLetterTargetArn"), None)
    if unknown is not None:
        raise invalid(f"{prefix}RedrivePolicy: invalid JSON. Attribute {unknown} is unknown.")
    if not arns.is_arn(str(policy.get("deadLetterTargetArn")), "sqs"):
        raise invalid(f"{prefix}RedrivePolicy: deadLetterTargetArn is an invalid arn")
    return value


def _role(value: str, prefix: str) -> str:
    if not arns.is_arn(value, "iam"):
        raise invalid(f"{prefix}SubscriptionRoleArn: {value} is an invalid arn")
    return value


def _replay(value: str, prefix: str) -> str:
    policy = json_attributes.read_object("ReplayPolicy", value, prefix)
    if policy.get("PointType") != "Timestamp":
        raise invalid(f"{prefix}ReplayPolicy: PointType must be Timestamp")
    if "StartingPoint" not in policy:
        raise invalid(f"{prefix}ReplayPolicy: StartingPoint is required")
    for name in ("StartingPoint", "EndingPoint"):
        try:
            from_iso8601(policy.get(name, "2023-01-01T00:00:00Z"))
        except (ValueError, TypeError):
            raise invalid(f"{prefix}ReplayPolicy: {name} must be a timestamp in ISO 8601") from None
    return value


CHECKS: dict[str, Callable[[str, str], str]] = {
    "DeliveryPolicy": delivery_policies.of_subscription,
    "FilterPolicy": lambda value, prefix: value,  # checked with its scope
    "FilterPolicyScope": _scope,
    "RawMessageDelivery": _raw,
    "RedrivePolicy": _redrive,
    "ReplayPolicy": _replay,
    "SubscriptionRoleArn": _role,
}


def changed(
    current: dict[str, str], given: dict[str, str], protocol: str, topic: Topic, prefix: str = ""
) -> dict[str, str]:
    """The current attributes with some set; an empty one is removed. Raises InvalidParameter."""
    if "RawMessageDelivery" in given and protocol not in RAW:
        raise invalid(f"{prefix}Delivery protocol [{protocol}] does not support raw message delivery.")
    found = dict(current)
    for name, value in given.items():
        if name not in CHECKS:
            raise invalid(f"{prefix}Unknown attribute {name}" if prefix else "AttributeName")
        if not value and name in REMOVABLE:
            found.pop(name, None)
            continue
        found[name] = CHECKS[name](value, prefix)
    if found.get("FilterPolicy") and ("FilterPolicy" in given or "FilterPolicyScope" in given):
        filters.check(found["FilterPolicy"], found.get("FilterPolicyScope", filters.ATTRIBUTES), prefix)
    if found.get("ReplayPolicy") and not topic.attributes.get("ArchivePolicy"):
        raise invalid(f"{prefix}ReplayPolicy: the topic has no ArchivePolicy")
    return found


def same(subscription: Subscription, given: dict[str, str]) -> bool:
    """Whether the subscription has all the given, checked attributes."""
    return all(
        subscription.attributes.get(name, DEFAULTS.get(name, "")) == value for name, value in given.items()
    )


def read(ctx: Context, subscription: Subscription, topic: Topic | None) -> dict[str, str]:
    """All attributes as GetSubscriptionAttributes tells them."""
    found = {
        "SubscriptionPrincipal": subscription.principal,
        "Owner": subscription.owner,
        "RawMessageDelivery": "false",
        "TopicArn": subscription.topic_arn,
        "Endpoint": subscription.endpoint,
        "Protocol": subscription.protocol,
        "PendingConfirmation": "true" if subscription.pending else "false",
        "ConfirmationWasAuthenticated": "true" if subscription.authenticated else "false",
        "SubscriptionArn": subscription.arn,
    } | subscription.attributes
    if "FilterPolicy" in found:
        found.setdefault("FilterPolicyScope", filters.ATTRIBUTES)
    else:
        found.pop("FilterPolicyScope", None)
    if subscription.protocol in HTTP:
        found["EffectiveDeliveryPolicy"] = orjson.dumps(effective(subscription, topic)).decode()
    if subscription.replay:
        found["ReplayStatus"] = subscription.replay
    return found


def effective(subscription: Subscription, topic: Topic | None) -> dict:
    """The delivery policy that holds for the subscription."""
    of_topic = topic.attributes.get("DeliveryPolicy", "") if topic else ""
    return delivery_policies.effective_of_subscription(subscription.attributes.get("DeliveryPolicy", ""), of_topic)
