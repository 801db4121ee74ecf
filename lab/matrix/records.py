"""The folder of run records, read so that it may be large: heads of all runs, whole rows of one service at a time."""

from collections import Counter, defaultdict
from pathlib import Path

import msgspec

from lab.errors import LabError
from lab.report.result import PROVENANCES, VERDICTS, Row, Run

Counts = dict[str, dict[str, int]]


class RunRef(msgspec.Struct):
    """The run behind a number. ``date`` is the day in UTC, ``record`` the name of the file that holds its rows."""

    id: str
    date: str
    started_at: str
    endpoint: str
    versions: dict[str, str]
    record: str


class Head(msgspec.Struct):
    """One service in one run, in numbers. ``replays``: provenance to verdict; ``counts``: what its rows counted."""

    suite: str
    run: RunRef
    path: Path
    replays: Counts
    counts: dict[str, int]

    @property
    def own(self) -> bool:
        """Whether the run was at this project's emulator: started for it, or named by its address alone."""
        return self.run.endpoint == "emulator" or "://" in self.run.endpoint

    @property
    def verdicts(self) -> dict[str, int]:
        """Every verdict is a key, also with 0, in the closed order."""
        return {name: sum(each.get(name, 0) for each in self.replays.values()) for name in VERDICTS}


class BriefRow(msgspec.Struct):
    """What a head needs of a row; everything else is skipped while reading."""

    service: str
    verdict: str
    provenance: str
    counts: dict[str, int] = {}


class BriefRun(msgspec.Struct):
    """A run record without the bulk of its rows."""

    id: str
    suite: str
    started_at: str
    endpoint: str
    versions: dict[str, str]
    rows: list[BriefRow]


BRIEF, WHOLE = msgspec.json.Decoder(BriefRun), msgspec.json.Decoder(Run)


def heads(directory: Path) -> dict[str, list[Head]]:
    """Service to its heads, oldest first. A file that is no run record raises LabError that names it."""
    found = defaultdict(list)
    for path in sorted(directory.glob("*.json")):
        for service, head in _heads_of(path, _decoded(BRIEF, path)):
            found[service].append(head)
    return {service: sorted(each, key=lambda head: (head.run.started_at, head.run.id))
            for service, each in found.items()}


def rows_of(head: Head | None, service: str) -> list[Row]:
    """The rows of a service in a run, in the order of cassettes and steps; none without a run."""
    if head is None:
        return []
    rows = [row for row in _decoded(WHOLE, head.path).rows if row.service == service]
    return sorted(rows, key=lambda row: (row.cassette, row.step, row.operation, row.title))


def counts(rows: list[Row] | list[BriefRow]) -> Counts:
    """Provenance to verdict to number, both in their closed order, zeros left out."""
    found = Counter((row.provenance, row.verdict) for row in rows)
    by_provenance = {provenance: {verdict: found[provenance, verdict] for verdict in VERDICTS
                                  if found[provenance, verdict]} for provenance in PROVENANCES}
    return {provenance: numbers for provenance, numbers in by_provenance.items() if numbers}


def added(many: list[dict[str, int]]) -> dict[str, int]:
    """The sums of several counts, keys in the order in which they came."""
    total: dict[str, int] = {}
    for each in many:
        for name, number in each.items():
            total[name] = total.get(name, 0) + number
    return total


def _heads_of(path: Path, run: BriefRun):
    reference = RunRef(run.id, run.started_at[:10], run.started_at, run.endpoint, dict(sorted(run.versions.items())),
                       path.name)
    groups = defaultdict(list)
    for row in run.rows:
        groups[row.service].append(row)
    for service, rows in groups.items():
        yield service, Head(run.suite, reference, path, counts(rows), added([row.counts for row in rows]))


def _decoded(decoder: msgspec.json.Decoder, path: Path):
    try:
        return decoder.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError) as error:
        raise LabError(f"{path} is not a run record: {error}") from None
