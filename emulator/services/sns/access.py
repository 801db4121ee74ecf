"""What callers without a signature may do, when signatures are verified: what the topic's policy lets everybody do.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

from emulator.auth import policies
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sns import arns, topic_attributes
from emulator.services.sns.tables import topics

OPEN = frozenset(("ConfirmSubscription", "Unsubscribe"))  # their links need no signature


def check(ctx: Context) -> None:
    """Raises AuthorizationError."""
    if ctx.principal.kind != "Anonymous" or ctx.operation in OPEN or not ctx.setting("verify_signatures"):
        return
    action = f"SNS:{ctx.operation}"
    text = ctx.input.get("TopicArn") or ctx.input.get("TargetArn") or ctx.input.get("ResourceArn") or ""
    arn = arns.split(text)
    topic = ctx.rows(topics, **arn.place).get(arn.resource) if isinstance(arn, arns.Arn) else None
    if topic is not None and policies.decide([topic_attributes.policy_of(topic)], action, text, ctx) == policies.ALLOW:
        return
    raise AwsError(
        "AuthorizationError",
        f"User: anonymous is not authorized to perform: {action} on resource: {text or '*'} because no "
        f"resource-based policy allows the {action} action",
        403,
    )


def _topic(ctx: Context, text: str):
    arn = arns.split(text)
    return ctx.rows(topics, **arn.place).get(arn.resource) if isinstance(arn, arns.Arn) else None


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The account and the policy of a topic, for IAM; None when there is no such topic."""
    topic = _topic(ctx, arn)
    return (topic.account, topic_attributes.policy_of(topic)) if topic is not None else None


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    topic = _topic(ctx, arn)
    return topic.tags if topic is not None else {}

