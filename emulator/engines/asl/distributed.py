"""Distributed Map states: what their map runs are asked for, and what comes of them.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from typing import Any

from emulator.engines.asl import map_items
from emulator.engines.asl.failures import Failure
from emulator.engines.asl.interpreter import fail
from emulator.engines.asl.machine import State
from emulator.engines.asl.map_items import Item
from emulator.engines.asl.map_settings import number
from emulator.engines.asl.processing import effective
from emulator.engines.asl.run import RedriveMap, Run, StartMap, Thread, told
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.tasks import finish


def distribute(run: Run, thread: Thread, state: State, scope: Scope, items: list[Item] | None, wanted: dict) -> None:
    """Ask for a map run; ``items`` is None where its ItemReader is to read them."""
    attempt, arn = run.number(), _run_arn(run, state)
    reader = None if items is not None else _reader(state, scope)
    wanted = {**wanted, "batcher": _batcher(state, scope), "writer": _writer(state, scope),
              "type": state.processor["ProcessorConfig"].get("ExecutionType", "STANDARD")}  # fmt: skip
    thread = run.follow(thread, "MapRunStarted", "mapRunStartedEventDetails", {"mapRunArn": arn})
    run.put(thread, phase="map", attempt=attempt, data={"arn": arn})
    run.effects.append(StartMap(thread.id, attempt, arn, items, reader, wanted))


def redrive(run: Run, thread: Thread, redrives: int) -> None:
    """Have the map run that a thread waited for go on with what was unsuccessful; ``redrives``: how often by now."""
    attempt, arn = run.number(), thread.data["arn"]
    details = {"mapRunArn": arn, "redriveCount": redrives}
    thread = run.follow(thread, "MapRunRedriven", "mapRunRedrivenEventDetails", details)
    run.put(thread, phase="map", attempt=attempt)
    run.effects.append(RedriveMap(thread.id, attempt, arn))


def _run_arn(run: Run, state: State) -> str:
    machine = run.context["StateMachine"]["Id"].split("/")[0].replace(":stateMachine:", ":mapRun:", 1)
    return f"{machine}/{state.get('Label') or run.environment.uuid()}:{run.environment.uuid()}"


def _template(state: State, holder: dict[str, Any], scope: Scope, place: str) -> Any:
    """Arguments (JSONata) or Parameters (JSONPath) of an ItemReader or a ResultWriter."""
    field = "Arguments" if state.jsonata else "Parameters"
    template = state.template(field, holder, f"{place}/{field}")
    return {} if template is None else template(scope)


def _reader(state: State, scope: Scope) -> dict[str, Any]:
    given = state.get("ItemReader")
    config = given.get("ReaderConfig", {})
    most = state.setting("MaxItems", scope, config)
    if most is not None:
        config = {**config, "MaxItems": int(number(state, "MaxItems", most, True))}
    return {"resource": given["Resource"], "arguments": _template(state, given, scope, "ItemReader"), "config": config}


def _batcher(state: State, scope: Scope) -> dict[str, Any] | None:
    given = state.get("ItemBatcher")
    if given is None:
        return None
    found: dict[str, Any] = {}
    for field in ("MaxItemsPerBatch", "MaxInputBytesPerBatch"):
        value = state.setting(field, scope, given)
        if value is not None:
            found[field] = int(number(state, field, value, True))
    template = state.template("BatchInput", given, "ItemBatcher/BatchInput")
    if template is not None:
        found["BatchInput"] = template(scope)
    return found


def _writer(state: State, scope: Scope) -> dict[str, Any] | None:
    given = state.get("ResultWriter")
    if given is None:
        return None
    return {
        "resource": given.get("Resource"), "arguments": _template(state, given, scope, "ResultWriter"),
        "config": given.get("WriterConfig", {}),
    }  # fmt: skip


def inputs(run: Run, thread_id: int, attempt: int, items: list[Item]) -> list[Any]:
    """The inputs of a map run's executions: items selected and batched. Raises Failure."""
    thread = run.waiting(thread_id, attempt)
    state = run.state(thread)
    scope = run.scope(thread)
    return prepared(state, scope.of(effective(run, state, scope)), items)


def prepared(state: State, scope: Scope, items: list[Item]) -> list[Any]:
    """Items selected, and batched where the state has an ItemBatcher. Raises Failure."""
    found = [map_items.selected(state, scope, index, item)[0] for index, item in enumerate(items)]
    batcher = _batcher(state, scope)
    return found if batcher is None else map_items.batched(found, batcher)


def map_succeeded(run: Run, thread_id: int, attempt: int, result: Any) -> None:
    """All executions of a map run are over, and not too many failed."""
    thread = run.waiting(thread_id, attempt)
    if thread is None:
        return
    thread = run.follow(thread, "MapRunSucceeded")
    run.tell(thread.last, "MapStateSucceeded")
    finish(run, run.put(thread, attempt=0), run.state(thread), result)


def map_failed(run: Run, thread_id: int, attempt: int, failure: Failure) -> None:
    thread = run.waiting(thread_id, attempt)
    if thread is None:
        return
    thread = run.follow(thread, "MapRunFailed", "mapRunFailedEventDetails", told(failure.error, failure.cause))
    fail(run, run.put(thread, attempt=0), failure)
