"""Deliveries: one event to one target, tried again under its retry policy, in the end to its dead-letter queue.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

import logging
from typing import Any

import msgspec
import orjson

from emulator.engines import target_calls
from emulator.kernel.context import PARTITION, Context, Principal, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, replace
from emulator.services.events import bus_log, failures, inputs, senders
from emulator.services.events.buses import Place
from emulator.services.events.failures import Failure
from emulator.services.events.service import service

logger = logging.getLogger("emulator.events")

MOST_RETRIES, LONGEST = 185, 86400  # tries and seconds, where the target has no retry policy
FIRST_RETRY, LONGEST_RETRY = 1, 600  # seconds; the wait doubles from try to try


class Delivery(Record):
    """``at`` is the bus's place (name, account, region), ``attempt`` counts from 1, ``hops`` buses passed before.

    ``trace`` is the X-Ray header that came with the event.
    """

    event: dict[str, Any]
    ingested: float
    rule: str
    rule_name: str
    target: dict[str, Any]
    at: list[str]
    started: float
    attempt: int
    hops: int
    trace: str = ""

    @property
    def principal(self) -> Principal:
        """Who speaks to the target: its role, or EventBridge on behalf of the rule."""
        role = self.target.get("RoleArn")
        if role is None:
            return acting("events.amazonaws.com", self.rule, self.at[1])
        account, name = role.split(":")[4], role.rpartition("/")[2]
        session = self.event["id"]
        return Principal("AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/{session}",
                         f"{name}:{session}")  # fmt: skip


def deliver(ctx: Context, delivery: Delivery) -> None:
    """One try. Nothing that goes wrong with it reaches the caller."""
    kind = senders.kind_of(target_calls.read(delivery.target["Arn"]))
    if kind in senders.LATER:
        ctx.after(0, f"deliver_to_{kind.replace('-', '_')}", delivery=msgspec.to_builtins(delivery))
        return
    log(ctx, delivery, "INVOCATION_ATTEMPT_START")
    failure = attempt(ctx, delivery)
    if failure is not None:
        failed(ctx, delivery, failure)
    else:
        log(ctx, delivery, "INVOCATION_SUCCESS")


def log(ctx: Context, delivery: Delivery, step: str, failure: Failure | None = None) -> None:
    """A step of the bus's log."""
    details = {"rule_arn": delivery.rule, "target_arn": delivery.target["Arn"], "attempt_count": delivery.attempt}
    bus_log.step(ctx, Place(*delivery.at), delivery.event, step, details, failure)


def attempt(ctx: Context, delivery: Delivery) -> Failure | None:
    """Call the target; None when it took the event."""
    try:
        with ctx.transaction():
            senders.send(ctx, delivery, inputs.payload(delivery))
    except AwsError as error:
        return failures.of(error)
    except inputs.Unusable as error:
        return Failure("INVALID_JSON", str(error), lasting=True)
    return None


@service.job
def deliver_again(ctx, delivery):
    """A retry."""
    deliver(ctx, msgspec.convert(delivery, Delivery))


def failed(ctx: Context, delivery: Delivery, failure: Failure) -> None:
    """Try again later, or give up."""
    delay = min(FIRST_RETRY * 2 ** min(delivery.attempt - 1, 10), LONGEST_RETRY)
    policy = delivery.target.get("RetryPolicy", {})
    reason = None
    if not failure.lasting:
        if delivery.attempt > policy.get("MaximumRetryAttempts", MOST_RETRIES):
            reason = "MaximumRetryAttempts"
        elif ctx.now + delay - delivery.started > policy.get("MaximumEventAgeInSeconds", LONGEST):
            reason = "MaximumEventAgeInSeconds"
        else:
            log(ctx, delivery, "INVOCATION_ATTEMPT_RETRYABLE_FAILURE", failure)
            again = replace(delivery, attempt=delivery.attempt + 1)
            ctx.after(delay, "deliver_again", delivery=msgspec.to_builtins(again))
            return
    _bury(ctx, delivery, failure, reason)


def _bury(ctx: Context, delivery: Delivery, failure: Failure, reason: str | None) -> None:
    """The original event goes to the target's dead-letter queue; without one it is dropped."""
    queue = delivery.target.get("DeadLetterConfig", {}).get("Arn")
    log(ctx, delivery, "INVOCATION_DLQ" if queue else "INVOCATION_FAILURE", failure)
    if queue is None:
        logger.warning("an event for %s was dropped: %s", delivery.target["Arn"], failure.message)
        return
    attributes = {
        "ERROR_CODE": failure.code, "ERROR_MESSAGE": failure.message, "EXHAUSTED_RETRY_CONDITION": reason or "",
        "RETRY_ATTEMPTS": str(delivery.attempt - 1) if reason else "", "RULE_ARN": delivery.rule,
        "TARGET_ARN": delivery.target["Arn"],
    }  # fmt: skip
    arn = target_calls.read(queue)
    call = target_calls.queue(ctx, arn, orjson.dumps(delivery.event).decode(), MessageAttributes={
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
    })  # fmt: skip
    try:
        call.make(ctx, acting("events.amazonaws.com", delivery.rule, delivery.at[1]), arn.where(ctx))
    except AwsError as refusal:
        logger.warning("an event for %s was dropped: its dead-letter queue answered %s", delivery.target["Arn"],
                       refusal)  # fmt: skip
