"""All variants of an operation, of a service, of the manifest; the same seed gives the same ones in the same order."""

from collections.abc import Callable, Iterator
from typing import Any

from conformance.generator.hints import Hints
from conformance.generator.negatives import Negatives
from conformance.generator.positives import Positives, unique
from conformance.generator.tree import places
from conformance.generator.values import Values
from conformance.generator.variant import Variant
from emulator.model import Operation, load, manifest

NO_HINTS = Hints()
#: A service's rule over the input of an operation: the input to send, or the reason why AWS would not take it.
Rule = Callable[[str, dict, tuple], Any]


def operations(service: str) -> list[Operation]:
    """The operations of the manifest that the model has, in the manifest's order."""
    model = load(service)
    return [model.operations[name] for name in manifest()["services"][service]["operations"]
            if name in model.operations]


def variants(operation: Operation, hints: Hints = NO_HINTS, seed: int = 0) -> Iterator[Variant]:
    """Positives first: the minimal one is always the first of all."""
    values = Values(operation.name, hints)
    found = places(operation, values)
    positives = Positives(operation, values, found, seed)
    yield from unique(positives.all())
    yield from unique(Negatives(positives, operation.service.protocols[0]).all())
