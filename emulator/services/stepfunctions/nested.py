"""Tasks that wait for a job's end (``.sync``): executions of other state machines.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from typing import Any

from emulator.engines.asl import interpreter, tasks
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.resources import Resource
from emulator.engines.asl.run import StopJob
from emulator.engines.asl.texts import dumps, loads
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.services.stepfunctions import arns, redrivable, running
from emulator.services.stepfunctions.integrations import services
from emulator.services.stepfunctions.tables import Execution, executions

WATCH = 3600.0  # seconds between two looks, when nothing is told


async def outcome(
    ctx: Context, record: Execution, thread: int, attempt: int, resource: Resource, arguments: Any,
    principal: Principal, where: dict[str, str],
) -> Any:  # fmt: skip
    """What the other execution tells at its end. Raises Failure."""
    if (resource.type, resource.action) != ("states", "startExecution"):
        raise Failure("States.TaskFailed", str(NotImplementedByEmulator(f"{resource.type}:{resource.name}")))
    waiting = running.find(ctx, record.key).threads[thread]
    arn = waiting.data.get("job")  # begun before the emulator's last start
    if arn is None:
        answer = await services.call(ctx, resource, arguments, principal, where)
        arn = answer.plain["ExecutionArn"]
        running.go_on(ctx, record.key, lambda run: tasks.submitted(run, thread, attempt, answer.output, arn))
    there = arns.read(arn).where
    while True:
        found = ctx.rows(executions, **there).get(arn)
        if found is None or found.status != "RUNNING":
            break
        await ctx.wait(running.channel(arn), WATCH)
    if found is None:
        raise Failure("States.TaskFailed", f"Execution Does Not Exist: '{arn}'")
    described = told(found, resource.pattern == ".sync:2")
    if found.status != "SUCCEEDED":
        raise Failure("States.TaskFailed", dumps(described))
    return described


def stop(ctx: Context, record: Execution, effect: StopJob) -> None:
    """The task is over before the other execution, which is stopped with it."""
    running.go_on(ctx, effect.job, lambda run: interpreter.abort(run, None, None))


running.EFFECTS[StopJob] = stop


def told(record: Execution, parsed: bool) -> dict[str, Any]:
    """An execution as the integration describes it; ``parsed``: input and output as JSON, not as texts."""
    read = loads if parsed and record.status == "SUCCEEDED" else str
    found = {
        "Cause": record.cause, "Error": record.error, "ExecutionArn": record.key, "Input": read(record.input),
        "InputDetails": {"Included": True}, "Name": record.name,
        "Output": None if record.output is None else read(record.output),
        "OutputDetails": None if record.output is None else {"Included": True}, "RedriveCount": record.redrives,
        **{name[:1].upper() + name[1:]: value for name, value in redrivable.status(record).items()},
        "StartDate": int(record.started * 1000), "StateMachineAliasArn": record.alias or None,
        "StateMachineArn": record.machine, "StateMachineVersionArn": record.version or None, "Status": record.status,
        "StopDate": int(record.stopped * 1000),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}
