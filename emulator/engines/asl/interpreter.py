"""The interpreter: enters states, lets their handlers work, takes transitions, and tells what failed.

https://states-language.net/spec.html
"""

from typing import Any

from emulator.engines.asl import recovery
from emulator.engines.asl.failures import EngineFailure, Failure, QueryFailure
from emulator.engines.asl.run import LARGEST, MAIN, Outcome, Run, Thread, told, written
from emulator.engines.asl.texts import dumps

HANDLERS: dict[str, Any] = {}  # by the type of a state: ``handler(run, thread, state)``
ENDED: dict[str, Any] = {}  # by the type of the state inside which a thread ran: ``(run, parent, child, output)``
FAILED: dict[str, Any] = {}  # ``(run, parent, child, failure)``
LONGEST = 25_000  # events of a standard execution
STRETCH = 1000  # steps between two looks at the rest of the world


def begin(run: Run, text: str, value: Any, role: str, versions: dict[str, str] | None = None) -> None:
    """Begin an execution. ``text`` is its input as it was given, ``value`` what it says."""
    run.tell(0, "ExecutionStarted", "executionStartedEventDetails", {
        **written(value, "input", text), "roleArn": role, **(versions or {}),
    })  # fmt: skip
    run.counter = MAIN
    run.wake(run.put(Thread(MAIN, run.machine.start_at, value, 0, text=text)))


def work(run: Run, limited: bool = True) -> bool:
    """Let all threads go on until they wait; True when there is more to do than one stretch holds.

    ``limited``: the history may not grow beyond what AWS allows.
    """
    for _ in range(STRETCH):
        if not run.ready or run.outcome is not None:
            return False
        thread = run.threads.get(run.ready.popleft())
        if thread is None or thread.aborted:
            continue
        if limited and run.last_event >= LONGEST - 1:
            fail_execution(run, thread, Failure("States.Runtime", (
                f"The execution reached the maximum number of history events ({LONGEST}).")))
            return False
        if thread.phase == "ready":
            enter(run, thread)
        else:
            attempt(run, thread)
    return bool(run.ready)


def enter(run: Run, thread: Thread) -> None:
    """Enter the state that a thread stands before, and do its work."""
    state = run.state(thread)
    thread = run.put(
        thread, entered_at=run.environment.now, before=thread.last, retries={}, data={}, phase="entered")
    thread = run.follow(thread, f"{state.type}StateEntered", "stateEnteredEventDetails", {
        "name": thread.state, **written(thread.value, "input", thread.text)})  # fmt: skip
    attempt(run, run.put(thread, entered=thread.last))


def attempt(run: Run, thread: Thread) -> None:
    """Do the work of the state that a thread is in."""
    state = run.state(thread)
    try:
        HANDLERS[state.type](run, thread, state)
    except Failure as failure:
        fail(run, run.threads[thread.id], failure)


def leave(
    run: Run, thread: Thread, output: Any, following: str | None, variables: dict | None = None, text: str | None = None
) -> None:
    """Leave a state for the next, or end the thread where ``following`` is None. Raises Failure.

    ``text``: the output as it was given, where it is a task's result as a whole.
    """
    state = run.state(thread)
    if text is None:
        text = thread.text if output is thread.value and thread.text is not None else dumps(output)
    if len(text) > LARGEST // 4 and len(text.encode()) > LARGEST:
        raise EngineFailure("States.DataLimitExceeded", (
            f"The state/task '{thread.state}' returned a result with a size exceeding the maximum number of bytes"
            " service limit."))  # fmt: skip
    details = {"name": thread.state, **written(output, "output", text)}
    if variables:
        run.note(variables={**thread.variables, **variables})
        details["assignedVariables"] = {name: dumps(value) for name, value in variables.items()}
        details["assignedVariablesDetails"] = {"truncated": False}
    thread = run.follow(thread, f"{state.type}StateExited", "stateExitedEventDetails", details)
    thread = run.put(
        thread, value=output, text=text, attempt=0, data={},
        variables={**thread.variables, **variables} if variables else thread.variables,
    )  # fmt: skip
    if following is not None:
        run.wake(run.put(thread, state=following, phase="ready"))
    else:
        end(run, thread, output)


def end(run: Run, thread: Thread, output: Any) -> None:
    """A thread came to its end."""
    run.note(output=output)
    if thread.parent:
        parent = run.threads[thread.parent]
        del run.threads[thread.id]
        within(run, parent, ENDED, thread, output)
        return
    details = written(output, "output", thread.text)
    run.tell(thread.last, "ExecutionSucceeded", "executionSucceededEventDetails", details)
    del run.threads[thread.id]
    run.outcome = Outcome("SUCCEEDED", details["output"])


def within(run: Run, parent: Thread, handlers: dict[str, Any], child: Thread, what: Any) -> None:
    """Tell the state that a thread ran inside."""
    try:
        handlers[run.state(parent).type](run, parent, child, what)
    except Failure as failure:
        fail(run, run.threads[parent.id], failure)


def fail(run: Run, thread: Thread, failure: Failure) -> None:
    """A state failed: try again, go where it is caught, or let the failure rise."""
    if failure.located and not run.alone:
        failure.cause = (
            f"An error occurred while executing the state '{thread.state}' (entered at the event id #{thread.entered})."
            f" {failure.cause}"
        )
    failure.located = False
    run.note(failure=failure)
    if isinstance(failure, QueryFailure):
        details = {**told(failure.error, failure.cause), "state": thread.state}
        if failure.location is not None:
            details["location"] = failure.location
        if thread.last == thread.entered and (
            run.state(thread).type != "Task" or (failure.location or "").startswith(("Assign", "Output"))
        ):  # fmt: skip
            thread = run.put(thread, last=thread.before)  # as AWS tells it of states that have not begun their work
        thread = run.follow(thread, "EvaluationFailed", "evaluationFailedEventDetails", details)
    if recovery.again(run, thread, failure):
        return
    recovery.settle(run, thread, failure)
    thread = run.threads[thread.id]
    try:
        if recovery.caught(run, thread, failure, leave):
            return
    except Failure as another:
        failure = another
        if failure.located:
            fail(run, thread, another)
            return
    rise(run, run.threads[thread.id], failure)


def rise(run: Run, thread: Thread, failure: Failure) -> None:
    """A thread failed."""
    if not thread.parent:
        fail_execution(run, thread, failure)
        return
    parent = run.threads[thread.parent]
    within(run, parent, FAILED, thread, failure)


def fail_execution(run: Run, thread: Thread, failure: Failure) -> None:
    run.tell(thread.last, "ExecutionFailed", "executionFailedEventDetails", told(failure.error, failure.cause))
    stop(run, Outcome("FAILED", None, failure.error, failure.cause))


def stop(run: Run, outcome: Outcome) -> None:
    """End the execution: what its threads wait for is forgotten. They stay, for a redrive to go on from."""
    for each in run.threads.values():
        run.stop_waiting(each)
    run.ready.clear()
    run.outcome = outcome


def time_out(run: Run) -> None:
    """The execution took longer than the machine's TimeoutSeconds."""
    run.tell(0, "ExecutionTimedOut", "executionTimedOutEventDetails", told("States.Timeout", None))
    stop(run, Outcome("TIMED_OUT", None, "States.Timeout"))


def abort(run: Run, error: str | None, cause: str | None) -> None:
    """Somebody stopped the execution."""
    run.tell(0, "ExecutionAborted", "executionAbortedEventDetails", told(error, cause))
    stop(run, Outcome("ABORTED", None, error, cause))


def timer(run: Run, thread_id: int, number: int) -> None:
    """The timer that a thread waited for is due: a Wait state's, or a retry's."""
    thread = run.waiting(thread_id, number)
    if thread is None:
        return
    if thread.phase == "retry":
        run.wake(run.put(thread, phase="again", attempt=0))
    else:
        run.wake(run.put(thread, phase="over", attempt=0))

