"""Invocations: a due schedule calls its target, tries again under its retry policy, and ends in its dead-letter queue.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html and configuring-schedule-dlq.html
"""

import json
import logging
from datetime import UTC, datetime

from emulator.kernel.context import PARTITION, Principal
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.scheduler import timing
from emulator.services.scheduler.common import service
from emulator.services.scheduler.schedules import Schedule
from emulator.services.scheduler.targets import call_of

logger = logging.getLogger("emulator.scheduler")

FIRST_RETRY, LONGEST_RETRY = 1, 600  # seconds; the wait doubles from try to try (AWS: "exponential backoff")

# Errors that no further try can mend: they go to the dead-letter queue at once.
PERMANENT = frozenset(("AccessDenied", "AccessDeniedException", "ValidationError", "ValidationException",
                       "InvalidParameterValue", "InvalidParameterValueException"))  # fmt: skip


@service.job
def fire(ctx, id, created, scheduled):
    """A schedule is due: make its next time due, and deliver this one."""
    record = Schedule.rows(ctx).get(tuple(id))
    if record is None or record.created != created:
        return
    following = timing.following(record, scheduled)
    record = Schedule.put(ctx, replace(record, private=timing.invoked(record)))
    timing.arm(ctx, record, following)
    deliver(
        ctx, schedule={"id": id, "created": created, "arn": record.arn}, target=record.document["Target"],
        scheduled=scheduled, started=ctx.now, attempt=1, last=following is None,
    )  # fmt: skip


@service.job
def deliver(ctx, schedule, target, scheduled, started, attempt, last):
    """One try of an invocation. The target is the one at the time that was due, whatever became of the schedule."""
    execution = ctx.ids.hex(16)
    payload = _payload(ctx, target, {
        "schedule-arn": schedule["arn"], "scheduled-time": _iso(scheduled), "execution-id": execution,
        "attempt-number": str(attempt),
    })  # fmt: skip
    error = _try(ctx, target, payload, execution)
    if error is not None:
        policy = target["RetryPolicy"]
        delay = min(FIRST_RETRY * 2 ** (attempt - 1), LONGEST_RETRY)
        reason = _exhausted(policy, error, attempt, ctx.now + delay - started)
        if reason is None:
            ctx.after(delay, "deliver", schedule=schedule, target=target, scheduled=scheduled, started=started,
                      attempt=attempt + 1, last=last)  # fmt: skip
            return
        _bury(ctx, target, payload, error, {
            "EXECUTION_ID": execution, "EXHAUSTED_RETRY_CONDITION": reason, "RETRY_ATTEMPTS": str(attempt - 1),
            "SCHEDULED_TIME": _iso(scheduled), "SCHEDULE_ARN": schedule["arn"],
        })  # fmt: skip
    if last:
        _complete(ctx, schedule)


def _try(ctx, target: dict, payload: str, execution: str) -> AwsError | None:
    """Call the target as its role; the error when that failed."""
    try:
        call = call_of(ctx, target, payload)
        ctx.call(call.service, call.operation, call.input, as_=_role(target["RoleArn"], execution),
                 account=call.account, region=call.region)  # fmt: skip
    except AwsError as error:
        return error
    except Exception:
        logger.exception("%s could not be called", target["Arn"])
        message = "Unexpected error occurred while processing the request"
        return AwsError("AWS.Scheduler.InternalServerError", message, 500)
    return None


def _exhausted(policy: dict, error: AwsError, attempt: int, age: float) -> str | None:
    """Why there is no further try ("" for a permanent error); None when there is one."""
    if error.code in PERMANENT:
        return ""
    if attempt > policy["MaximumRetryAttempts"]:
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if age > policy["MaximumEventAgeInSeconds"] else None


def _bury(ctx, target: dict, payload: str, error: AwsError, attributes: dict[str, str]) -> None:
    """Send the event to the dead-letter queue, if there is one; otherwise it is dropped."""
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if queue is None:
        logger.warning("dropped an invocation of %s: %s", target["Arn"], error)
        return
    attributes = {
        **attributes, "ERROR_CODE": error.code, "ERROR_MESSAGE": error.message, "IS_PAYLOAD_TRUNCATED": "false",
        "TARGET_ARN": target["Arn"],
    }  # fmt: skip
    _, _, _, region, account, name = queue.split(":")
    role = _role(target["RoleArn"], attributes["EXECUTION_ID"])
    where = {"as_": role, "account": account, "region": region}
    try:
        url = ctx.call("sqs", "GetQueueUrl", {"QueueName": name}, **where)["QueueUrl"]
        ctx.call("sqs", "SendMessage", {
            "QueueUrl": url, "MessageBody": payload,
            "MessageAttributes": {key: {"DataType": "String", "StringValue": value}
                                  for key, value in sorted(attributes.items()) if value},
        }, **where)  # fmt: skip
    except AwsError as refusal:
        logger.warning("dropped an invocation of %s: the dead-letter queue answered %s", target["Arn"], refusal)


def _complete(ctx, schedule: dict) -> None:
    """The last invocation is over: the schedule goes, if that is what it asks for."""
    record = Schedule.rows(ctx).get(tuple(schedule["id"]))
    if record is None or record.created != schedule["created"]:
        return
    if record.document["ActionAfterCompletion"] == "DELETE":
        Schedule.remove(ctx, record)


def _payload(ctx, target: dict, context: dict[str, str]) -> str:
    """What the target is given: its Input with the context attributes filled in, else the default notification."""
    given = target.get("Input")
    if given is None:
        return json.dumps({
            "version": "0", "id": ctx.ids.uuid(), "detail-type": "Scheduled Event", "source": "aws.scheduler",
            "account": ctx.account, "time": context["scheduled-time"], "region": ctx.region,
            "resources": [context["schedule-arn"]], "detail": "{}",
        })  # fmt: skip
    for name, value in context.items():
        given = given.replace(f"<aws.scheduler.{name}>", value)
    return given


def _role(arn: str, session: str) -> Principal:
    account, role = arn.split(":")[4], arn.rpartition("/")[2]
    return Principal(
        "AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{role}/{session}", f"{role}:{session}"
    )


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


