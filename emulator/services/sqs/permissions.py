"""AddPermission and RemovePermission: statements in the queue's policy, by label.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
"""

import re

import orjson

from emulator.kernel.errors import AwsError
from emulator.services.sqs.errors import invalid_value, missing_parameter
from emulator.services.sqs.queues import find_queue, store_attributes
from emulator.services.sqs.service import service

LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
MOST_ACTIONS = 7
GRANTED = frozenset(
    ("*", "SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes",
     "GetQueueUrl", "ListDeadLetterSourceQueues", "PurgeQueue")
)  # fmt: skip
OWNERS = frozenset(
    ("AddPermission", "CancelMessageMoveTask", "CreateQueue", "DeleteQueue", "ListMessageMoveTasks", "ListQueueTags",
     "ListQueues", "RemovePermission", "SetQueueAttributes", "StartMessageMoveTask", "TagQueue", "UntagQueue")
)  # fmt: skip


@service.operation
def add_permission(ctx, QueueUrl, Label, AWSAccountIds, Actions):
    """Allow accounts to call actions on the queue. Raises QueueDoesNotExist, OverLimit, InvalidParameterValue."""
    queue = find_queue(ctx, QueueUrl)
    _check(Label, AWSAccountIds, Actions)
    policy = _policy(queue)
    if any(statement.get("Sid") == Label for statement in policy["Statement"]):
        raise invalid_value("Label", Label, "Already exists.")
    statement = {
        "Sid": Label,
        "Effect": "Allow",
        "Principal": {"AWS": _one_or_all([f"arn:aws:iam::{account}:root" for account in AWSAccountIds])},
        "Action": _one_or_all([f"SQS:{action}" for action in Actions]),
        "Resource": queue.arn,
    }
    policy["Statement"] = [*policy["Statement"], statement]
    store_attributes(ctx, queue, queue.attributes | {"Policy": orjson.dumps(policy).decode()})
    return {}


@service.operation
def remove_permission(ctx, QueueUrl, Label):
    """Take back what AddPermission gave under a label. Raises QueueDoesNotExist, InvalidParameterValue."""
    queue = find_queue(ctx, QueueUrl)
    if not Label:
        raise missing_parameter("Label")
    policy = _policy(queue)
    left = [statement for statement in policy["Statement"] if statement.get("Sid") != Label]
    if len(left) == len(policy["Statement"]):
        raise invalid_value("Label", Label, "can't find label on existing policy.")
    found = {name: value for name, value in queue.attributes.items() if name != "Policy"}
    if left:
        found["Policy"] = orjson.dumps(policy | {"Statement": left}).decode()
    store_attributes(ctx, queue, found)
    return {}


def _policy(queue) -> dict:
    """The queue's policy, or an empty one, with its statements as a list."""
    text = queue.attributes.get("Policy")
    policy = orjson.loads(text) if text else {"Version": "2008-10-17", "Id": f"{queue.arn}/SQSDefaultPolicy"}
    statements = policy.get("Statement", [])
    return policy | {"Statement": statements if isinstance(statements, list) else [statements]}


def _check(label: str, accounts: list[str], actions: list[str]) -> None:
    if not label:
        raise missing_parameter("Label")
    if not LABEL.fullmatch(label):
        raise invalid_value(
            "Label", label, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        )
    if not accounts:
        raise missing_parameter("AWSAccountIds")
    if not actions:
        raise missing_parameter("Actions")
    if len(actions) > MOST_ACTIONS:
        raise AwsError("OverLimit", f"{len(actions)} Actions were found, maximum allowed is {MOST_ACTIONS}.")
    for account in accounts:
        if len(account) != 12 or not account.isdigit():
            raise invalid_value("PrincipalId", f"[{account}]", "Unable to verify.")
    for action in actions:
        if action in OWNERS:
            raise invalid_value("ActionName", action, "Only the queue owner is allowed to invoke this action.")
        if action not in GRANTED:
            raise invalid_value(
                "ActionName", action, "Please refer to the appropriate WSDL for a list of valid actions."
            )


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
