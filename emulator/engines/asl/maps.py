"""Map states: iterations inside the execution, or (distributed) a map run of executions of their own.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
"""

from typing import Any

from emulator.engines.asl import datasets, distributed, map_items
from emulator.engines.asl.failures import Failure, QueryFailure
from emulator.engines.asl.interpreter import ENDED, FAILED, HANDLERS, fail
from emulator.engines.asl.machine import State
from emulator.engines.asl.map_items import Item
from emulator.engines.asl.map_settings import setting, tolerance
from emulator.engines.asl.parallel import abort, child
from emulator.engines.asl.processing import effective
from emulator.engines.asl.recovery import SETTLE
from emulator.engines.asl.run import Run, Thread
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.tasks import finish

INLINE_MOST = 40  # iterations at once where MaxConcurrency is 0


def map_(run: Run, thread: Thread, state: State) -> None:
    scope = run.scope(thread)
    scope = scope.of(effective(run, state, scope))
    reader = state.get("ItemReader")
    items = None if reader is not None else map_items.of(run, state, scope)
    most = setting(run, state, scope, "maxConcurrency", 0)
    thread = run.follow(thread, "MapStateStarted", "mapStateStartedEventDetails", {"length": len(items or ())})
    wanted = {"maxConcurrency": most, **tolerance(run, state, scope)}
    if run.alone:
        _look_ahead(run, thread, state, scope, items)
        return
    if state.distributed:
        distributed.distribute(run, thread, state, scope, items, wanted)
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


def _look_ahead(run: Run, thread: Thread, state: State, scope: Scope, items: list[Item] | None) -> None:
    """What the iterations would get, for who looks at the state by itself."""
    items = _stand_in(run, state) if items is None else items
    run.put(thread, phase="inside", data={"items": len(items)})
    if "ItemSelector" in state.definition:
        run.note(afterItemSelector=[
            map_items.selected(state, scope, index, item)[0] for index, item in enumerate(items)])  # fmt: skip
    if "ItemBatcher" in state.definition:
        run.note(afterItemBatcher=distributed.prepared(state, scope, items))


def _stand_in(run: Run, state: State) -> list[Item]:
    """The items in what is given in place of the ItemReader's file."""
    if "data" not in run.probe:
        return []
    config = state.get("ItemReader").get("ReaderConfig", {})
    found = datasets.read(run.probe["data"].encode(), config)
    if "ItemsPointer" in config:
        run.note(afterItemsPointer=found)
    return map_items.listed(found)


def _iterate(run: Run, thread: Thread, state: State, previous: int) -> Thread:
    """Begin the next iteration."""
    index = thread.data["next"]
    thread = run.put(thread, data={**thread.data, "next": index + 1})
    scope = run.scope(thread)
    scope = scope.of(effective(run, state, scope))
    value, about = map_items.selected(state, scope, index, Item(*thread.data["items"][index]))
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


HANDLERS["Map"] = map_
ENDED["Map"] = iteration_ended
FAILED["Map"] = iteration_failed
SETTLE["Map"] = settle
