"""What a Map state iterates over: the elements of an array, or the pairs of an object, selected and batched.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemspath.html and
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map
"""

from typing import Any, NamedTuple

from emulator.engines.asl import expressions, paths
from emulator.engines.asl.failures import QueryFailure, RuntimeFailure
from emulator.engines.asl.machine import State, read
from emulator.engines.asl.processing import unexpected
from emulator.engines.asl.run import LARGEST, Run
from emulator.engines.asl.scopes import Scope
from emulator.engines.asl.texts import dumps

STATE_DATA = "STATE_DATA"


class Item(NamedTuple):
    """``key`` of a pair of an object; ``source`` is STATE_DATA or the file it was read from (``S3://bucket/key``)."""

    value: Any
    key: str | None = None
    source: str = STATE_DATA

    @property
    def given(self) -> Any:
        """What an iteration gets where nothing selects it."""
        return self.value if self.key is None else {"Key": self.key, "Value": self.value}


def listed(found: list[Any] | dict[str, Any], source: str = STATE_DATA) -> list[Item]:
    if isinstance(found, dict):
        return [Item(value, key, source) for key, value in found.items()]
    return [Item(value, None, source) for value in found]


def of(run: Run, state: State, scope: Scope) -> list[Item]:
    """The items in the state's input. Raises Failure for what is neither array nor object."""
    found = _queried(state, scope) if state.jsonata else _pointed(run, state, scope)
    return listed(found)


def _queried(state: State, scope: Scope) -> list[Any] | dict[str, Any]:
    template = state.template("Items")
    items = scope.value if template is None else template(scope)
    if isinstance(items, list | dict):
        return items
    if template is not None and expressions.source_of(state.get("Items")) is not None:
        raise unexpected(state, "Items", "array", items)
    raise QueryFailure(f"Map state input must be an array but was: {dumps(items)}")


def _pointed(run: Run, state: State, scope: Scope) -> list[Any] | dict[str, Any]:
    text = state.get("ItemsPath", "$")
    items = read(paths.parse(text), scope)
    run.note(afterItemsPath=items)
    if not isinstance(items, list | dict):
        shown = text[1:] if text.startswith("$$") else text
        raise RuntimeFailure(f'Reference path "{shown}" must point to array.')
    return items


def selected(state: State, scope: Scope, index: int, item: Item) -> tuple[Any, dict]:
    """The input of an iteration and what its context object says of it."""
    about = {"Index": index, "Value": item.value, "Source": item.source}
    if item.key is not None:
        about["Key"] = item.key
    template = state.template("ItemSelector") or (None if state.jsonata else state.template("Parameters"))
    if template is None:
        return item.given, {"Item": about}
    return template(scope._replace(context={**scope.context, "Map": {"Item": about}})), {"Item": about}


def batched(items: list[Any], batcher: dict[str, Any]) -> list[dict[str, Any]]:
    """Inputs of iterations, each with as many items as may be together; ``batcher`` as an ItemBatcher, evaluated."""
    more = {"BatchInput": batcher["BatchInput"]} if "BatchInput" in batcher else {}
    most, largest = batcher.get("MaxItemsPerBatch") or len(items), batcher.get("MaxInputBytesPerBatch") or LARGEST
    empty = len(dumps({**more, "Items": []}).encode())
    found: list[list[Any]] = []
    size = 0
    for item in items:
        length = len(dumps(item).encode()) + 1
        if not found or len(found[-1]) >= most or size + length > largest:
            found.append([])
            size = empty
        found[-1].append(item)
        size += length
    return [{**more, "Items": each} for each in found]
