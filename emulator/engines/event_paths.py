"""The JSON paths that EventBridge understands: ``$.detail.items[0].id``, ``$.detail-type``, ``$.resources[*]``.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import re
from functools import lru_cache
from typing import Any

MISSING = object()
_STEP = re.compile(r"\.([^.\[\]\s<>]+)|\[(\d+|\*)\]|\['([^']+)'\]")


@lru_cache(maxsize=4096)
def parse(path: str) -> tuple[str | int | None, ...]:
    """The steps of a path: names, indices, None for every element. Raises ValueError."""
    if not path.startswith("$"):
        raise ValueError(f"{path!r} does not begin with $")
    steps: list[str | int | None] = []
    at = 1
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            raise ValueError(f"{path!r} is no path that EventBridge knows")
        name, index, quoted = found.groups()
        steps.append((None if index == "*" else int(index)) if index else name or quoted)
        at = found.end()
    return tuple(steps)


def look_up(document: Any, path: str) -> Any:
    """The value at a path, a list where it has a ``[*]``; MISSING where there is none. Raises ValueError."""
    return _walk(document, parse(path))


def _walk(value: Any, steps: tuple) -> Any:
    for number, step in enumerate(steps):
        if step is None:
            if not isinstance(value, list):
                return MISSING
            found = [_walk(each, steps[number + 1 :]) for each in value]
            return [each for each in found if each is not MISSING]
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return MISSING
    return value
