"""The filters of a log group, metric filters as subscriptions: by name, so many of each kind, in the names' order."""

from operator import attrgetter
from typing import Any

from emulator.services.logs.errors import limit_exceeded, not_found
from emulator.services.logs.tables import Filter

Filters = tuple[Filter, ...]


def settings(given: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What a filter is told to do: all of ``given``, and of ``more`` what is not empty."""
    return given | {name: value for name, value in more.items() if value}


def with_one(filters: Filters, made: Filter, most: int) -> Filters:
    """The filters with one more, or with one in the place of its namesake. Raises LimitExceededException."""
    others = tuple(each for each in filters if each.name != made.name)
    if len(others) >= most:
        raise limit_exceeded()
    return tuple(sorted((*others, made), key=attrgetter("name")))


def without(filters: Filters, name: str, kind: str) -> Filters:
    """Raises ResourceNotFoundException."""
    kept = tuple(each for each in filters if each.name != name)
    if len(kept) == len(filters):
        raise not_found(f"The specified {kind} does not exist.")
    return kept
