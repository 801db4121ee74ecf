"""Map states: iterations inside the execution, or (distributed) a map run of executions of their own.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
"""

from typing import Any

from emulator.engines.asl import expressions, paths
from emulator.engines.asl.failures import Failure, QueryFailure, RuntimeFailure
from emulator.engines.asl.interpreter import ENDED, FAILED, HANDLERS, fail
from emulator.engines.asl.machine import State, read
from emulator.engines.asl.parallel import abort, child
from emulator.engines.asl.processing import effective, unexpected
from emulator.engines.asl.recovery import SETTLE
from emulator.engines.asl.run import Run, StartMap, Thread, told
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.tasks import finish
from emulator.engines.asl.texts import dumps

INLINE_MOST = 40  # iterations at once where MaxConcurrency is 0


def map_(run: Run, thread: Thread, state: State) -> None:
    scope = run.scope(thread)
    scope = scope.of(effective(run, state, scope))
    reader = state.get("ItemReader")
    items = None if reader is not None else items_of(run, state, scope)
    most = setting(run, state, scope, "maxConcurrency", 0)
    thread = run.follow(thread, "MapStateStarted", "mapStateStartedEventDetails", {"length": len(items or ())})
    wanted = {"maxConcurrency": most, **tolerance(run, state, scope)}
    if run.alone:
        _look_ahead(run, thread, state, scope, items or [])
        return
    if state.distributed:
        _distribute(run, thread, state, scope, items, wanted)
        return
    thread = run.put(thread, phase="inside", data={
        "items": items, "next": 0, "results": {}, "most": int(wanted["maxConcurrency"]) or INLINE_MOST,
    })  # fmt: skip
    if items:
        for _ in range(min(len(items), thread.data["most"])):
            thread = _iterate(run, thread, state, thread.last)
    else:
        run.tell(thread.last, "MapStateSucceeded")
        finish(run, thread, state, [])


def _look_ahead(run: Run, thread: Thread, state: State, scope: Scope, items: list[Any]) -> None:
    """What the iterations would get, for who looks at the state by itself."""
    run.put(thread, phase="inside", data={"items": len(items)})
    if "ItemSelector" in state.definition:
        run.note(afterItemSelector=[selected(state, scope, index, item)[0] for index, item in enumerate(items)])


def items_of(run: Run, state: State, scope: Scope) -> list[Any]:
    """What to iterate over. Raises Failure for what is no array."""
    if state.jsonata:
        template = state.template("Items")
        items = scope.value if template is None else template(scope)
        if not isinstance(items, list):
            if template is not None and expressions.source_of(state.get("Items")) is not None:
                raise unexpected(state, "Items", "array", items)
            raise QueryFailure(f"Map state input must be an array but was: {dumps(items)}")
        return items
    text = state.get("ItemsPath", "$")
    items = read(paths.parse(text), scope)
    run.note(afterItemsPath=items)
    if not isinstance(items, list):
        shown = text[1:] if text.startswith("$$") else text
        raise RuntimeFailure(f'Reference path "{shown}" must point to array.')
    return items


# Settings of a Map state: the field, whether it must be whole, and what it may be at least and at most.
SETTINGS = {
    "maxConcurrency": ("MaxConcurrency", True, None),
    "toleratedFailureCount": ("ToleratedFailureCount", True, None),
    "toleratedFailurePercentage": ("ToleratedFailurePercentage", False, 100),
}


def setting(run: Run, state: State, scope: Scope, name: str, default: float | None = None) -> float | None:
    """A setting by its name in a map run; ``default`` where it isn't given. Raises Failure."""
    field, whole, most = SETTINGS[name]
    value = state.setting(field, scope)
    if value is None:
        run.note(**({name: default} if default is not None else {}))
        return default
    found = _number(state, field, value, whole)
    if most is not None and not 0 <= found <= most:
        raise RuntimeFailure(f"{field} must be between 0 and {most}.")
    if found < 0:
        raise RuntimeFailure(f"{field} cannot be negative.")
    run.note(**{name: found})
    return found


def tolerance(run: Run, state: State, scope: Scope) -> dict[str, float]:
    """How many of a map run's executions may fail."""
    found = {
        name: setting(run, state, scope, name) for name in ("toleratedFailureCount", "toleratedFailurePercentage")
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _number(state: State, field: str, value: Any, whole: bool) -> float:
    if isinstance(value, str) and not state.jsonata:
        try:
            return int(value) if whole else float(value)
        except ValueError:
            pass
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if whole else float(value)
    if state.jsonata:
        raise unexpected(state, field, "number", value)
    text = value if isinstance(value, str) else dumps(value)
    raise RuntimeFailure(
        f"The {field}Path field refers to value \"{text}\" which is not a valid {'integer' if whole else 'float'}:"
        f" {state.get(field + 'Path')}")  # fmt: skip


# Items


def selected(state: State, scope: Scope, index: int, item: Any, more: dict | None = None) -> tuple[Any, dict]:
    """The input of an iteration and what its context object says of it."""
    about = {"Item": {"Index": index, "Value": item, **(more or {})}}
    template = state.template("ItemSelector") or (None if state.jsonata else state.template("Parameters"))
    if template is None:
        return item, about
    return template(scope._replace(context={**scope.context, "Map": about})), about


def _iterate(run: Run, thread: Thread, state: State, previous: int) -> Thread:
    """Begin the next iteration."""
    index = thread.data["next"]
    thread = run.put(thread, data={**thread.data, "next": index + 1})
    scope = run.scope(thread)
    scope = scope.of(effective(run, state, scope))
    value, about = selected(state, scope, index, thread.data["items"][index])
    event = run.tell(previous, "MapIterationStarted", "mapIterationStartedEventDetails", _named(thread, index))
    iteration = child(run, thread, 0, index, value)
    run.wake(run.put(iteration, last=event, item=about))
    return thread


def _named(thread: Thread, index: int) -> dict[str, Any]:
    return {"name": thread.state, "index": index}


def iteration_ended(run: Run, thread: Thread, iteration: Thread, output: Any) -> None:
    event = run.tell(iteration.last, "MapIterationSucceeded", "mapIterationSucceededEventDetails",
                     _named(thread, iteration.slot))  # fmt: skip
    state, data = run.state(thread), thread.data
    results = {**data["results"], str(iteration.slot): output}
    thread = run.put(thread, data={**data, "results": results})
    if data["next"] < len(data["items"]):
        _iterate(run, thread, state, iteration.last)
    elif len(results) == len(data["items"]):
        run.tell(event, "MapStateSucceeded")
        finish(run, run.put(thread, last=event), state, [results[str(index)] for index in range(len(results))])


def iteration_failed(run: Run, thread: Thread, iteration: Thread, failure: Failure) -> None:
    """The others are aborted, and the whole state fails as the iteration did."""
    previous = iteration.last
    run.tell(previous, "MapIterationFailed", "mapIterationFailedEventDetails", _named(thread, iteration.slot))
    for each in sorted(run.children(thread), key=lambda other: (other.id != iteration.id, other.slot)):
        if each.id != iteration.id:
            run.tell(previous, "MapIterationAborted", "mapIterationAbortedEventDetails", _named(thread, each.slot))
        abort(run, each, previous)
    fail(run, run.put(thread, last=previous), failure)


def settle(run: Run, thread: Thread, state: State, failure: Failure) -> None:
    if thread.phase in ("inside", "map") or (thread.phase == "entered" and isinstance(failure, QueryFailure)):
        run.follow(run.put(thread, phase="entered"), "MapStateFailed")


# Distributed


def _distribute(run: Run, thread: Thread, state: State, scope: Scope, items: list | None, wanted: dict) -> None:
    number = run.number()
    arn = _run_arn(run, state)
    reader = None if items is not None else _reader(state, scope)
    wanted = {**wanted, "batcher": _batcher(state, scope), "writer": _writer(state, scope),
              "type": state.processor["ProcessorConfig"].get("ExecutionType", "STANDARD")}  # fmt: skip
    thread = run.follow(thread, "MapRunStarted", "mapRunStartedEventDetails", {"mapRunArn": arn})
    run.put(thread, phase="map", attempt=number, data={"arn": arn})
    run.effects.append(StartMap(thread.id, number, arn, items, reader, wanted))


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
    config = dict(given.get("ReaderConfig", {}))
    most = state.setting("MaxItems", scope, config)
    if most is not None:
        config["MaxItems"] = int(_number(state, "MaxItems", most, True))
    return {"resource": given["Resource"], "arguments": _template(state, given, scope, "ItemReader"), "config": config}


def _batcher(state: State, scope: Scope) -> dict[str, Any] | None:
    given = state.get("ItemBatcher")
    if given is None:
        return None
    found: dict[str, Any] = {}
    for field in ("MaxItemsPerBatch", "MaxInputBytesPerBatch"):
        value = state.setting(field, scope, given)
        if value is not None:
            found[field] = int(_number(state, field, value, True))
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


def inputs(run: Run, thread_id: int, attempt: int, items: list[Any], details: list[dict] | None = None) -> list[Any]:
    """The inputs of a map run's executions: items selected and batched. Raises Failure."""
    thread = run.waiting(thread_id, attempt)
    state = run.state(thread)
    scope = run.scope(thread)
    scope = scope.of(effective(run, state, scope))
    found = [
        selected(state, scope, index, item, details[index] if details else None)[0] for index, item in enumerate(items)
    ]
    batcher = _batcher(state, scope)
    if batcher is None:
        return found
    more = {"BatchInput": batcher["BatchInput"]} if "BatchInput" in batcher else {}
    return [{"Items": batch, **more} for batch in _batches(found, batcher)]


def _batches(items: list[Any], batcher: dict[str, Any]) -> list[list[Any]]:
    most, largest = batcher.get("MaxItemsPerBatch") or len(items), batcher.get("MaxInputBytesPerBatch") or 262_144
    found: list[list[Any]] = []
    size = 0
    for item in items:
        length = len(dumps(item).encode()) + 1
        if not found or len(found[-1]) >= most or size + length > largest:
            found.append([])
            size = len('{"Items":[]}')
        found[-1].append(item)
        size += length
    return found


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


HANDLERS["Map"] = map_
ENDED["Map"] = iteration_ended
FAILED["Map"] = iteration_failed
SETTLE["Map"] = settle
