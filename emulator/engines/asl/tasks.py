"""Task states: what they ask for, and what comes back.

https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
"""

from typing import Any

from emulator.engines.asl import resources
from emulator.engines.asl.failures import Failure, HeartbeatFailure, RuntimeFailure
from emulator.engines.asl.interpreter import HANDLERS, fail, leave
from emulator.engines.asl.machine import State
from emulator.engines.asl.processing import arguments, assigned, output, unexpected
from emulator.engines.asl.resources import Resource
from emulator.engines.asl.run import LARGEST, Run, StartTask, Thread, told, written
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import dumps

# The events of a task by the kind of its resource: what the name of the type and of the details begin with.
PREFIXES = {
    "lambda": ("LambdaFunction", "lambdaFunction"), "activity": ("Activity", "activity"), "service": ("Task", "task"),
}  # fmt: skip


def task(run: Run, thread: Thread, state: State) -> None:
    """Schedule the task; what it waits for are the calls of the functions below."""
    resource = resources.read(state.get("Resource"))
    if resource.kind == "activity" and not run.alone and not run.environment.has_activity(resource.arn):
        raise RuntimeFailure(f"The activity {resource.arn} does not exist.")
    token = run.environment.token() if resource.waits_for_token or resource.kind == "activity" else None
    if resource.waits_for_token and "Task" not in run.context:
        thread = run.put(thread, data={"token": token})
    scope = run.scope(thread)
    given = arguments(run, state, scope)
    scope = scope if state.jsonata else scope._replace(value=thread.value)
    timeout, heartbeat = _seconds(state, scope, "TimeoutSeconds"), _seconds(state, scope, "HeartbeatSeconds")
    role = _role(state, scope)
    number = run.number()
    effect = StartTask(thread.id, number, resource, given, token, role, timeout, heartbeat)
    thread = run.put(thread, phase="task", attempt=number, data={**thread.data, "kind": resource.kind})
    prefix, member = PREFIXES[resource.kind]
    run.follow(thread, f"{prefix}Scheduled", f"{member}ScheduledEventDetails", _scheduled(run, effect))
    run.effects.append(effect)


def _scheduled(run: Run, effect: StartTask) -> dict[str, Any]:
    resource = effect.resource
    if resource.kind == "service":
        region = run.context["StateMachine"]["Id"].split(":")[3]
        found = {"resourceType": resource.type, "resource": resource.name, "region": region,
                 "parameters": dumps(effect.arguments)}  # fmt: skip
    else:
        found = {"resource": resource.arn, **written(effect.arguments, "input")}
    if effect.timeout is not None:
        found["timeoutInSeconds"] = int(effect.timeout)
    if effect.heartbeat is not None and resource.kind != "lambda":
        found["heartbeatInSeconds"] = int(effect.heartbeat)
    if effect.role is not None:
        found["taskCredentials"] = {"roleArn": effect.role}
    return found


def _seconds(state: State, scope: Scope, field: str) -> float | None:
    value = state.setting(field, scope)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value > 0):
        return value
    if state.jsonata:
        raise unexpected(state, field, "number", value)
    raise RuntimeFailure(f"The {field}Path parameter cannot be parsed as a long value: {state.get(field + 'Path')}")


def _role(state: State, scope: Scope) -> str | None:
    given = state.get("Credentials")
    return None if given is None else state.template("Credentials")(scope).get("RoleArn")


def _task_of(run: Run, thread_id: int, attempt: int) -> tuple[Thread, State, Resource] | None:
    thread = run.waiting(thread_id, attempt)
    if thread is None:
        return None
    state = run.state(thread)
    return thread, state, resources.read(state.get("Resource"))


def _named(resource: Resource) -> dict[str, str]:
    return {"resourceType": resource.type, "resource": resource.name} if resource.kind == "service" else {}


def _tell(run: Run, thread: Thread, resource: Resource, what: str, details: dict[str, Any]) -> Thread:
    prefix, member = PREFIXES[resource.kind]
    if resource.kind == "lambda" and what == "Started":
        return run.follow(thread, f"{prefix}Started")
    return run.follow(thread, f"{prefix}{what}", f"{member}{what}EventDetails", {**_named(resource), **details})


def started(run: Run, thread_id: int, attempt: int, worker: str | None = None) -> bool:
    """The task is being worked on; False when nobody waits for it any more."""
    found = _task_of(run, thread_id, attempt)
    if found is None:
        return False
    thread, _, resource = found
    if thread.data.get("started"):  # by a worker that went down with the emulator
        return True
    details = {"workerName": worker} if worker is not None else {}
    _tell(run, run.put(thread, data={**thread.data, "started": True}), resource, "Started", details)
    return True


def submitted(run: Run, thread_id: int, attempt: int, answer: Any, job: str | None = None) -> None:
    """The service took a job (which may be looked for by a name), or handed on a token, and answered this."""
    found = _task_of(run, thread_id, attempt)
    if found is not None:
        thread, _, resource = found
        thread = run.put(thread, data={**thread.data, "job": job})
        _tell(run, thread, resource, "Submitted", written(answer, "output"))


def succeeded(run: Run, thread_id: int, attempt: int, result: Any, text: str | None = None) -> None:
    """The task's result came, with its text where it was given as one."""
    found = _task_of(run, thread_id, attempt)
    if found is None:
        return
    thread, state, resource = found
    text = dumps(result) if text is None else text
    if len(text) > LARGEST // 4 and len(text.encode()) > LARGEST:
        failed(run, thread_id, attempt, "States.DataLimitExceeded", (
            f"The state/task '{resource.type or resource.arn}' returned a result with a size exceeding the maximum"
            " number of bytes service limit."))  # fmt: skip
        return
    thread = _tell(run, thread, resource, "Succeeded", written(result, "output", text))
    finish(run, run.put(thread, attempt=0), state, result, text)


def finish(run: Run, thread: Thread, state: State, result: Any, text: str | None = None) -> None:
    """Leave a Task, Parallel or Map state with its result, and its text where it was given as one."""
    scope = run.scope(thread)
    run.note(result=result)
    try:
        found = output(run, state, scope, result, result)
        variables = assigned(state, scope.with_result(result) if state.jsonata else scope.of(result))
        leave(run, thread, found, state.next, variables, text if found is result else None)
    except Failure as failure:
        fail(run, run.threads[thread.id], failure)


def failed(run: Run, thread_id: int, attempt: int, error: str | None, cause: str | None) -> None:
    _failed(run, thread_id, attempt, "Failed", Failure(error, cause))


def timed_out(run: Run, thread_id: int, attempt: int, silent: bool = False) -> None:
    """The task took too long, or (``silent``) sent no heartbeat in time."""
    _failed(run, thread_id, attempt, "TimedOut", HeartbeatFailure() if silent else Failure("States.Timeout"))


def _failed(run: Run, thread_id: int, attempt: int, what: str, failure: Failure) -> None:
    found = _task_of(run, thread_id, attempt)
    if found is None:
        return
    thread, _, resource = found
    run.stop_waiting(thread)
    thread = _tell(run, thread, resource, what, told(failure.error, failure.cause))
    fail(run, run.put(thread, attempt=0), failure)


HANDLERS["Task"] = task

