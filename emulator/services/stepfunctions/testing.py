"""TestState: one state by itself, with what happened on its way.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

from typing import Any

from emulator.engines.asl import interpreter, tasks, validation
from emulator.engines.asl.diagnostics import TRANSITION
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.machine import Machine, State
from emulator.engines.asl.run import MAIN, Run, StartTask, StartTimer, Thread
from emulator.engines.asl.texts import dumps, loads
from emulator.kernel.context import Context, Principal
from emulator.services.stepfunctions import context_objects, executions, mocks, performing, running
from emulator.services.stepfunctions.errors import invalid_definition
from emulator.services.stepfunctions.errors import validation as refused
from emulator.services.stepfunctions.integrations import http
from emulator.services.stepfunctions.mocks import Mock
from emulator.services.stepfunctions.service import service

NAME = "StateName"  # of a state that has none
# What an inspection does not tell of states of a type.
HIDDEN: dict[str, frozenset[str]] = {
    "Map": frozenset(("afterParameters", "result")),
    "Parallel": frozenset(("afterInputPath", "afterParameters", "afterArguments", "result")),
    "Wait": frozenset(("result",)),
}  # fmt: skip
INNER = frozenset(("data", "failure", "input", "output", "value"))
PLAIN = frozenset((
    "errorDetails", "maxConcurrency", "request", "response", "toleratedFailureCount", "toleratedFailurePercentage"))


@service.operation
def test_state(
    ctx, definition, roleArn=None, input="{}", inspectionLevel="INFO", revealSecrets=False, variables=None,
    stateName=None, mock=None, context=None, stateConfiguration=None,
):  # fmt: skip
    """Raises InvalidDefinition, InvalidExecutionInput, ValidationException."""
    machine, state = _state(definition, stateName)
    configuration = stateConfiguration or {}
    stand_in = mocks.read(mock, state, configuration, revealSecrets)
    value = executions.check_input(input)
    about = context_objects.made(ctx, roleArn, value)
    if context is not None:
        about = {**about, **context_objects.given(context, state)}
    if stand_in is None:
        _check_callable(state, roleArn)
    run = Run(machine, about, running.environment(ctx), {})
    run.alone, run.probe = True, {"input": input, "value": value}
    if "mapItemReaderData" in configuration:
        run.note(data=configuration["mapItemReaderData"])
    thread = Thread(MAIN, state.name, value, 0, text=input, variables=_variables(variables))
    if thread.variables:
        run.note(variables=thread.variables)
    run.counter = MAIN
    interpreter.enter(run, run.put(thread))
    _count_retries(run, state, configuration.get("retrierRetryCount", 0))
    return _outcome(ctx, run, state, stand_in, configuration, roleArn, inspectionLevel, revealSecrets)


def _state(definition: str, name: str | None) -> tuple[Machine, State]:
    """The state to be tested, in a machine of its own. Raises InvalidDefinition, ValidationException."""
    try:
        document = loads(definition)
    except ValueError as error:
        raise invalid_definition(f"INVALID_JSON_DESCRIPTION: {error}") from None
    whole = document if name is not None else {"StartAt": NAME, "States": {NAME: document}}
    faults = [each for each in validation.diagnose(dumps(whole)) if each.code != TRANSITION]
    if faults:
        raise invalid_definition(", ".join(f"{each.code}: {each.message} at {each.location}" for each in faults))
    found = _find(Machine(whole), name or NAME)
    if found is None:
        raise refused(f"State '{name}' not found in the state machine definition")
    return found


def _find(machine: Machine, name: str) -> tuple[Machine, State] | None:
    """A state by its name, inside others too."""
    if name in machine.states:
        return machine, machine.states[name]
    for state in machine.states.values():
        for part in state.parts if state.type in ("Map", "Parallel") else ():
            found = _find(part, name)
            if found is not None:
                return found
    return None


def _check_callable(state: State, role: str | None) -> None:
    if state.type == "Task" and role is None:
        raise refused("RoleArn must be specified when testing a Task state")
    if state.type in ("Map", "Parallel"):
        raise refused(f"State type '{state.type}' is only supported when a mock is specified")


def _variables(text: str | None) -> dict[str, Any]:
    try:
        found = loads(text) if text is not None else {}
    except ValueError as error:
        raise refused(f"Invalid variables provided: {error}") from None
    if not isinstance(found, dict):
        raise refused("Invalid variables provided: Variables must be a JSON object")
    return found


def _count_retries(run: Run, state: State, count: int) -> None:
    thread = run.threads.get(MAIN)
    if thread is not None and count and run.outcome is None:
        run.put(thread, retries={str(index): count for index in range(len(state.get("Retry", ())))})


def _outcome(
    ctx: Context, run: Run, state: State, mock: Mock | None, configuration: dict[str, Any], role: str | None,
    level: str, reveal: bool,
):  # fmt: skip
    """The answer, or what it is to be awaited from."""
    effect = run.effects[-1] if run.effects else None
    if isinstance(effect, StartTask) and mock is None:
        return _called(ctx, run, state, effect, role, level, reveal)
    if isinstance(effect, StartTask):
        _settle_task(run, effect, mock)
    elif isinstance(effect, StartTimer) and run.threads[MAIN].phase == "wait":
        interpreter.timer(run, effect.thread, effect.attempt)
        interpreter.attempt(run, run.threads[MAIN])
    elif mock is not None and run.outcome is None and run.threads[MAIN].phase == "inside":
        _settle_parts(run, state, mock, configuration)
    return _answer(run, state, level, mock)


def _settle_task(run: Run, effect: StartTask, mock: Mock) -> None:
    tasks.started(run, effect.thread, effect.attempt)
    if mock.error is not None:
        tasks.failed(run, effect.thread, effect.attempt, mock.error.get("error"), mock.error.get("cause"))
    else:
        tasks.succeeded(run, effect.thread, effect.attempt, mock.result, mock.text)


def _settle_parts(run: Run, state: State, mock: Mock, configuration: dict[str, Any]) -> None:
    thread = run.threads[MAIN]
    failures = configuration.get("mapIterationFailureCount", 0)
    if mock.error is not None:
        interpreter.fail(run, thread, Failure(mock.error.get("error"), mock.error.get("cause")))
    elif _too_many(run, failures, thread.data.get("items", 0)):
        interpreter.fail(run, thread, Failure(
            "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded"))
    else:
        tasks.finish(run, thread, state, mock.result)


def _too_many(run: Run, failures: int, total: int) -> bool:
    count, share = run.probe.get("toleratedFailureCount"), run.probe.get("toleratedFailurePercentage")
    if count is not None and failures > count:
        return True
    return share is not None and failures * 100 > share * max(total, 1)


async def _called(
    ctx: Context, run: Run, state: State, effect: StartTask, role: str, level: str, reveal: bool
) -> dict[str, Any]:
    """The task's call is made for real."""
    tasks.started(run, effect.thread, effect.attempt)
    account, name = role.split(":")[4], role.rpartition("/")[2]
    principal = Principal("AssumedRole", account, f"arn:aws:sts::{account}:assumed-role/{name}/test", f"{name}:test")
    seen: dict[str, Any] = {}
    try:
        if effect.resource.type == "http":
            result = await http.invoke(ctx, effect.arguments, principal, seen, reveal)
        else:
            result = await performing.result(ctx, effect.resource, effect.arguments, principal)
    except Failure as failure:
        tasks.failed(run, effect.thread, effect.attempt, failure.error, failure.cause)
    else:
        tasks.succeeded(run, effect.thread, effect.attempt, result)
    if level == "TRACE":
        run.note(**seen)
    return _answer(run, state, level, None)


def _answer(run: Run, state: State, level: str, mock: Mock | None) -> dict[str, Any]:
    answer = _status(run)
    thread = run.threads.get(MAIN)
    if answer["status"] in ("SUCCEEDED", "CAUGHT_ERROR"):
        answer["output"] = run.outcome.output if run.outcome is not None else _text(run, thread.value, mock)
        if mock is not None and run.outcome is not None and run.probe.get("output") is mock.result:
            answer["output"] = mock.text
    if level != "INFO":
        hidden = HIDDEN.get(state.type, frozenset())
        answer["inspectionData"] = {
            "input": run.probe["input"], **{
                name: value if name in PLAIN else _text(run, value, mock)
                for name, value in run.probe.items() if name not in hidden and name not in INNER
            },
        }  # fmt: skip
        if state.jsonata:
            answer["inspectionData"].pop("afterItemsPath", None)
    return answer


def _text(run: Run, value: Any, mock: Mock | None) -> str:
    """A value as it was given, where it was."""
    if mock is not None and value is mock.result:
        return mock.text
    return run.probe["input"] if value is run.probe["value"] else dumps(value)


def _status(run: Run) -> dict[str, Any]:
    failure = run.probe.get("failure")
    found = {"error": failure.error, "cause": failure.cause} if failure is not None else {}
    found = {name: value for name, value in found.items() if value is not None}
    thread = run.threads.get(MAIN)
    if run.outcome is not None:
        return {"status": "SUCCEEDED" if run.outcome.status == "SUCCEEDED" else "FAILED", **found}
    if thread.phase == "retry":
        return {"status": "RETRIABLE", **found}
    following = {"nextState": thread.state}
    if failure is not None:
        return {"status": "CAUGHT_ERROR", **following, **found}
    return {"status": "SUCCEEDED", **following}
