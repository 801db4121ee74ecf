"""The sums over all services, as the tiles of the index and the first lines of the pages tell them."""

from collections import defaultdict
from typing import NamedTuple

from conformance.report import POSITIVES
from lab.matrix.cells import Service
from lab.matrix.records import added


class Totals(NamedTuple):
    """``positives`` and ``passed``: variants; ``stubs`` and ``stubs_passed``: the positives that the best stub met."""

    operations: int
    implemented: int
    evidence: int
    agreeing: int
    live: int
    positives: int
    passed: int
    probes: int
    holding: int
    stubs: int
    stubs_passed: int
    seeded: int
    caught: int


def totals(services: list[Service]) -> Totals:
    positives = [each.conformance.get(POSITIVES, {}) for each in services]
    stubs = defaultdict(list)
    for name, score in (pair for each in services for pair in each.stubs.items()):
        stubs[name].append(score)
    best = max(map(added, stubs.values()), key=lambda score: score["positives_passed"] / max(1, score["positives"]),
               default={"positives": 0, "positives_passed": 0})
    return Totals(
        operations=sum(each.modelled for each in services),
        implemented=sum(each.implemented for each in services),
        evidence=sum(each.evidence for each in services),
        agreeing=sum(each.agreeing for each in services),
        live=sum(each.live for each in services),
        positives=sum(sum(each.values()) for each in positives),
        passed=sum(each.get("passed", 0) for each in positives),
        probes=sum(sum(each.probes.values()) for each in services),
        holding=sum(each.probes.get("equal", 0) for each in services),
        stubs=best["positives"],
        stubs_passed=best["positives_passed"],
        seeded=sum(each.faults.get("seeded", 0) for each in services),
        caught=sum(each.faults.get("caught", 0) for each in services),
    )
