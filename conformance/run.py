"""Runs variants against an endpoint: operation by operation, over processes, with a budget where one is given."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import NamedTuple

from msgspec import structs

from conformance import verdict
from conformance.generator.operations import operations, variants
from conformance.generator.variant import SEQUENCE, Variant
from conformance.judge import Judgement, judge
from conformance.services import DECLARED, declaration
from conformance.shrink import shrink, signature
from conformance.snippet import snippet
from conformance.verdict import Result
from conformance.world import Endpoint, World
from emulator.model import Operation, load
from lab.replayer.executors import executor

#: A sampled run takes one variant of each strategy in turn, the most telling strategies first.
TELLING = ("minimal", "maximal", "reference", "sample", "optional", "required", "type", "boundary", "pattern", "length",
           "member", "range", "enum", "value", "union", "signature", "query", "json", "unknown", "without", "pair",
           "malformed", "empty", "unicode", "token", "rest-json", "rest-xml")
#: Snippets kept per operation: one for each kind of failure, up to so many.
MOST_SNIPPETS = 8


class Task(NamedTuple):
    """One operation for a process. ``limit``: variants at most; ``until``: a moment of the monotonic clock."""

    endpoint: Endpoint
    service: str
    operation: str
    seed: int
    limit: int | None = None
    until: float | None = None
    explain: bool = True
    only: frozenset[str] | None = None


def ranked(found: list[Variant]) -> list[Variant]:
    """The variants so that every beginning of the list tells the most: the strategies take turns."""
    groups = {name: [each for each in found if each.strategy == name] for name in TELLING}
    turns, order = cycle(TELLING), []
    queues = {name: iter(group) for name, group in groups.items()}
    while len(order) < len(found):
        following = next(queues[next(turns)], None)
        if following is not None:
            order.append(following)
    return order


def run_operation(task: Task) -> list[Result]:
    """Every variant of one operation, the minimal one first: on it depends what a right refusal is worth."""
    operation = load(task.service).operations[task.operation]
    found = list(variants(operation, declaration(task.service).hints, task.seed))
    if task.only is not None:
        found = [each for each in found if each.id in task.only]
    if task.limit is not None or task.until is not None:
        found = ranked(found)[: task.limit]
    return Runner(task, operation).run(found)


class Runner:
    """Runs the variants of one operation one after the other."""

    def __init__(self, task: Task, operation: Operation):
        self.task, self.operation = task, operation
        self.shared: World | None = None
        self.signatures: set[str] = set()

    def run(self, found: list[Variant]) -> list[Result]:
        results, twin = [], None
        for variant in found:
            if self.task.until is not None and time.monotonic() > self.task.until and results:
                break
            if twin is not None and twin.verdict == verdict.NOT_IMPLEMENTED:
                results.append(self.result(variant, Judgement(verdict.NOT_IMPLEMENTED)))
                continue
            judgement = self.one(variant)
            if variant.strategy == "minimal":
                twin = judgement
            elif not variant.positive and judgement.verdict == verdict.PASSED and not accepted(twin):
                judgement = judgement._replace(verdict=verdict.UNPROVEN)
            results.append(self.result(variant, judgement))
        self.end_shared()
        return results

    def one(self, variant: Variant) -> Judgement:
        """Judge in a world of its own, or in one shared with other variants that change nothing."""
        known, name = declaration(variant.service), variant.operation
        shares = (known.looks(name) and name not in known.alone) or variant.strategy in ("signature", "malformed")
        if shares:
            if self.shared is None:
                self.shared = self.world("shared")
            return judge(self.operation, variant, self.shared)
        world = self.world(variant.id)
        try:
            return judge(self.operation, variant, world)
        finally:
            world.close()

    def world(self, name: str) -> World:
        return World(self.task.endpoint, self.task.service, f"{self.task.seed}/{self.task.operation}/{name}")

    def end_shared(self) -> None:
        if self.shared is not None:
            self.shared.close()
            self.shared = None

    def result(self, variant: Variant, judgement: Judgement) -> Result:
        shown = None
        if judgement.verdict == verdict.FAILED and self.task.explain:
            kind = signature(judgement.reasons)
            if kind not in self.signatures and len(self.signatures) < MOST_SNIPPETS:
                self.signatures.add(kind)
                shown = self.explained(variant, judgement)
        return Result(variant.id, variant.service, variant.operation, variant.strategy, variant.title, variant.positive,
                      judgement.verdict, list(judgement.reasons), shown)

    def explained(self, variant: Variant, judgement: Judgement) -> str:
        """The snippet of the smallest form that fails alike."""
        wanted = signature(judgement.reasons)

        def again(given: dict) -> tuple[Judgement, World]:
            world = self.world(f"{variant.id}/shrink")
            smaller = structs.replace(variant, input=given)
            return judge(self.operation, smaller, world), world

        def fails(given: dict) -> bool:
            got, world = again(given)
            world.close()
            return got.verdict == verdict.FAILED and signature(got.reasons) == wanted

        smallest = variant.input
        if variant.positive:
            smallest = shrink(variant.input, fails)
        got, world = again(smallest)
        shown = snippet(variant, got.given or {}, got.before, self.task.endpoint.url, world.account,
                        world.region)
        world.close()
        return shown


def accepted(twin: Judgement | None) -> bool:
    """Whether the right input was taken: only then a refusal of the wrong one says anything."""
    return twin is not None and twin.answer is not None and twin.answer.ok and twin.verdict != verdict.FAILED


class Work(NamedTuple):
    """What a worker does: the variants of an operation, within ``share`` seconds; without one a service's sequences."""

    task: Task
    share: float | None = None


def run(endpoint: Endpoint, services: list[str], seed: int = 0, jobs: int = 2, budget: float | None = None,
        progress: Callable[[str], None] = lambda line: None, cluster: str | None = None) -> Iterator[list[Result]]:
    """The results of each operation as they come, in no particular order. ``budget``: seconds for all variants.

    ``jobs``: processes of this machine; ``cluster``: the address of a Dask scheduler whose workers do it instead.
    """
    names = [(service, operation.name) for service in services for operation in operations(service)]
    workers = executor(jobs, cluster)
    share = budget * workers.workers / max(1, len(names)) if budget else None
    items = [Work(Task(endpoint, *name, seed), share) for name in names]
    items += [Work(Task(endpoint, service, "", seed)) for service in services if service in DECLARED]
    for number, (index, results) in enumerate(workers.run(do, items), 1):
        task = items[index].task
        progress(f"{number}/{len(items)} {task.service} {task.operation or 'sequences'}: {len(results)} variants")
        yield results


def do(work: Work) -> list[Result]:
    """In the worker: the clock of an operation starts when it does; the state machines of a service have none."""
    from conformance.sequences import run_sequences

    task = work.task
    if not task.operation:
        return run_sequences(task.endpoint, [task.service], task.seed)
    return run_operation(task._replace(until=time.monotonic() + work.share) if work.share else task)


def run_all(endpoint: Endpoint, services: list[str], seed: int = 0, jobs: int = 2, budget: float | None = None,
            progress: Callable[[str], None] = lambda line: None, cluster: str | None = None) -> list[Result]:
    """Every result, in the order of the manifest, so that two runs compare line by line."""
    found = {}
    for results in run(endpoint, services, seed, jobs, budget, progress, cluster):
        if results:
            name = "" if results[0].strategy == SEQUENCE else results[0].operation
            found[results[0].service, name] = results
    names = [(service, name) for service in services
             for name in (*(operation.name for operation in operations(service)), "")]
    return [result for name in names for result in found.get(name, ())]
