"""The declaration of a kind of resource: how it is made, read, changed, listed, tagged and deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.probes import Trial


@dataclass(frozen=True)
class Kind:
    """Each function gets a Trial and the resource's name. ``values`` are what can be written and must be read back.

    ``again``: the code of creating the same thing again (None: it is accepted and changes nothing); ``missing``: the
    code of reading what is gone. ``pages(trial, prefix, size)`` lists by pages. None where there is no such operation.
    """

    service: str
    name: str
    values: tuple[Any, ...]
    create: Callable[[Trial, str, Any], Any]
    read: Callable[[Trial, str], Any]
    delete: Callable[[Trial, str], Any]
    missing: str
    again: str | None = None
    update: Callable[[Trial, str, Any], Any] | None = None
    listed: Callable[[Trial, str], list[str]] | None = None
    pages: Callable[[Trial, str, int], list[str]] | None = None
    tag: Callable[[Trial, str, dict], Any] | None = None
    untag: Callable[[Trial, str, list], Any] | None = None
    tags: Callable[[Trial, str], dict] | None = None
    #: Creates with an idempotency token and gives what was made; asked again in the same words it must give the same.
    retry: Callable[[Trial, str, Any, str], Any] | None = None
    #: Made anew for every sequence, before the first call; gives what the functions find as ``trial.place``.
    place: Callable[[Trial], Any] | None = None
    #: Of several that create the same thing at once with other values: how many may be accepted.
    winners: int = 1
    #: Sequences; fewer where a step takes its time.
    sequences: int = 12


def follow(trial: Trial, operation: str, given: dict, member: str, token: tuple[str, str], name: str) -> list[str]:
    """The names on all pages; no page may be empty and still promise another for ever."""
    found, given, count = [], dict(given), 0
    while True:
        answer = trial.ask(operation, **given)
        found += [each[name] if name else each for each in answer.get(member, [])]
        count += 1
        if not answer.get(token[0]):
            return found
        assert count < 500, f"{operation} never comes to an end"
        given[token[1]] = answer[token[0]]
