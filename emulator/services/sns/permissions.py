"""AddPermission and RemovePermission: statements in the topic's policy, by label.

https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
"""

import orjson

from emulator.kernel.store import replace
from emulator.services.sns import topic_attributes
from emulator.services.sns.errors import invalid
from emulator.services.sns.service import service
from emulator.services.sns.tables import Topic
from emulator.services.sns.topics import find_topic, store

GRANTED = frozenset(("*", *topic_attributes.OWNERS_ACTIONS, "GetDataProtectionPolicy", "PutDataProtectionPolicy"))


@service.operation
def add_permission(ctx, TopicArn, Label, AWSAccountId, ActionName):
    """Allow accounts to call actions on the topic. Raises InvalidParameter, NotFound."""
    topic = find_topic(ctx, TopicArn)
    policy = _policy(topic)
    if any(statement.get("Sid") == Label for statement in policy["Statement"]):
        raise invalid("Statement already exists")
    if any(action not in GRANTED for action in ActionName):
        raise invalid("Policy statement action out of service scope!")
    statement = {
        "Sid": Label, "Effect": "Allow",
        "Principal": {"AWS": _one_or_all([_principal(account) for account in AWSAccountId])},
        "Action": _one_or_all([f"SNS:{action}" for action in ActionName]), "Resource": topic.arn,
    }  # fmt: skip
    _store(ctx, topic, policy, [*policy["Statement"], statement])
    return {}


@service.operation
def remove_permission(ctx, TopicArn, Label):
    """Take back what AddPermission gave under a label, if it did. Raises InvalidParameter, NotFound."""
    topic = find_topic(ctx, TopicArn)
    policy = _policy(topic)
    _store(ctx, topic, policy, [each for each in policy["Statement"] if each.get("Sid") != Label])
    return {}


def _policy(topic: Topic) -> dict:
    """The topic's policy with its statements as a list."""
    policy = orjson.loads(topic_attributes.policy_of(topic))
    statements = policy["Statement"]
    return policy | {"Statement": statements if isinstance(statements, list) else [statements]}


def _store(ctx, topic: Topic, policy: dict, statements: list[dict]) -> None:
    text = orjson.dumps(policy | {"Statement": statements}).decode()
    store(ctx, replace(topic, attributes=topic.attributes | {"Policy": text}))


def _principal(account: str) -> str:
    """The account's root. Raises InvalidParameter for what is no account id."""
    if len(account) != 12 or not account.isdigit():
        raise invalid("Policy Error: PrincipalNotFound")
    return f"arn:aws:iam::{account}:root"


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
