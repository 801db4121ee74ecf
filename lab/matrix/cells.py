"""The matrix as data: for each service and operation what is implemented, and what replays, conformance, probes found.

Everything comes from run records, the pinned manifest, the rules of the planes and the emulator's own list of
operations; nothing is typed. The newest run of each suite gives the numbers, older ones are the history.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from conformance.manifest.planes import plane_of
from conformance.report import NEGATIVES, POSITIVES, SEQUENCES
from conformance.stubs import FAULTS
from conformance.verdict import VERDICTS as VARIANT_VERDICTS
from emulator.model import manifest
from lab.errors import LabError
from lab.matrix.records import Counts, Head, RunRef, added, counts, heads, rows_of
from lab.report.result import EVIDENCE, Row

#: How this machine asks the emulator what it implements; a process of its own, so that the lab imports nothing of it.
OPERATIONS_COMMAND = (sys.executable, "-m", "emulator.cli", "operations", "--json")
#: The suites that a service has cells of, in the order of pages.
SUITES = ("replay", "conformance", "probes", "stubs")


class Operation(msgspec.Struct):
    """One operation. ``plane`` is None for what the pinned model lacks (a request that no operation fits).

    ``replays``: provenance to verdict to number of steps, zeros left out. ``conformance``: kind of variants to verdict
    to number. ``probes``: verdict to number. ``stubs``: stub to its score on this operation's variants.
    ``faults``: seeded and caught.
    """

    operation: str
    implemented: bool
    plane: str | None
    plane_reason: str | None
    replays: Counts = {}
    conformance: Counts = {}
    probes: dict[str, int] = {}
    stubs: Counts = {}
    faults: dict[str, int] = {}

    @property
    def tried(self) -> bool:
        """Whether anything says something of it, so that it has a page."""
        return bool(self.replays or self.conformance or self.probes)

    @property
    def outcome(self) -> str:
        """``failing``, ``agreeing`` or ``untried``: for the filter."""
        if not self.tried:
            return "untried"
        bad = ("different", "unreachable", "unsupported")
        wrong = any(verdicts.get(name) for verdicts in (*self.replays.values(), self.probes) for name in bad)
        return "failing" if wrong or any(each.get("failed") for each in self.conformance.values()) else "agreeing"


class Past(msgspec.Struct):
    """One run of the history: ``counts`` by verdict for replays and probes, by verdict of variants for conformance."""

    suite: str
    run: RunRef
    counts: dict[str, int]


class Plane(msgspec.Struct):
    """How many operations of a plane there are, and how many are implemented."""

    implemented: int
    operations: int


class Service(msgspec.Struct):
    """One service. ``rows`` are the newest runs', by suite: they stand in the records and on pages, not in the data.

    ``runs``: suite to the run that its numbers are from. ``conformance`` and ``stubs`` are the sums over operations;
    ``sequences``: kind of resource to verdicts. ``compared``: endpoint to its replays in the newest comparison
    (``lab compare --keep``), where listed differences count for none of them.
    """

    service: str
    family: str
    planes: dict[str, Plane]
    operations: list[Operation]
    replays: Counts
    conformance: Counts
    sequences: Counts
    probes: dict[str, int]
    stubs: Counts
    faults: dict[str, int]
    runs: dict[str, RunRef]
    history: list[Past]
    compared: dict[str, Counts]
    rows: dict[str, list[Row]]

    @property
    def modelled(self) -> int:
        return sum(plane.operations for plane in self.planes.values())

    @property
    def implemented(self) -> int:
        return sum(plane.implemented for plane in self.planes.values())

    @property
    def reach(self) -> str:
        """How far the planes are implemented: ``full``, ``partial``, ``control-only`` or ``none``."""
        if self.implemented == self.modelled:
            return "full"
        data = self.planes.get("data")
        if data and not data.implemented and self.implemented:
            return "control-only"
        return "partial" if self.implemented else "none"

    @property
    def live(self) -> int:
        """Steps that are compared with a live recording of AWS."""
        return sum(self.replays.get("aws-live", {}).values())

    @property
    def evidence(self) -> int:
        """Steps that say something about AWS."""
        return evidence_in(self.replays)

    @property
    def agreeing(self) -> int:
        """Steps of evidence that are equal or equivalent."""
        return agreeing_in(self.replays)


def evidence_in(replays: Counts) -> int:
    """Steps that say something about AWS."""
    return sum(sum(verdicts.values()) for name, verdicts in replays.items() if name in EVIDENCE)


def agreeing_in(replays: Counts) -> int:
    """Steps of evidence that are equal or equivalent."""
    return sum(verdicts.get("equal", 0) + verdicts.get("equivalent", 0)
               for name, verdicts in replays.items() if name in EVIDENCE)


def best_stub(stubs: Counts) -> dict[str, int] | None:
    """The score of the stub that got the furthest; None where none was tried."""
    return max(stubs.values(), key=lambda score: (score["passed"], score["variants"]), default=None)


def implemented_operations() -> dict[str, set[str]]:
    """Service to the operations that the emulator implements, as its own command tells. Raises LabError."""
    done = subprocess.run(OPERATIONS_COMMAND, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"`emulator operations --json` failed: {done.stderr.strip()}")
    found = defaultdict(set)
    for row in json.loads(done.stdout):
        if row["implemented"]:
            found[row["service"]].add(row["operation"])
    return dict(found)


def by_title(rows: list[Row]) -> Counts:
    """What rows counted, by their title: positive variants first."""
    found = _grouped(rows, lambda row: row.title)
    return {title: found[title] for title in dict.fromkeys((POSITIVES, NEGATIVES, *found)) if title in found}


def _grouped(rows: list[Row], key) -> Counts:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row.counts)
    return {name: ordered(added(groups[name])) for name in sorted(groups)}


def ordered(numbers: dict[str, int]) -> dict[str, int]:
    """Counts of variants in the order of the suite's verdicts; what is no such verdict comes after them."""
    return {name: numbers[name] for name in dict.fromkeys((*VARIANT_VERDICTS, *numbers)) if name in numbers}


def _verdicts(rows: list[Row]) -> dict[str, int]:
    return added(list(counts(rows).values()))


def _stub_name(row: Row) -> str:
    return row.cassette.partition("/")[2]


def operations(name: str, implemented: set[str], rows: dict[str, list[Row]]) -> Iterator[Operation]:
    """The cells of a service, those of the manifest and those that only recordings name, in order."""
    described = set(manifest()["services"][name]["operations"])
    groups: dict[str, dict[str, list[Row]]] = defaultdict(lambda: {suite: [] for suite in SUITES})
    for suite in SUITES:
        for row in rows[suite]:
            if row.title != SEQUENCES:
                groups[row.operation][suite].append(row)
    for each in sorted({*described, *groups}):
        mine = groups[each]
        plane = plane_of(name, each) if each in described else None
        faults = [row for row in mine["stubs"] if row.cassette == FAULTS]
        yield Operation(
            each, each in implemented, plane and plane.plane, plane and plane.reason,
            replays=counts(mine["replay"]), conformance=by_title(mine["conformance"]),
            probes=_verdicts(mine["probes"]), faults=added([row.counts for row in faults]),
            stubs=_grouped([row for row in mine["stubs"] if row.cassette != FAULTS], _stub_name))


def service(name: str, implemented: set[str], found: list[Head]) -> Service:
    """The cells of one service from its heads, oldest first."""
    own = [head for head in found if head.own]
    compared = {head.run.endpoint: head for head in found if head.suite == "compare"}
    newest = {head.suite: head for head in own if head.suite in SUITES}
    rows = {suite: rows_of(newest.get(suite), name) for suite in SUITES}
    cells = list(operations(name, implemented, rows))
    classes = defaultdict(list)
    for each in cells:
        if each.plane:
            classes[each.plane].append(each.implemented)
    sequences = [row for row in rows["conformance"] if row.title == SEQUENCES]
    return Service(
        service=name,
        family=manifest()["services"][name]["family"],
        planes={plane: Plane(sum(classes[plane]), len(classes[plane])) for plane in sorted(classes)},
        operations=cells,
        replays=counts(rows["replay"]),
        conformance=by_title([row for row in rows["conformance"] if row.title != SEQUENCES]),
        sequences=_grouped(sequences, lambda row: row.operation),
        probes=_verdicts(rows["probes"]),
        stubs=_grouped([row for row in rows["stubs"] if row.cassette != FAULTS], _stub_name),
        faults=added([row.counts for row in rows["stubs"] if row.cassette == FAULTS]),
        runs={suite: newest[suite].run for suite in SUITES if suite in newest},
        history=[Past(head.suite, head.run, ordered(head.counts) if head.suite == "conformance" else head.verdicts)
                 for head in reversed(own) if head.suite in SUITES[:3]],
        compared={endpoint: compared[endpoint].replays for endpoint in sorted(compared)},
        rows=rows,
    )


def matrix(records: Path, implemented: dict[str, set[str]]) -> Iterator[Service]:
    """Every service of the manifest, in its order, one at a time. Raises LabError for a broken record."""
    found = heads(records)
    for name in manifest()["services"]:
        yield service(name, implemented.get(name, set()), found.get(name, []))
