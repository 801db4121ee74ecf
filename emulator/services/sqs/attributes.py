"""The attributes of a queue: their defaults, their limits, and how they read.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from collections.abc import Callable

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sqs import redrive
from emulator.services.sqs.box import Box
from emulator.services.sqs.errors import invalid_attribute, unknown_attribute
from emulator.services.sqs.tables import Queue

NUMBERS = {  # lowest, highest, default
    "VisibilityTimeout": (0, 43_200, 30),
    "MaximumMessageSize": (1024, 1_048_576, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600, 345_600),
    "DelaySeconds": (0, 900, 0),
    "ReceiveMessageWaitTimeSeconds": (0, 20, 0),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400, 300),
}
FLAGS = {"SqsManagedSseEnabled": "true", "FifoQueue": "true", "ContentBasedDeduplication": "false"}
CHOICES = {  # the first is the default
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
}
TEXTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId")  # an empty one is none
FIFO_ONLY = frozenset(("FifoQueue", "ContentBasedDeduplication", *CHOICES))
SETTABLE = frozenset((*NUMBERS, *FLAGS, *CHOICES, *TEXTS))

COMPUTED: dict[str, Callable[[Context, Queue], str]] = {
    "QueueArn": lambda ctx, queue: queue.arn,
    "CreatedTimestamp": lambda ctx, queue: str(int(queue.created)),
    "LastModifiedTimestamp": lambda ctx, queue: str(int(queue.modified)),
    "ApproximateNumberOfMessages": lambda ctx, queue: str(Box(ctx, queue).counts().visible),
    "ApproximateNumberOfMessagesNotVisible": lambda ctx, queue: str(Box(ctx, queue).counts().in_flight),
    "ApproximateNumberOfMessagesDelayed": lambda ctx, queue: str(Box(ctx, queue).counts().delayed),
}


def defaults(fifo: bool) -> dict[str, str]:
    found = {name: str(default) for name, (_, _, default) in NUMBERS.items() if not name.startswith("Kms")}
    found |= {name: default for name, default in FLAGS.items() if fifo or name not in FIFO_ONLY}
    if fifo:
        found |= {name: choices[0] for name, choices in CHOICES.items()}
    return found


def checked(ctx: Context, given: dict[str, str], name: str, fifo: bool) -> dict[str, str]:
    """The given attributes as they are kept and compared. Raises InvalidAttributeName, InvalidAttributeValue."""
    return {each: _checked_one(ctx, each, value, name, fifo) for each, value in given.items()}


def _checked_one(ctx: Context, attribute: str, value: str, name: str, fifo: bool) -> str:
    if attribute not in SETTABLE or (attribute in FIFO_ONLY and not fifo):
        raise unknown_attribute(attribute)
    if attribute in NUMBERS:
        lowest, highest, _ = NUMBERS[attribute]
        if not value.isascii() or not value.isdecimal() or not lowest <= int(value) <= highest:
            raise invalid_attribute(attribute)
        return str(int(value))
    if attribute in FLAGS:
        if value.lower() not in ("true", "false"):
            raise invalid_attribute(attribute)
        return value.lower()
    if attribute in CHOICES:
        if value not in CHOICES[attribute]:
            raise invalid_attribute(attribute)
        return value
    if not value:
        return value
    if attribute == "RedrivePolicy":
        return redrive.normal_redrive_policy(ctx, value, name, fifo)
    if attribute == "RedriveAllowPolicy":
        return redrive.normal_allow_policy(value)
    if attribute == "Policy" and not _is_object(value):
        raise invalid_attribute(attribute)
    return value


def merged(current: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    """``current`` with the (checked) changes, and what follows from them."""
    if changes.get("FifoQueue", current.get("FifoQueue")) != current.get("FifoQueue"):
        raise invalid_attribute("FifoQueue", "Modifying queue type is not supported.")
    if changes.get("KmsMasterKeyId") and changes.get("SqsManagedSseEnabled") == "true":
        raise AwsError(
            "InvalidAttributeName",
            "You can use one type of server-side encryption (SSE) at one time. "
            "You can either enable KMS SSE or SQS SSE.",
        )
    found = {name: value for name, value in {**current, **changes}.items() if value}
    if changes.get("KmsMasterKeyId"):
        found["SqsManagedSseEnabled"] = "false"
    elif changes.get("SqsManagedSseEnabled") == "true":
        found.pop("KmsMasterKeyId", None)
    if "KmsMasterKeyId" in found:
        found.setdefault("KmsDataKeyReusePeriodSeconds", str(NUMBERS["KmsDataKeyReusePeriodSeconds"][2]))
    else:
        found.pop("KmsDataKeyReusePeriodSeconds", None)
    if found.get("FifoThroughputLimit") == "perMessageGroupId" and found["DeduplicationScope"] != "messageGroup":
        raise invalid_attribute(
            "FifoThroughputLimit",
            "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
        )
    return found


def read(ctx: Context, queue: Queue, names: list[str]) -> dict[str, str]:
    """The named attributes that the queue has; ``All`` for every one. Raises InvalidAttributeName."""
    if "All" in names:
        return {name: compute(ctx, queue) for name, compute in COMPUTED.items()} | queue.attributes
    found = {}
    for name in names:
        if name in COMPUTED:
            found[name] = COMPUTED[name](ctx, queue)
        elif name in queue.attributes:
            found[name] = queue.attributes[name]
        elif name not in SETTABLE or name in FIFO_ONLY:
            raise unknown_attribute(name)
    return found


def _is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False
