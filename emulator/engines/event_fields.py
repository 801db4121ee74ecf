"""An event as event patterns see it: the values at each dotted path, and in which elements of arrays they stand."""

from typing import Any

# By dotted path: (value, where). ``where`` holds (array, index) for each array around the value, so that fields of
# different elements of one array are not taken for one object's.
Where = tuple[tuple[int, int], ...]
Fields = dict[str, list[tuple[Any, Where]]]


def fields_of(event: dict) -> Fields:
    """All fields of a JSON object, however deep. Empty arrays and objects hold none."""
    found: Fields = {}
    arrays = 0
    waiting: list[tuple[str, Any, Where]] = [("", event, ())]
    while waiting:
        path, value, where = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}" if path else name, each, where) for name, each in value.items()]
        elif isinstance(value, list):
            arrays += 1
            waiting += [
                (path, each, (*where, (arrays, index)) if isinstance(each, (dict, list)) else where)
                for index, each in enumerate(value)
            ]
        else:
            found.setdefault(path, []).append((value, where))
    return found
