"""An event as event patterns see it: the values at each dotted path, and in which elements of arrays they stand."""

from typing import Any

# By dotted path: (value, where). ``where`` holds (array, index) for each array around the value, so that fields of
# different elements of one array are not taken for one object's.
Where = tuple[tuple[int, int], ...]
Fields = dict[str, list[tuple[Any, Where]]]


def fields_of(event: dict) -> Fields:
    """All fields of a JSON object. Empty arrays and objects hold none."""
    found: Fields = {}
    _Walker(found).object("", event, ())
    return found


class _Walker:
    def __init__(self, found: Fields):
        self.found = found
        self.arrays = 0

    def object(self, path: str, value: dict, where: Where) -> None:
        for name, each in value.items():
            self.any(f"{path}.{name}" if path else name, each, where)

    def any(self, path: str, value, where: Where) -> None:
        if isinstance(value, dict):
            self.object(path, value, where)
        elif isinstance(value, list):
            self.arrays += 1
            array = self.arrays
            for index, each in enumerate(value):
                nested = isinstance(each, (dict, list))
                self.any(path, each, (*where, (array, index)) if nested else where)
        else:
            self.found.setdefault(path, []).append((value, where))
