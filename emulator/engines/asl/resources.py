"""What a Task state's Resource names: a function, an activity, or a service's action under an integration pattern."""

from functools import lru_cache
from typing import NamedTuple

PATTERNS = (".waitForTaskToken", ".sync:2", ".sync")


class Resource(NamedTuple):
    """``kind`` is lambda, activity or service; of a service ``type`` (``aws-sdk:s3``), ``action`` (``getObject``)."""

    arn: str
    kind: str
    type: str = ""
    action: str = ""
    pattern: str = ""  # "", .sync, .sync:2 or .waitForTaskToken

    @property
    def name(self) -> str:
        """The action with its pattern, as the history tells it."""
        return self.action + self.pattern

    @property
    def waits_for_token(self) -> bool:
        return self.pattern == ".waitForTaskToken"


@lru_cache(maxsize=1024)
def read(arn: str) -> Resource:
    """Raises ValueError for what is no resource of a task."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        raise ValueError(arn)
    _, _, service, _, account, rest = parts
    if service == "lambda":
        return Resource(arn, "lambda")
    if service != "states":
        raise ValueError(arn)
    if account:
        if not rest.startswith("activity:"):
            raise ValueError(arn)
        return Resource(arn, "activity")
    pattern = next((each for each in PATTERNS if rest.endswith(each)), "")
    kind, _, action = rest.removesuffix(pattern).rpartition(":")
    if not kind or not action:
        raise ValueError(arn)
    return Resource(arn, "service", kind, action, pattern)
