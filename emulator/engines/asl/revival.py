"""How an execution that ended unsuccessfully goes on: its threads still stand where they were.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from emulator.engines.asl.run import Run

INSIDE = frozenset(("inside",))


def revive(run: Run, count: int) -> None:
    """Begin anew what threads were at; branches and iterations that had succeeded stay so."""
    event = run.tell(run.last_event, "ExecutionRedriven", "executionRedrivenEventDetails", {"redriveCount": count})
    for thread in list(run.threads.values()):
        if thread.phase in INSIDE and any(run.children(thread)):
            continue
        if thread.phase == "ready":
            run.wake(thread)
        else:
            run.wake(run.put(thread, phase="again", attempt=0, last=event, retries={}, data={}))
