"""The rules that all batch operations share.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
"""

import re
from collections.abc import Callable

from emulator.kernel.errors import AwsError
from emulator.services.sqs.errors import PREFIX

MOST_ENTRIES = 10
ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


def check_entries(entries: list[dict], kind: str) -> None:
    """``kind`` is the model's name of an entry. Raises EmptyBatchRequest and the like."""
    if not entries:
        raise AwsError(PREFIX + "EmptyBatchRequest", f"There should be at least one {kind} in the request.")
    if len(entries) > MOST_ENTRIES:
        raise AwsError(
            PREFIX + "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are {MOST_ENTRIES}. You have sent {len(entries)}.",
        )
    seen = set()
    for entry in entries:
        each = entry["Id"]
        if not ID.fullmatch(each):
            raise AwsError(
                PREFIX + "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
                "It can be at most 80 letters long.",
            )
        if each in seen:
            raise AwsError(PREFIX + "BatchEntryIdsNotDistinct", f"Id {each} repeated.")
        seen.add(each)


def each_alone(entries: list[dict], act: Callable[[dict], dict]) -> dict:
    """Do every entry by itself: the output of a batch operation."""
    successful, failed = [], []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **act(entry)})
        except AwsError as error:
            failed.append(
                {"Code": error.code, "Id": entry["Id"], "Message": error.message, "SenderFault": error.sender}
            )
    answer = {"Failed": failed} if failed else {}
    if successful:
        answer["Successful"] = successful
    return answer
