"""All variants of an operation, of a service, of the manifest; the same seed gives the same ones in the same order."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import structs

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


#: Protocols that a client of the suite can speak beside a service's first, and what is said again in them.
SPOKEN = frozenset(("json", "query", "rest-json", "rest-xml"))
SAID_AGAIN = frozenset(("minimal", "maximal", "sample", "optional", "boundary", "enum", "union", "unicode", "empty",
                        "value", "required", "length", "range", "member", "pattern", "reference"))


def variants(operation: Operation, hints: Hints = NO_HINTS, seed: int = 0) -> Iterator[Variant]:
    """Positives first: the minimal one is always the first of all. What other protocols are spoken comes last."""
    values = Values(operation.name, hints)
    found = places(operation, values)
    first, *others = operation.service.protocols
    positives = Positives(operation, values, found, seed)
    negatives = Negatives(positives, first)
    good, bad = list(unique(positives.all(first))), list(unique(negatives.all()))
    yield from good
    yield from bad
    for protocol in others:
        if protocol in SPOKEN:
            again = Negatives(positives, protocol)
            yield from said_in(protocol, [*(each for each in (*good, *bad) if each.strategy in SAID_AGAIN and
                                            not (protocol == "query" and _hollow(each.input))),
                                          *again.alone(), *positives.unknown(protocol)])


def _hollow(value) -> bool:
    """Whether there is an empty structure inside: a form has no way to send one."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(each == {} or _hollow(each) for each in inner)


def said_in(protocol: str, found: list[Variant]) -> Iterator[Variant]:
    """The variants in another protocol: its name is the strategy's."""
    for each in found:
        yield structs.replace(each, strategy=protocol, detail=f"{each.strategy}: {each.detail}", protocol=protocol)
