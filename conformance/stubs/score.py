"""What the suite makes of the stubs, and how many of the seeded faults it catches."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from conformance import verdict
from conformance.generator.operations import operations
from conformance.report import counts, score
from conformance.run import Task, run_operation
from conformance.services import DECLARED
from conformance.stubs.answers import STUBS
from conformance.stubs.faults import KINDS, Fault, chosen, possible
from conformance.stubs.proxy import Proxy
from conformance.stubs.server import serving
from conformance.world import Endpoint

#: Variants of an operation that a stub meets in a sampled run, those that look for one seeded fault, and the faults.
STUB_VARIANTS, FAULT_VARIANTS, FAULTS = 40, 16, 6
#: A stub's score above these is a defect of the suite; so is a share of caught faults below.
MOST_POSITIVES, MOST_ALL, LEAST_CAUGHT = 0.01, 0.05, 0.98


class StubScore(NamedTuple):
    """``operations``: the score by operation, as ``service.Operation``. ``passed`` names the variants."""

    name: str
    score: dict
    verdicts: dict[str, int]
    passed: list[str]
    operations: dict[str, dict]

    @property
    def fooled(self) -> bool:
        return self.score["positives_share"] >= MOST_POSITIVES or self.score["share"] >= MOST_ALL


class FaultScore(NamedTuple):
    """``missed`` names the faults that no variant noticed; ``operations``: caught and seeded by operation."""

    seeded: int
    caught: int
    by_kind: dict[str, tuple[int, int]]
    missed: list[str]
    operations: dict[str, tuple[int, int]]

    @property
    def share(self) -> float:
        return self.caught / max(1, self.seeded)


def stub_score(name: str, services: tuple[str, ...], seed: int, limit: int | None, until: float) -> StubScore:
    """Run the suite against one stub."""
    results, operation_scores = [], {}
    with serving(STUBS[name]) as url:
        endpoint = Endpoint(url, patience=0)  # a stub makes nothing, however long one waits
        names = [(service, operation.name) for service in services for operation in operations(service)]
        for number, (service, operation) in enumerate(names):
            left = (until - time.monotonic()) / (len(names) - number)
            task = Task(endpoint, service, operation, seed, limit, time.monotonic() + max(left, 0.01), explain=False)
            found = run_operation(task)
            operation_scores[f"{service}.{operation}"] = score(found)
            results += found
    passed = [f"{result.service} {result.operation} {result.title}" for result in results
              if result.verdict == verdict.PASSED]
    return StubScore(name, score(results), counts(results), passed, operation_scores)


class Mutants:
    """Seeds faults into the answers of an emulator of its own and watches whether the suite notices."""

    def __init__(self, proxy: Proxy, url: str, seed: int):
        self.proxy, self.seed = proxy, seed
        self.endpoint = Endpoint(url, patience=1)
        self.baseline: dict[tuple[str, str], frozenset[str]] = {}

    def variants(self, service: str, operation: str, only: frozenset[str] | None = None) -> frozenset[str]:
        """Ids of the telling variants that pass."""
        task = Task(self.endpoint, service, operation, self.seed, FAULT_VARIANTS, None, False, only)
        self.proxy.admin("reset", {})
        return frozenset(result.id for result in run_operation(task) if result.verdict == verdict.PASSED)

    def faults(self, service: str, operation) -> list[Fault]:
        """Every fault that could show in the answers of an operation."""
        self.proxy.watching = True
        self.proxy.seen.clear()
        passed = self.baseline[service, operation.name] = self.variants(service, operation.name)
        self.proxy.watching = False
        return list(possible(operation, self.proxy.seen[service, operation.name])) if passed else []

    def caught(self, fault: Fault) -> bool:
        """Whether a variant that passed does not pass any more."""
        expected = self.baseline[fault.service, fault.operation]
        self.proxy.fault = fault
        try:
            return bool(expected - self.variants(fault.service, fault.operation, expected))
        finally:
            self.proxy.fault = None


def mutants(services: tuple[str, ...], seed: int, until: float, share: tuple[int, int],
            limit: int | None) -> list[tuple[Fault, bool]]:
    """Seed faults until the time is up, at most ``limit`` into an operation; each with whether it was caught.

    The operations of this worker (``share``: which of how many) come in an order of the seed's. Their faults follow
    each at once, so that one slow operation doesn't take the time of all.
    """
    from lab.replayer.endpoint import started

    names = [(service, operation) for service in services for operation in operations(service)]
    random.Random(seed).shuffle(names)
    tried = []
    with started() as emulator:
        proxy = Proxy(emulator.url)
        with serving(proxy) as url:
            worker = Mutants(proxy, url, seed)
            for number, (service, operation) in enumerate(names[share[0]::share[1]]):
                for fault in chosen(worker.faults(service, operation), seed + number)[:limit]:
                    if time.monotonic() > until:
                        return tried
                    tried.append((fault, worker.caught(fault)))
    return tried


def fault_score(tried: list[tuple[Fault, bool]]) -> FaultScore:
    seeded = Counter(fault.kind for fault, _ in tried)
    caught = Counter(fault.kind for fault, noticed in tried if noticed)
    places = Counter(f"{fault.service}.{fault.operation}" for fault, _ in tried)
    noticed_at = Counter(f"{fault.service}.{fault.operation}" for fault, noticed in tried if noticed)
    return FaultScore(len(tried), sum(caught.values()),
                      {kind: (caught[kind], seeded[kind]) for kind in KINDS if seeded[kind]},
                      sorted(str(fault) for fault, noticed in tried if not noticed),
                      {name: (noticed_at[name], places[name]) for name in sorted(places)})


def run_stubs(services: tuple[str, ...] = DECLARED, seed: int = 0, budget: float | None = 50.0, jobs: int = 2,
              progress: Callable[[str], None] = lambda line: None) -> tuple[list[StubScore], FaultScore]:
    """Score every stub, then seed faults for what is left of the time (without a budget: everything)."""
    begun = time.monotonic()
    forever = begun + 86_400
    limit = STUB_VARIANTS if budget else None
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        until = begun + budget * 0.4 if budget else forever
        waiting = [pool.submit(_stub, name, services, seed, limit, until - begun) for name in STUBS]
        stubs = []
        for future in waiting:
            stubs.append(future.result())
            progress(f"{stubs[-1].name}: {stubs[-1].score}")
        # Stubs that took longer than their share leave the faults a third all the same.
        left = max(begun + budget * 0.96 - time.monotonic(), budget / 3) if budget else forever - begun
        parts = [pool.submit(_mutants, services, seed, left, (number, jobs), FAULTS if budget else None)
                 for number in range(jobs)]
        tried = [each for part in parts for each in part.result()]
    return stubs, fault_score(tried)


def _stub(name, services, seed, limit, left) -> StubScore:
    """In the worker, whose clock is its own; two stubs share the time, one after the other."""
    return stub_score(name, services, seed, limit, time.monotonic() + left / max(1, len(STUBS) // 2))


def _mutants(services, seed, left, share, limit) -> list[tuple[Fault, bool]]:
    return mutants(services, seed, time.monotonic() + left, share, limit)

