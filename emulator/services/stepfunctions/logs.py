"""Events of executions as log events, where a state machine's logging configuration asks for them.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from datetime import UTC, datetime
from typing import Any

from emulator.engines import target_calls
from emulator.engines.asl.run import Event
from emulator.engines.asl.texts import dumps
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.services.stepfunctions.tables import Execution

FATAL = frozenset(("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"))
ENDINGS = ("Failed", "TimedOut", "Aborted")
# What is left out where the configuration says that data is.
DATA = frozenset((
    "assignedVariables", "assignedVariablesDetails", "input", "inputDetails", "output", "outputDetails", "parameters",
))  # fmt: skip


def wanted(level: str, kind: str) -> bool:
    if level == "ALL":
        return True
    if level == "FATAL":
        return kind in FATAL
    return level == "ERROR" and (kind.endswith(ENDINGS) or kind == "FailStateEntered")


def deliver(ctx: Context, record: Execution, logging: dict[str, Any], found: list[Event]) -> None:
    """Write what is wanted to the log group; where that is gone, nothing is told."""
    level = logging["level"]
    if level == "OFF" or not logging.get("destinations"):
        return
    messages = [
        (int(event.time * 1000), dumps(_entry(record, event, logging["includeExecutionData"])))
        for event in found if wanted(level, event.type)
    ]  # fmt: skip
    if not messages:
        return
    group = target_calls.read(logging["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"])
    day = datetime.fromtimestamp(record.started, UTC).strftime("%Y-%m-%d-%H")
    stream = f"states/{record.machine.rpartition(':')[2]}/{day}/{record.revision.replace('-', '')[:8]}"
    principal = acting("delivery.logs.amazonaws.com", record.machine, ctx.account)
    try:
        target_calls.log(ctx, group, principal, stream, messages)
    except AwsError:
        return


def _entry(record: Execution, event: Event, data: bool) -> dict[str, Any]:
    details = next(iter(event.details.values()), {})
    if not data:
        details = {name: value for name, value in details.items() if name not in DATA}
    return {
        "id": str(event.id), "type": event.type, "details": details, "previous_event_id": str(event.previous),
        "event_timestamp": str(int(event.time * 1000)), "execution_arn": record.key,
        "redrive_count": str(record.redrives),
    }  # fmt: skip
