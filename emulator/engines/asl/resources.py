"""What a Task state's Resource names: a function, an activity, or a service's action under an integration pattern."""

from functools import lru_cache
from typing import NamedTuple

from emulator.engines.sdk_call import find_operation, find_service

PATTERNS = CALLBACK, JOB_PARSED, JOB = (".waitForTaskToken", ".sync:2", ".sync")
SDK = "aws-sdk:"
# Actions that Step Functions integrates itself, with the patterns that they have beside request and response: of
# services in scope; those of others are taken as they are named.
OPTIMIZED: dict[str, dict[str, tuple[str, ...]]] = {
    "apigateway": {"invoke": (CALLBACK,)},
    "athena": {"startQueryExecution": (JOB,), "stopQueryExecution": (), "getQueryExecution": (), "getQueryResults": ()},
    "dynamodb": {"getItem": (), "putItem": (), "updateItem": (), "deleteItem": ()},
    "ecs": {"runTask": (JOB, CALLBACK)}, "events": {"putEvents": (CALLBACK,)}, "glue": {"startJobRun": (JOB,)},
    "http": {"invoke": ()}, "lambda": {"invoke": (CALLBACK,)}, "sns": {"publish": (CALLBACK,)},
    "sqs": {"sendMessage": (CALLBACK,)}, "states": {"startExecution": (JOB, JOB_PARSED, CALLBACK)},
}  # fmt: skip


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
        return self.pattern == CALLBACK

    @property
    def waits_for_job(self) -> bool:
        return self.pattern in (JOB, JOB_PARSED)

    @property
    def sdk(self) -> str | None:
        """The service that is called as an SDK does, by the SDK's identifier."""
        return self.type.removeprefix(SDK) if self.type.startswith(SDK) else None

    @property
    def recognized(self) -> bool:
        """Whether there is such an action, under such a pattern, as far as its service is in scope."""
        if self.kind != "service":
            return True
        if self.sdk is not None:
            known = find_service(self.sdk) is None or find_operation(self.sdk, self.action) is not None
            return known and self.pattern in ("", CALLBACK)
        actions = OPTIMIZED.get(self.type)
        return actions is None or (self.action in actions and self.pattern in ("", *actions[self.action]))


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
