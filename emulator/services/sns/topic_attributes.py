"""The attributes of a topic: which can be set to what, and how they read.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

from collections.abc import Callable

import orjson

from emulator.auth import policies
from emulator.kernel.context import Context
from emulator.protocol.timestamps import iso8601_milliseconds
from emulator.services.sns import delivery_policies, json_attributes
from emulator.services.sns.errors import invalid
from emulator.services.sns.tables import Subscription, Topic, subscriptions

OWNERS_ACTIONS = (
    "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe",
    "ListSubscriptionsByTopic", "Publish",
)  # fmt: skip
FEEDBACK = {
    f"{kind}{part}"
    for kind in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    for part in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
}
DEFAULTS = {
    "DisplayName": "", "SignatureVersion": "1", "TracingConfig": "PassThrough", "FifoTopic": "false",
    "ContentBasedDeduplication": "false", "FifoThroughputScope": "Topic", "MaximumMessageSize": "262144",
}  # fmt: skip
FIFO_ONLY = frozenset(("ArchivePolicy", "ContentBasedDeduplication", "FifoThroughputScope"))
SIZES = (1024, 1_048_576)  # bytes that a topic's messages may be limited to
LARGE = 262_144  # beyond this a topic has few subscriptions, and only of protocols that take large messages
LARGE_PROTOCOLS = frozenset(("firehose", "lambda", "sqs"))
LARGE_SUBSCRIPTIONS = 100
MOST_DISPLAYED = 100
STANDARD_ONLY = frozenset(("TracingConfig",))
LONGEST_ARCHIVE = 365  # days


def _one_of(name: str, *allowed: str) -> Callable[[str, str], str]:
    def check(value: str, prefix: str) -> str:
        if value not in allowed:
            raise invalid(f"{prefix}{name}: Invalid value [{value}]. Must be {' or '.join(allowed)}.")
        return value

    return check


def _flag(name: str) -> Callable[[str, str], str]:
    check = _one_of(name, "true", "false")
    return lambda value, prefix: check(value.lower() if value.lower() in ("true", "false") else value, prefix)


def _display_name(value: str, prefix: str) -> str:
    if len(value) > MOST_DISPLAYED or not value.isprintable():
        raise invalid(f"{prefix}DisplayName")
    return value


def _policy(value: str, prefix: str) -> str:
    try:
        parsed = policies.parse(value)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise invalid("Policy Error: null") from None
    for statement in parsed:
        for action in statement.actions or ():
            if action != "*" and not action.startswith("sns:"):
                raise invalid("Policy statement action out of service scope!")
    return value


def _sample_rate(name: str) -> Callable[[str, str], str]:
    def check(value: str, prefix: str) -> str:
        if not value.isdigit() or int(value) > 100:
            raise invalid(f"{prefix}{name}: Invalid value [{value}]. Must be between 0 and 100.")
        return value

    return check


def _maximum_size(value: str, prefix: str) -> str:
    low, high = SIZES
    if not value.isdigit() or not low <= int(value) <= high:
        raise invalid(f"{prefix}MaximumMessageSize: Invalid value [{value}]. Must be between {low} and {high}.")
    return value


def _archive_policy(value: str, prefix: str) -> str:
    if value in ("", "{}"):
        return ""
    policy = json_attributes.read_object("ArchivePolicy", value, prefix)
    days = str(policy.get("MessageRetentionPeriod", ""))
    if not days.isdigit() or not 1 <= int(days) <= LONGEST_ARCHIVE:
        raise invalid(f"{prefix}ArchivePolicy: MessageRetentionPeriod must be between 1 and {LONGEST_ARCHIVE} days")
    return value


CHECKS: dict[str, Callable[[str, str], str]] = {
    "ArchivePolicy": _archive_policy,
    "ContentBasedDeduplication": _flag("ContentBasedDeduplication"),
    "DeliveryPolicy": lambda value, prefix: delivery_policies.of_topic(value, prefix) if value else "",
    "DisplayName": _display_name,
    "FifoThroughputScope": _one_of("FifoThroughputScope", "Topic", "MessageGroup"),
    "KmsMasterKeyId": lambda value, prefix: value,
    "MaximumMessageSize": _maximum_size,
    "Policy": _policy,
    "SignatureVersion": _one_of("SignatureVersion", "1", "2"),
    "TracingConfig": _one_of("TracingConfig", "PassThrough", "Active"),
    **{name: _sample_rate(name) if name.endswith("Rate") else lambda value, prefix: value for name in FEEDBACK},
}


def checked(name: str, value: str, fifo: bool, prefix: str = "") -> str:
    """The value as it is kept. ``prefix`` precedes the attribute's name in a refusal. Raises InvalidParameter."""
    if name not in CHECKS or name in (STANDARD_ONLY if fifo else FIFO_ONLY):
        raise invalid(f"{prefix}Unknown attribute {name}" if prefix else "AttributeName")
    return CHECKS[name](value, prefix)


def largest_message(topic: Topic) -> int:
    """Bytes that a message to the topic may have, attributes included."""
    return int(topic.attributes.get("MaximumMessageSize", LARGE))


def default_policy(arn: str, account: str) -> str:
    statement = {
        "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in OWNERS_ACTIONS], "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }  # fmt: skip
    return orjson.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}).decode()


def policy_of(topic: Topic) -> str:
    return topic.attributes.get("Policy") or default_policy(topic.arn, topic.account)


def of_topic(ctx: Context, topic: Topic) -> list[Subscription]:
    """The topic's subscriptions, the oldest first."""
    return list(ctx.rows(subscriptions, **topic.place).by("topic", (topic.name,), (topic.name, float("inf"))))


def check_large(ctx: Context, topic: Topic, added: tuple[str, ...] = ()) -> None:
    """Whether the topic's subscriptions, and those of the protocols that are added, can take its messages.

    Raises InvalidParameter.
    """
    if largest_message(topic) <= LARGE:
        return
    found = [each.protocol for each in of_topic(ctx, topic)] + list(added)
    if len(found) > LARGE_SUBSCRIPTIONS or not LARGE_PROTOCOLS.issuperset(found):
        raise invalid(
            f"MaximumMessageSize: a topic with a value above {LARGE} must have {LARGE_SUBSCRIPTIONS} or fewer "
            "subscriptions, all of them to Amazon SQS, Amazon Data Firehose or Lambda"
        )


def read(ctx: Context, topic: Topic) -> dict[str, str]:
    """All attributes of a topic as GetTopicAttributes tells them."""
    own = topic.attributes
    existing = of_topic(ctx, topic)
    pending = sum(each.pending for each in existing)
    effective = {"http": delivery_policies.effective_of_topic(own.get("DeliveryPolicy", ""))}
    found = {
        "Policy": policy_of(topic),
        "Owner": topic.account,
        "SubscriptionsPending": str(pending),
        "TopicArn": topic.arn,
        "EffectiveDeliveryPolicy": orjson.dumps(effective).decode(),
        "SubscriptionsConfirmed": str(len(existing) - pending),
        "DisplayName": "",
        "SubscriptionsDeleted": str(topic.subscriptions_deleted),
    }
    if topic.fifo:
        found |= {"FifoTopic": "true", "ContentBasedDeduplication": "false"}
    if topic.archived_since:
        found["BeginningArchiveTime"] = iso8601_milliseconds(topic.archived_since)
    return found | own
