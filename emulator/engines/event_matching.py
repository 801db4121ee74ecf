"""Parsed event patterns: what they ask of an event's fields, and whether it has that."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import product
from typing import NamedTuple

from emulator.engines import pattern_tests as operators
from emulator.engines.event_fields import Fields


class Leaf(NamedTuple):
    """A field: its dotted path, how deep it stands, and the tests of which one must hold."""

    path: str
    depth: int
    tests: tuple[operators.Test, ...]


class Either(NamedTuple):
    """``$or``: the branches of which one must hold."""

    branches: tuple[tuple["Leaf | Either", ...], ...]


Node = Leaf | Either


class Pattern:
    """A parsed pattern. ``nodes`` all must hold; ``matches`` tells whether an event's fields fit.

    ``alternatives`` is how many conjunctions its choices stand for: whoever accepts a pattern limits that first, for
    matching spells them out.
    """

    def __init__(self, nodes: tuple[Node, ...]):
        self.nodes = nodes
        self.alternatives = count(nodes, lambda leaf: 1)

    @cached_property
    def _rules(self) -> tuple[tuple[Leaf, ...], ...]:
        return tuple(_spelled_out(self.nodes))

    def matches(self, fields: Fields) -> bool:
        return any(_holds(rule, 0, fields, {}) for rule in self._rules)


def count(nodes: Iterable[Node], weigh: Callable[[Leaf], int]) -> int:
    """Weights of leaves multiplied where all must hold, added up where one of several must."""
    total = 1
    for node in nodes:
        total *= weigh(node) if isinstance(node, Leaf) else sum(count(each, weigh) for each in node.branches)
    return total


def leaves(nodes: Iterable[Node]) -> Iterator[Leaf]:
    for node in nodes:
        if isinstance(node, Leaf):
            yield node
        else:
            for branch in node.branches:
                yield from leaves(branch)


def _spelled_out(nodes: Iterable[Node]) -> Iterable[tuple[Leaf, ...]]:
    """The conjunctions of which one must hold."""
    choices = [
        [(node,)] if isinstance(node, Leaf) else [rule for branch in node.branches for rule in _spelled_out(branch)]
        for node in nodes
    ]
    for chosen in product(*choices):
        yield tuple(leaf for rule in chosen for leaf in rule)


def _holds(rule: tuple[Leaf, ...], number: int, fields: Fields, places: dict[int, int]) -> bool:
    """Whether the leaves from ``number`` on hold, with fields of the same element wherever they share an array."""
    if number == len(rule):
        return True
    leaf = rule[number]
    found = fields.get(leaf.path)
    if not found:
        return operators.absent in leaf.tests and _holds(rule, number + 1, fields, places)
    for value, where in found:
        together = all(places.get(array, index) == index for array, index in where)
        if together and any(test(value) for test in leaf.tests) and _holds(
            rule, number + 1, fields, {**places, **dict(where)} if where else places
        ):
            return True
    return False
