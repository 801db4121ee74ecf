"""RedrivePolicy and RedriveAllowPolicy: which queue takes what could not be processed.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.services.sqs.errors import invalid_value
from emulator.services.sqs.service import service
from emulator.services.sqs.tables import Queue, queues

MOST_RECEIVES = 1000
MOST_SOURCES = 10


def queue_by_arn(ctx: Context, arn: str) -> Queue | None:
    """The queue with this ARN, whoever's; None when there is none."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[2] != "sqs":
        return None
    return ctx.rows(queues, account=parts[4], region=parts[3]).get(parts[5])


def dead_letter_queue(ctx: Context, queue: Queue) -> Queue | None:
    return queue_by_arn(ctx, queue.redrive.target) if queue.redrive else None


def sources(ctx: Context, queue: Queue) -> list[Queue]:
    """The queues whose dead-letter queue this is, by name."""
    rows = ctx.rows(queues, account=queue.account, region=queue.region)
    return list(rows.by("dead_letter_target", queue.arn, queue.arn))


def normal_redrive_policy(ctx: Context, text: str, name: str, fifo: bool) -> str:
    """The policy as SQS writes it back. Raises InvalidParameterValue."""
    parameter = "RedrivePolicy"

    def refuse(reason: str):
        return invalid_value(parameter, text, reason)

    policy = _object(text)
    if policy is None:
        raise refuse("Redrive policy is not a valid JSON map.")
    for member in ("deadLetterTargetArn", "maxReceiveCount"):
        if member not in policy:
            raise refuse(f"Redrive policy does not contain mandatory attribute: {member}.")
    target, most = policy["deadLetterTargetArn"], str(policy["maxReceiveCount"])
    if not most.isdecimal() or not 1 <= int(most) <= MOST_RECEIVES:
        raise refuse(
            f"Invalid value for maxReceiveCount: {most}, valid values are from 1 to {MOST_RECEIVES} both inclusive."
        )
    found = queue_by_arn(ctx, str(target))
    itself = str(target).rsplit(":", 1)[-1] == name
    if found is None and not itself:
        raise refuse("Dead letter target does not exist.")
    if found is not None:
        if found.account != ctx.account:
            raise refuse("Dead letter target owner should be same as the source.")
        if found.fifo != fifo:
            raise refuse("Dead-letter queue must be same type of queue as the source.")
        if not _allows(found, f"arn:aws:sqs:{ctx.region}:{ctx.account}:{name}"):
            raise refuse("The dead-letter queue's RedriveAllowPolicy does not allow this queue as a source.")
    return orjson.dumps({"deadLetterTargetArn": target, "maxReceiveCount": int(most)}).decode()


def normal_allow_policy(text: str) -> str:
    """The policy as SQS writes it back. Raises InvalidParameterValue."""
    policy = _object(text)
    permission = policy.get("redrivePermission") if policy else None
    arns = policy.get("sourceQueueArns") if policy else None
    by_queue = permission == "byQueue"
    listed = isinstance(arns, list) and 1 <= len(arns) <= MOST_SOURCES
    if permission not in ("allowAll", "denyAll", "byQueue") or (by_queue and not listed) or (arns and not by_queue):
        raise invalid_value(
            "RedriveAllowPolicy", text,
            f"redrivePermission must be allowAll, denyAll, or byQueue with 1 to {MOST_SOURCES} sourceQueueArns.",
        )  # fmt: skip
    return orjson.dumps(policy).decode()


def _allows(target: Queue, source_arn: str) -> bool:
    text = target.attributes.get("RedriveAllowPolicy")
    policy = orjson.loads(text) if text else {"redrivePermission": "allowAll"}
    if policy["redrivePermission"] == "byQueue":
        return source_arn in policy["sourceQueueArns"]
    return policy["redrivePermission"] == "allowAll"


def _object(text: str) -> dict | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def resource_policy(ctx: Context, arn: str) -> tuple[str, str | None] | None:
    """The account and the policy of a queue, for IAM; None when there is no such queue."""
    queue = queue_by_arn(ctx, arn)
    return (queue.account, queue.attributes.get("Policy") or None) if queue is not None else None


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    queue = queue_by_arn(ctx, arn)
    return queue.tags if queue is not None else {}


service.resource_policy, service.resource_tags = resource_policy, resource_tags
