"""Changes of standard executions' status, as events on the default bus.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from typing import Any

from emulator.engines.asl.texts import dumps
from emulator.kernel.context import Context, acting
from emulator.services.stepfunctions import redrivable
from emulator.services.stepfunctions.tables import Execution

DETAIL_TYPE = "Step Functions Execution Status Change"
LARGEST = 200_000  # bytes of input and output that an event holds


def detail(record: Execution) -> dict[str, Any]:
    included = len(record.input) + len(record.output or "") <= LARGEST
    found = {
        "executionArn": record.key, "stateMachineArn": record.machine, "name": record.name, "status": record.status,
        "startDate": int(record.started * 1000), "stopDate": _milliseconds(record.stopped),
        "input": record.input if included else None, "output": record.output if included else None,
        "stateMachineVersionArn": record.version or None, "stateMachineAliasArn": record.alias or None,
        "redriveCount": record.redrives, "redriveDate": _milliseconds(record.redriven),
        **redrivable.status(record), "inputDetails": {"included": included},
        "outputDetails": {"included": included} if record.output is not None else None,
    }  # fmt: skip
    return found if record.status == "SUCCEEDED" else {**found, "error": record.error, "cause": record.cause}


def _milliseconds(moment: float | None) -> int | None:
    return None if moment is None else int(moment * 1000)


def tell(ctx: Context, record: Execution) -> None:
    """Express executions send none."""
    if record.type != "STANDARD":
        return
    principal = acting("states.amazonaws.com", record.machine, ctx.account)
    ctx.call("events", "PutEvents", {"Entries": [{
        "Source": "aws.states", "DetailType": DETAIL_TYPE, "Resources": [record.key], "Time": int(ctx.now),
        "Detail": dumps(detail(record)),
    }]}, as_=principal)  # fmt: skip
