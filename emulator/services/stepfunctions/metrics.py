"""What CloudWatch learns of executions. https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"""

from emulator.engines.service_metrics import measure
from emulator.kernel.context import Context
from emulator.services.stepfunctions.tables import Execution

SPACE = "AWS/States"
ENDS = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "TIMED_OUT": "TimedOut", "ABORTED": "Aborted"}


def count(ctx: Context, record: Execution) -> None:
    """An execution has come to a status."""
    names = _names(record)
    values = tuple((name, 1.0, "Count") for name in names)
    if record.stopped is not None:
        values += (("ExecutionTime", round((record.stopped - record.started) * 1000, 2), "Milliseconds"),)
    measure(ctx, (ctx.account, ctx.region), SPACE, (("StateMachineArn", record.machine),), values)


def _names(record: Execution) -> list[str]:
    if record.status == "RUNNING":
        return ["ExecutionsRedriven" if record.redrives else "ExecutionsStarted"]
    end = ENDS[record.status]
    return [f"Executions{end}", *([f"RedrivenExecutions{end}"] if record.redrives else [])]
