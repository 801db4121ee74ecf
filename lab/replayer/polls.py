"""Series of one request, asked again until its answer came: a poll until some state, a retry after a failure.

How often AWS had to be asked says how long it took then, not what it answers: such a series is played as one wait for
its last answer.
"""

from typing import Any

from lab.cassette.model import Interaction

#: Members that tell how far something has come; a waiting step repeats until they are as recorded.
STATES = ("Status", "State", "StackStatus", "ExecutionStatus", "TableStatus", "KeyState", "status", "state")

#: What an operation that only looks begins with.
LOOKS = ("Describe", "Get", "Head", "List")

#: Codes of answers that mean "ask again".
#: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
RETRIED = frozenset((
    "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "ServiceUnavailable", "SlowDown",
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
    "RequestLimitExceeded", "BandwidthLimitExceeded", "PriorRequestNotComplete",
))  # fmt: skip


def folded(steps: list[Interaction]) -> set[int]:
    """The steps that a later one of their series stands for."""
    found: set[int] = set()
    last: Interaction | None = None
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if last is not None and same_request(step, last) and (retried(step) or moved(step, last)):
            found.add(index)
        else:
            last = step
    return found


def same_request(one: Interaction, other: Interaction) -> bool:
    """Whether two recorded requests ask for the same."""
    if one.response is None or one.operation is None:
        return False
    return (one.service, one.operation, one.region, one.input, one.caller) == (
        other.service, other.operation, other.region, other.input, other.caller)


def retried(step: Interaction) -> bool:
    """Whether an answer made the client ask again."""
    return step.response.status >= 500 or (step.error or {}).get("Code") in RETRIED


def moved(step: Interaction, last: Interaction) -> bool:
    """Whether something had come further in between, with no request that would have brought it there."""
    if not step.operation.startswith(LOOKS):
        return False
    if (step.error is None) != (last.error is None):
        return True
    return step.error is None and differs(step.output, last.output)


def differs(one: Any, other: Any) -> bool:
    """Whether a member that tells a state is another."""
    if isinstance(one, dict) and isinstance(other, dict):
        return any((key in STATES and isinstance(value, str) and value != other.get(key))
                   or differs(value, other.get(key)) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return any(map(differs, one, other))
    return False
