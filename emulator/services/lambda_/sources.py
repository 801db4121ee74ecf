"""What event source mappings can read: which members each kind of source takes, its defaults, what AWS refuses.

Kafka, Amazon MQ and DocumentDB can be declared and are told, but nothing reads them: the mapping's last result says so.
https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from typing import Any, NamedTuple

from emulator.engines import target_calls
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import filters
from emulator.services.lambda_.errors import invalid

COMMON = (
    "BatchSize", "MaximumBatchingWindowInSeconds", "FilterCriteria", "KMSKeyArn", "MetricsConfig", "LoggingConfig",
    "ProvisionedPollerConfig",
)  # fmt: skip
STREAM = (
    *COMMON, "FunctionResponseTypes", "ParallelizationFactor", "DestinationConfig", "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError", "MaximumRetryAttempts", "TumblingWindowInSeconds",
)  # fmt: skip
START = ("StartingPosition", "StartingPositionTimestamp")
ACCESS = ("SourceAccessConfigurations",)
NOTHING = "No records processed"
STREAM_DEFAULTS = {
    "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1, "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False, "MaximumRetryAttempts": -1, "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [], "DestinationConfig": {"OnFailure": {}}, "LastProcessingResult": NOTHING,
}  # fmt: skip
OTHER_DEFAULTS = {"BatchSize": 100, "MaximumBatchingWindowInSeconds": 0}
SMALL = 10  # messages of a batch without a window, at most
WHERE = ("s3", "sns", "sqs", "kafka")  # services that take what a stream's mapping gives up


class Kind(NamedTuple):
    """``kept`` members may be given at any time, those of ``once`` at creation; ``reason`` is of every transition.

    ``unread`` names a source that nothing reads here.
    """

    kept: tuple[str, ...]
    once: tuple[str, ...]
    defaults: dict[str, Any]
    reason: str = "USER_INITIATED"
    unread: str = ""


def _unread(what: str, *members: str, once: tuple[str, ...] = ()) -> Kind:
    told = {"LastProcessingResult": f"PROBLEM: This emulator does not read from {what}"}
    kept = (*COMMON, *ACCESS, "DestinationConfig", *members)
    return Kind(kept, once, {**OTHER_DEFAULTS, **told}, unread=what)


KAFKA = "AmazonManagedKafkaEventSourceConfig"
SELF_MANAGED = "SelfManagedKafkaEventSourceConfig"
DOCUMENTS = "DocumentDBEventSourceConfig"
KINDS = {
    "sqs": Kind((*COMMON, "FunctionResponseTypes", "ScalingConfig"), (), {
        "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}),
    "kinesis": Kind(STREAM, START, STREAM_DEFAULTS, "User action"),
    "dynamodb": Kind(STREAM, START, STREAM_DEFAULTS, "User action"),
    "kafka": _unread("Kafka", KAFKA, once=("Topics", *START)),
    "mq": _unread("Amazon MQ", once=("Queues",)),
    "rds": _unread("Amazon DocumentDB", DOCUMENTS, once=START),
    "": _unread("Kafka", SELF_MANAGED, once=("Topics", "SelfManagedEventSource", *START)),
}  # fmt: skip
EVERY = {name for kind in KINDS.values() for name in (*kind.kept, *kind.once)}


def kind(source: str) -> Kind:
    """That of a source's ARN; "" is a Kafka of one's own. Raises InvalidParameterValueException."""
    found = KINDS.get(source and target_calls.read(source).service)
    if found is None:
        raise invalid("Unrecognized event source.")
    return found


def stream(source: str) -> str:
    """The stream of a source that may be one of its registered consumers."""
    return source.partition("/consumer/")[0]


def document(ctx: Context, source: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """What a mapping becomes with what the caller gives, from ``before`` or anew.

    Raises InvalidParameterValueException.
    """
    of = kind(source)
    members = of.kept if before is not None else (*of.kept, *of.once)
    for name in sorted(EVERY & set(ctx.input) - set(of.kept) - set(of.once)):
        raise invalid(f"Unsupported {name} parameter for given event source mapping type.")
    given = {name: ctx.input[name] for name in members if name in ctx.input}
    found = {**(of.defaults if before is None else before), **given, "LastModified": ctx.now}
    if of is KINDS["sqs"] and found["BatchSize"] > SMALL and not found["MaximumBatchingWindowInSeconds"]:
        raise invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
    if "DestinationConfig" in given:
        found["DestinationConfig"] = {"OnFailure": {}, **given["DestinationConfig"]}
        _check_destination(found["DestinationConfig"]["OnFailure"].get("Destination"))
    if "FilterCriteria" in given:
        filters.check(given["FilterCriteria"] or {})
        if not (given["FilterCriteria"] or {}).get("Filters"):
            del found["FilterCriteria"]
    if before is None and "StartingPosition" in of.once:
        _check_start(source, found)
    return found


def _check_destination(destination: str | None) -> None:
    if destination and target_calls.read(destination).service not in WHERE:
        raise invalid("Unsupported DestinationConfig parameter for given event source mapping type.")


def _check_start(source: str, found: dict[str, Any]) -> None:
    start = found.get("StartingPosition")
    if start is None and not kind(source).unread:
        raise invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must "
            "not be null."
        )
    if start == "AT_TIMESTAMP":
        if ":dynamodb:" in source:
            raise invalid("Unsupported starting position for arn type: " + source)
        if "StartingPositionTimestamp" not in found:
            raise invalid(
                "1 validation error detected: Value null at 'startingPositionTimestamp' failed to satisfy constraint: "
                "Member must not be null."
            )


def check_there(ctx: Context, source: str) -> None:
    """Make sure that a queue or a stream is there. Raises InvalidParameterValueException."""
    found = target_calls.read(source)
    where = found.where(ctx)
    try:
        if found.service == "sqs":
            ctx.call("sqs", "GetQueueUrl", {"QueueName": found.name}, **where)
        elif found.service == "kinesis" and stream(source) != source:
            ctx.call("kinesis", "DescribeStreamConsumer", {"ConsumerARN": source}, **where)
        elif found.service == "kinesis":
            ctx.call("kinesis", "DescribeStreamSummary", {"StreamARN": source}, **where)
        elif found.service == "dynamodb":
            ctx.call("dynamodbstreams", "DescribeStream", {"StreamArn": source}, **where)
    except AwsError:
        if found.service != "sqs":
            raise invalid(f"Stream not found: {source}") from None
        raise invalid(
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
            "Message: The specified queue does not exist."
        ) from None


def taken(source: str, function: str, identifier: str) -> str:
    """The refusal of a second mapping between the two."""
    if ":sqs:" in source:
        begin = f'An event source mapping with SQS arn (" {source} ") and function (" {function} ") already '
        return f"{begin}exists. Please update or delete the existing mapping with UUID {identifier}"
    return (
        f'The event source arn (" {source} ") and function (" {function} ") provided mapping already exists. Please '
        f"update or delete the existing mapping with UUID {identifier}"
    )
