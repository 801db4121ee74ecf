"""Sources: queues, Kinesis streams, DynamoDB streams; how records are read, what they look like, and which are wanted.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html
"""

from typing import Any, NamedTuple

from emulator.engines import event_patterns, stream_reader, target_calls
from emulator.engines.event_fields import fields_of
from emulator.engines.json_tokens import BrokenJson
from emulator.kernel.context import PARTITION, Context, Principal
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.services.pipes import queues, streams
from emulator.services.pipes.views import view

BATCH = {"dynamodb": 100, "kinesis": 100, "sqs": 10}
OUTSIDE = frozenset(("mq", "kafka"))  # brokers that are not the emulator's: taken, and failing when the pipe starts


class Found(NamedTuple):
    """``batches`` are ready; else ``due`` is when those that wait will be (None: none wait). ``more``: look at once."""

    batches: list["Batch"]
    due: float | None = None
    more: bool = False


class Batch(NamedTuple):
    """Events of one shard ("" for a queue), named by the place of its lane."""

    events: list[dict[str, Any]]
    shard: str = ""


def role(record) -> Principal:
    """Who acts for the pipe."""
    arn = record.document["RoleArn"]
    account, name, session = arn.split(":")[4], arn.rpartition("/")[2], record.id[0]
    return Principal(
        "AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/{session}", f"{name}:{session}"
    )


def source_of(record) -> target_calls.Arn:
    return target_calls.read(record.document["Source"])


def parameters(record) -> dict[str, Any]:
    """The source's own block of parameters."""
    blocks = record.document.get("SourceParameters", {})
    return next((value for name, value in blocks.items() if name != "FilterCriteria"), {})


def channel(record) -> tuple:
    """Where the source tells that something came."""
    arn = source_of(record)
    return ("sqs", arn.text) if arn.service == "sqs" else stream_reader.channel(arn)


def open(ctx: Context, record) -> None:
    """Make sure that the source is there, and remember where reading begins. Raises AwsError."""
    arn = source_of(record)
    if arn.service in OUTSIDE:
        raise NotImplementedByEmulator(f"The source {arn.text}")
    if arn.service == "sqs":
        queues.check(ctx, arn, role(record))
    else:
        streams.open(ctx, arn, role(record), record.id[0], parameters(record), lanes(record))


def lanes(record) -> int:
    """In how many lanes each shard is read side by side."""
    return parameters(record).get("ParallelizationFactor", 1)


def gather(ctx: Context, record, lane: int) -> Found:
    """What is ready to be handed on by a lane. A source that can't be read just now counts as empty."""
    arn, given = source_of(record), parameters(record)
    size, window = given.get("BatchSize", BATCH[arn.service]), given.get("MaximumBatchingWindowInSeconds", 0)
    try:
        with ctx.transaction():
            if arn.service == "sqs":
                messages, due, more = queues.gather(
                    ctx, arn, role(record), record.id[0], size, window, lambda event: wanted(record, event)
                )
                return Found([Batch(messages)] if messages else [], due, more)
            found, due = streams.gather(ctx, arn, role(record), record.id[0], size, window, lane, lanes(record))
            return Found([Batch(events, shard) for shard, events in found], due)
    except AwsError:
        return Found([])


# Filters


def check_filter(text: str) -> None:
    """Raises ValidationException."""
    try:
        event_patterns.parse(text)
    except (event_patterns.PatternError, BrokenJson) as error:
        raise AwsError("ValidationException", f"Invalid filter pattern provided. Reason: {error.message}") from None


def wanted(record, event: dict[str, Any]) -> bool:
    """Whether an event fits one of the pipe's filters; without filters all do."""
    filters = record.document.get("SourceParameters", {}).get("FilterCriteria", {}).get("Filters") or ()
    fields = fields_of(view(event)) if filters else {}
    return not filters or any(event_patterns.parse(each.get("Pattern", "{}")).matches(fields) for each in filters)
