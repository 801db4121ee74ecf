"""Runs as immutable records: compact JSON files, one per service and run, never written twice."""

import re
from pathlib import Path

import msgspec

from lab.errors import LabError
from lab.report.result import Difference, Row, Run
from lab.report.values import clip, dump

RUNS = Path("parity-matrix/data/runs")
AGREEING = frozenset({"equal", "equivalent"})
# Whose recordings these are decides who may publish them: of other people's only what differs is kept.
ELSEWHERE = frozenset({"aws-imported", "aws-documented", "protocol-suite"})


def compact(row: Row) -> Row:
    """The row as it is kept: whole answers only where they disagree and the recording is ours, long values cut."""
    brief = row.verdict in AGREEING or row.provenance in ELSEWHERE
    return msgspec.structs.replace(
        row,
        expected=None if brief else clip(row.expected),
        got=None if brief else clip(row.got),
        differences=[Difference(each.path, each.kind, clip(each.expected), clip(each.got))
                     for each in row.differences],
    )


def save(run: Run, directory: str | Path = RUNS) -> list[Path]:
    """Write one record per service of ``run``; returns the files. Raises FileExistsError: a record never changes."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for service in run.services():
        part = msgspec.structs.replace(run, rows=[compact(row) for row in run.rows if row.service == service])
        name = f"{service}-{run.started_at[:10]}-{re.sub(r'[^A-Za-z0-9.-]+', '-', run.id)}.json"
        with open(directory / name, "x", encoding="utf-8") as file:
            file.write(dump(part) + "\n")
        written.append(directory / name)
    return written


def load(directory: str | Path = RUNS) -> list[Run]:
    """Every record of a folder, oldest first. A file that is no run record raises LabError that names it."""
    runs = []
    for path in sorted(Path(directory).glob("*.json")):
        try:
            runs.append(msgspec.json.decode(path.read_bytes(), type=Run))
        except msgspec.DecodeError as error:
            raise LabError(f"{path} is not a run record: {error}") from error
    return sorted(runs, key=lambda run: (run.started_at, run.id))
