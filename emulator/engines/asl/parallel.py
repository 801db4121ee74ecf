"""Parallel states: every branch is a thread of its own; the first that fails ends the others.

https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
"""

from typing import Any

from emulator.engines.asl.failures import Failure
from emulator.engines.asl.interpreter import ENDED, FAILED, HANDLERS, fail
from emulator.engines.asl.machine import State
from emulator.engines.asl.processing import arguments
from emulator.engines.asl.recovery import SETTLE
from emulator.engines.asl.run import Run, Thread
from emulator.engines.asl.tasks import finish

ABORTABLE = frozenset(("Map", "Parallel", "Task", "Wait"))  # types of states whose end is told when they are aborted


def parallel(run: Run, thread: Thread, state: State) -> None:
    value = arguments(run, state, run.scope(thread))
    text = thread.text if value is thread.value else None
    thread = run.follow(thread, "ParallelStateStarted")
    thread = run.put(thread, phase="inside", data={"results": {}, "waits": len(state.parts)})
    if run.alone:
        return
    for branch in range(len(state.parts)):
        run.wake(run.put(child(run, thread, branch, branch, value, text)))


def child(run: Run, thread: Thread, part: int, slot: int, value: Any, text: str | None = None) -> Thread:
    """A thread inside a state, before its first state."""
    machine = run.state(thread).parts[part]
    return Thread(
        run.number(), machine.start_at, value, thread.last, parent=thread.id, slot=slot,
        where=(*thread.where, thread.state, part), variables=thread.variables, item=thread.item, text=text,
    )  # fmt: skip


def branch_ended(run: Run, thread: Thread, branch: Thread, output: Any) -> None:
    results = {**thread.data["results"], str(branch.slot): output}
    thread = run.put(thread, data={**thread.data, "results": results})
    if len(results) < thread.data["waits"]:
        return
    run.tell(branch.last, "ParallelStateSucceeded")
    ordered = [results[str(index)] for index in range(len(results))]
    finish(run, run.put(thread, last=branch.last), run.state(thread), ordered)


def branch_failed(run: Run, thread: Thread, branch: Thread, failure: Failure) -> None:
    """The others are aborted, and the whole state fails as the branch did."""
    for each in run.children(thread):
        abort(run, each, branch.last)
    fail(run, run.put(thread, last=branch.last), failure)


def abort(run: Run, thread: Thread, previous: int) -> None:
    """End a thread and all that runs inside its state. What is under way is told to be aborted."""
    for each in run.children(thread):
        abort(run, each, previous)
    run.stop_waiting(thread)
    kind = run.state(thread).type
    if thread.phase == "map":
        run.tell(previous, "MapRunAborted")
    if thread.phase != "ready" and kind in ABORTABLE:
        run.tell(previous, f"{kind}StateAborted")
    run.put(thread, attempt=0, aborted=True)


def settle(run: Run, thread: Thread, state: State, failure: Failure) -> None:
    if thread.phase == "inside":
        run.follow(run.put(thread, phase="entered"), "ParallelStateFailed")


HANDLERS["Parallel"] = parallel
ENDED["Parallel"] = branch_ended
FAILED["Parallel"] = branch_failed
SETTLE["Parallel"] = settle
