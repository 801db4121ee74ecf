"""How an execution that ended unsuccessfully goes on: its threads still stand where they were.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from collections.abc import Callable

from emulator.engines.asl import distributed
from emulator.engines.asl.run import Run


def revive(run: Run, count: int, map_redrives: Callable[[str], int | None]) -> None:
    """Begin anew what threads were at; branches and iterations that had succeeded stay so.

    ``count``: how often the execution was redriven by now; ``map_redrives``: the same of the map run with an ARN, None
    where there is none to go on with: it succeeded, or began no execution.
    """
    event = run.tell(run.last_event, "ExecutionRedriven", "executionRedrivenEventDetails", {"redriveCount": count})
    for thread in list(run.threads.values()):
        thread = run.put(thread, attempt=0, aborted=False, retries={}, last=event)
        redrives = map_redrives(thread.data["arn"]) if "arn" in thread.data else None
        if redrives is not None:
            distributed.redrive(run, thread, redrives)
        elif any(run.children(thread)):
            run.put(thread, phase="inside")
        elif thread.phase == "ready":
            run.wake(thread)
        else:
            run.wake(run.put(thread, phase="again", data={}))
