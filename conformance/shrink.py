"""The smallest input that still fails in the same way."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from conformance.generator.paths import Key, removed, replaced

#: Calls that shrinking one failure may cost.
MOST_TRIES = 60


def signature(reasons: tuple[str, ...] | list[str]) -> str:
    """What makes two failures the same: the reasons without numbers, ids and quoted values."""
    return re.sub(r"[0-9a-f]{6,}|\d+|'[^']*'|\"[^\"]*\"", "·", " ".join(reasons[:1]))[:200]


def smaller(given: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any]]:
    """Places that can be made smaller, outermost first, with what to put there; ``...`` takes the place away."""
    if isinstance(given, dict) and type(given) is dict:
        for name, value in given.items():
            yield (*path, Key(name)), ...
            yield from smaller(value, (*path, Key(name)))
    elif type(given) is list:
        for number in reversed(range(1, len(given))):
            yield (*path, number), ...
        for number, value in enumerate(given[:1]):
            yield from smaller(value, (*path, number))
    elif type(given) is str and len(given) > 8:
        yield path, given[: len(given) // 2]


def shrink(given: dict, fails: Callable[[dict], bool]) -> dict:
    """Greedy: the first smaller input that still fails is taken, until none does or the tries are used up."""
    tries, again = 0, True
    while again and tries < MOST_TRIES:
        again = False
        for path, value in list(smaller(given)):
            if tries >= MOST_TRIES:
                break
            candidate = removed(given, path) if value is ... else replaced(given, path, value)
            tries += 1
            if fails(candidate):
                given, again = candidate, True
                break
    return given
