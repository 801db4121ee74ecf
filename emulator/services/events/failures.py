"""Why a target did not take an event, in the words that dead letters carry.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from typing import NamedTuple

from emulator.kernel.errors import AwsError


class Failure(NamedTuple):
    """``lasting``: no further try can mend it."""

    code: str
    message: str
    lasting: bool = False


# By what an error's code holds, the first that fits.
CODES: tuple[tuple[str, str, bool], ...] = (
    ("AccessDenied", "NO_PERMISSIONS", True),
    ("AuthorizationError", "NO_PERMISSIONS", True),
    ("NotFound", "NO_RESOURCE", True),
    ("NoSuch", "NO_RESOURCE", True),
    ("DoesNotExist", "NO_RESOURCE", True),
    ("NonExistent", "NO_RESOURCE", True),
    ("Throttl", "THROTTLING", False),
    ("ThroughputExceeded", "THROTTLING", False),
    ("LimitExceeded", "RESOURCE_LIMIT_EXCEEDED", False),
    ("Validation", "INVALID_PARAMETER", True),
    ("InvalidParameter", "INVALID_PARAMETER", True),
    ("MissingParameter", "INVALID_PARAMETER", True),
    ("Invalid", "INVALID_PARAMETER", True),
)


def of(error: AwsError) -> Failure:
    if error.code.isupper():  # one of EventBridge's own
        return Failure(error.code, error.message, lasting=error.status < 500)
    for part, code, lasting in CODES:
        if part in error.code:
            return Failure(code, error.message, lasting)
    if error.status == 403:
        return Failure("NO_PERMISSIONS", error.message, lasting=True)
    return Failure("INTERNAL_ERROR" if error.status >= 500 else "SDK_CLIENT_ERROR", error.message)
