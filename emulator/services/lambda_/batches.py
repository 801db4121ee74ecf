"""What batches of a stream's records tell: numbers, arrivals, and what a function says of failures in them.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
"""

from typing import Any

import orjson

from emulator.services.lambda_.tables import Mapping

REPORTS = "ReportBatchItemFailures"


def sequence_of(event: dict[str, Any]) -> str:
    return event["kinesis"]["sequenceNumber"] if "kinesis" in event else event["dynamodb"]["SequenceNumber"]


def key_of(event: dict[str, Any]) -> str:
    """What keeps records in order among themselves."""
    if "kinesis" in event:
        return event["kinesis"]["partitionKey"]
    return orjson.dumps(event["dynamodb"]["Keys"], option=orjson.OPT_SORT_KEYS).decode()


def arrival_of(event: dict[str, Any]) -> float:
    if "kinesis" in event:
        return event["kinesis"]["approximateArrivalTimestamp"]
    return event["dynamodb"]["ApproximateCreationDateTime"]


def first_failure(mapping: Mapping, events: list[dict[str, Any]], payload: bytes) -> str | None:
    """The sequence number from which on a function wants records again; the first of all when its report is wrong."""
    if REPORTS not in mapping.document["FunctionResponseTypes"]:
        return None
    answer = orjson.loads(payload or b"null")
    failures = (answer.get("batchItemFailures") if isinstance(answer, dict) else None) or []
    numbers = [sequence_of(each) for each in events]
    try:
        failed = {each["itemIdentifier"] for each in failures}
    except (TypeError, KeyError):
        return numbers[0]
    if not failed <= set(numbers):
        return numbers[0]
    return next((each for each in numbers if each in failed), None)
