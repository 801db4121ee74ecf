"""Logs of event buses: what happened to an event, step by step, as far as the bus's level goes.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
"""

import logging
from typing import Any

import orjson

from emulator.engines import vended_logs
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.events.buses import Place, look
from emulator.services.events.failures import Failure
from emulator.services.events.service import service

logger = logging.getLogger("emulator.events")

WEIGHT = {"OFF": 0, "ERROR": 1, "INFO": 2, "TRACE": 3}
STEPS = {  # each step's level
    "EVENT_RECEIPT": "INFO", "NO_STANDARD_RULES_MATCHED": "INFO", "RULE_MATCH_START": "TRACE", "RULE_MATCH": "INFO",
    "INVOCATION_ATTEMPT_START": "TRACE", "INVOCATION_SUCCESS": "INFO", "INVOCATION_DLQ": "ERROR",
    "INVOCATION_ATTEMPT_RETRYABLE_FAILURE": "ERROR",
    "INVOCATION_FAILURE": "ERROR",
}  # fmt: skip


def step(
    ctx: Context, at: Place, event: dict[str, Any], name: str, details: dict[str, Any] | None = None,
    failure: Failure | None = None,
) -> None:  # fmt: skip
    """Write a step down where the bus wants it; what carries it away is a job."""
    bus = look(ctx, at)
    wanted = bus.settings.get("LogConfig") if bus is not None else None
    if not wanted or WEIGHT[STEPS[name]] > WEIGHT[wanted.get("Level", "OFF")]:
        return
    now = int(ctx.now * 1000)
    line = {"resource_arn": bus.arn, "request_id": ctx.request_id, "event_id": event["id"],
            "message_timestamp_ms": now, "message_type": name, "log_level": STEPS[name],
            "details": _of_event(event) | (details or {})}  # fmt: skip
    if wanted.get("IncludeDetail") == "FULL":
        line["details"]["event_detail"] = orjson.dumps(event["detail"]).decode()
    if failure is not None:
        line["error"] = {"error_message": failure.message}
    ctx.after(0, "write_log", arn=bus.arn, level=STEPS[name], at=now, line=orjson.dumps(line).decode())


def _of_event(event: dict[str, Any]) -> dict[str, Any]:
    return {"caller_account_id": event["account"], "source": event["source"], "detail_type": event["detail-type"],
            "resources": event["resources"]}  # fmt: skip


@service.job
def write_log(ctx, arn, level, at, line):
    """A line goes to the deliveries of its bus; one that can't be written is lost."""
    try:
        vended_logs.write(ctx, arn, f"{level}_LOGS", [(at, line)])
    except AwsError as error:
        logger.warning("a log of %s was lost: %s", arn, error)
