"""Retry and Catch.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from collections.abc import Callable
from typing import Any

from emulator.engines.asl import paths
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.machine import State
from emulator.engines.asl.processing import assigned
from emulator.engines.asl.run import Run, StartTimer, Thread

INTERVAL, ATTEMPTS, RATE = 1, 3, 2.0
NEVER_ALL = frozenset(("States.Runtime", "States.DataLimitExceeded"))  # what States.ALL does not match

# Before a failure is caught or rises, the state that fails tells of it: ``(run, thread, state, failure)``.
SETTLE: dict[str, Callable[[Run, Thread, State, Failure], None]] = {}


def matches(names: list[str], error: str | None, also: str = "") -> bool:
    """Whether ErrorEquals holds an error, by its name, its other one, or one that stands for many."""
    for name in names:
        if name == error or (also and name == also):
            return True
        if name == "States.ALL" and error not in NEVER_ALL:
            return True
        if name == "States.TaskFailed" and error != "States.Timeout" and error not in NEVER_ALL:
            return True
    return False


def retrier(state: State, failure: Failure, retries: dict[str, int]) -> tuple[int, dict[str, Any]] | None:
    """The retrier that an error belongs to, with its number; None when there is none, or it has tried enough."""
    for index, each in enumerate(state.get("Retry", ())):
        if matches(each["ErrorEquals"], failure.error, failure.also):
            used = retries.get(str(index), 0)
            return (index, each) if used < each.get("MaxAttempts", ATTEMPTS) else None
    return None


def interval(retrier: dict[str, Any], used: int) -> float:
    """Seconds before the next try, without jitter."""
    seconds = retrier.get("IntervalSeconds", INTERVAL) * retrier.get("BackoffRate", RATE) ** used
    return min(seconds, retrier.get("MaxDelaySeconds", seconds))


def again(run: Run, thread: Thread, failure: Failure) -> bool:
    """Have a state tried again, where a retrier says so."""
    state = run.state(thread)
    found = retrier(state, failure, thread.retries)
    if found is None:
        return False
    index, chosen = found
    used = thread.retries.get(str(index), 0)
    seconds = interval(chosen, used)
    if chosen.get("JitterStrategy") == "FULL":
        seconds *= run.environment.random()
    number = run.number()
    run.forget(thread)
    run.put(
        thread, phase="retry", attempt=number, retries={**thread.retries, str(index): used + 1}, data={}
    )
    run.note(errorDetails={"retryIndex": index, "retryBackoffIntervalSeconds": int(seconds)})
    run.effects.append(StartTimer(thread.id, number, run.environment.now + seconds))
    return True


def settle(run: Run, thread: Thread, failure: Failure) -> None:
    state = run.state(thread)
    if state.type in SETTLE:
        SETTLE[state.type](run, thread, state, failure)


def catcher(state: State, failure: Failure) -> tuple[int, dict[str, Any]] | None:
    for index, each in enumerate(state.get("Catch", ())):
        if matches(each["ErrorEquals"], failure.error, failure.also):
            return index, each
    return None


def caught(run: Run, thread: Thread, failure: Failure, leave: Callable[..., None]) -> bool:
    """Go on where a catcher says. Raises Failure when what it says can't be done."""
    state = run.state(thread)
    found = catcher(state, failure)
    if found is None:
        return False
    index, chosen = found
    run.forget(thread)
    run.note(errorDetails={"catchIndex": index})
    error = failure.output
    scope = run.scope(thread)
    if state.jsonata:
        scope = scope._replace(error=error)
        template = state.template("Output", chosen, f"Catch[{index}]/Output")
        output = error if template is None else template(scope)
        variables = assigned(state, scope, chosen, f"Catch[{index}]/Assign")
    else:
        variables = assigned(state, scope.of(error), chosen)
        output = _placed(chosen, thread.value, error)
    leave(run, run.put(thread, data={}), output, chosen["Next"], variables)
    return True


def _placed(catcher: dict[str, Any], value: Any, error: dict[str, str]) -> Any:
    path = catcher.get("ResultPath", "$")
    return value if path is None else paths.parse(path).put(value, error)
