"""The matrix as data: for each service and operation what is implemented and what the newest replays found.

Everything comes from run records, the pinned manifest and the emulator's own list of operations; nothing is typed.
"""

import json
import subprocess
import sys
from collections import defaultdict

import msgspec

from emulator.model import manifest
from lab.errors import LabError
from lab.report.result import EVIDENCE, PROVENANCES, VERDICTS, Row, Run, count

#: How this machine asks the emulator what it implements; a process of its own, so that the lab imports nothing of it.
OPERATIONS_COMMAND = (sys.executable, "-m", "emulator.cli", "operations", "--json")

Counts = dict[str, dict[str, int]]


class RunRef(msgspec.Struct):
    """The run behind a number. ``date`` is the day in UTC."""

    id: str
    date: str
    started_at: str
    endpoint: str
    versions: dict[str, str]


class Operation(msgspec.Struct):
    """``replays``: provenance to verdict to number of steps, zeros left out. ``run`` is None without replays."""

    operation: str
    implemented: bool
    replays: Counts
    run: RunRef | None


class Past(msgspec.Struct):
    """One run of the history, with its counts by verdict."""

    run: RunRef
    verdicts: dict[str, int]


class Service(msgspec.Struct):
    """One service. ``rows`` are the newest run's: they stand in its record and on the page, not in the data file.

    ``others``: the replays of the newest run at each other endpoint (``lab compare --keep``), by its name.
    """

    service: str
    family: str
    implemented: int
    operations: list[Operation]
    replays: Counts
    run: RunRef | None
    history: list[Past]
    rows: list[Row]
    others: dict[str, Counts] = {}

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


def own(run: Run) -> bool:
    """Whether a run was at this project's emulator: started for it, or named by its address alone."""
    return run.endpoint == "emulator" or "://" in run.endpoint


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


def reference(run: Run) -> RunRef:
    return RunRef(run.id, run.started_at[:10], run.started_at, run.endpoint, dict(sorted(run.versions.items())))


def counts(rows: list[Row]) -> Counts:
    """Provenance to verdict to number, both in their closed order, zeros left out."""
    found = {}
    for provenance in PROVENANCES:
        numbers = count([row for row in rows if row.provenance == provenance], VERDICTS, lambda row: row.verdict)
        if any(numbers.values()):
            found[provenance] = {verdict: number for verdict, number in numbers.items() if number}
    return found


def operation(name: str, implemented: bool, rows: list[Row], run: RunRef | None) -> Operation:
    return Operation(name, implemented, counts(rows), run if rows else None)


def service(name: str, implemented: set[str], runs: list[Run]) -> Service:
    """The cells of one service from its runs, oldest first; the newest one gives the numbers."""
    newest_others = {run.endpoint: run for run in runs if not own(run)}
    runs = [run for run in runs if own(run)]
    described = manifest()["services"][name]
    newest = runs[-1] if runs else None
    rows = sorted((row for row in newest.rows if row.service == name),
                  key=lambda row: (row.cassette, row.step)) if newest else []
    by_operation = defaultdict(list)
    for row in rows:
        by_operation[row.operation].append(row)
    run = reference(newest) if newest else None
    names = sorted({*described["operations"], *by_operation})
    history = [Past(reference(each), count([row for row in each.rows if row.service == name], VERDICTS,
                                           lambda row: row.verdict)) for each in reversed(runs)]
    return Service(
        service=name,
        family=described["family"],
        implemented=len(implemented.intersection(described["operations"])),
        operations=[operation(each, each in implemented, by_operation[each], run) for each in names],
        replays=counts(rows),
        run=run,
        history=history,
        rows=rows,
        others={endpoint: counts([row for row in run.rows if row.service == name])
                for endpoint, run in sorted(newest_others.items())},
    )


def matrix(runs: list[Run], implemented: dict[str, set[str]]) -> list[Service]:
    """Every service of the manifest, in its order. ``runs`` oldest first."""
    replays = [run for run in runs if run.suite == "replay"]
    return [service(name, implemented.get(name, set()), [run for run in replays if name in run.services()])
            for name in manifest()["services"]]
