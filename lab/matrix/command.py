"""``lab matrix build``: from run records to the matrix, the limitations and the site."""

import argparse
from pathlib import Path

from lab.matrix.build import build, stale
from lab.matrix.cells import implemented_operations, matrix
from lab.matrix.totals import totals

#: Files named when the matrix is stale; more are counted.
SHOWN_STALE = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    sentence = "write data, Markdown pages and the site from the run records"
    building = commands.add_parser("build", help=sentence, description=sentence[0].upper() + sentence[1:] + ".")
    building.add_argument("--runs", type=Path, metavar="DIR", help="folder of run records (default: OUT/data/runs)")
    building.add_argument("--out", type=Path, default=Path("parity-matrix"), metavar="OUT",
                          help="default: parity-matrix")
    building.add_argument("--check", action="store_true",
                          help="write nothing: tell whether OUT is what the run records say; exit code 1 when it isn't")
    building.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Raises LabError for a broken record, a missing extra, or an emulator that can't be asked."""
    records = arguments.runs or arguments.out / "data" / "runs"
    if arguments.check:
        return check(arguments.out, records)
    told = rebuild(arguments.out, records)
    print((arguments.out / "data" / "matrix.json").read_text() if arguments.json else told)
    return 0


def check(out: Path, records: Path) -> int:
    """0 when the folder is what the results say; else 1, after naming the files that aren't."""
    wrong = stale(matrix(records, implemented_operations()), out)
    for path in wrong[:SHOWN_STALE]:
        print(f"not what the run records say: {out / path}")
    if len(wrong) > SHOWN_STALE:
        print(f"and {len(wrong) - SHOWN_STALE} more")
    print(f"run `lab matrix build` and commit {out}" if wrong else f"{out} is what the run records say")
    return int(bool(wrong))


def rebuild(out: Path, records: Path) -> str:
    """Write the matrix from the run records; returns a line that says what there is now."""
    kept = []

    def remembered():
        for service in matrix(records, implemented_operations()):
            kept.append(service)
            yield service
            service.rows = {}

    written = build(remembered(), out)
    told = totals(kept)
    return (f"{told.implemented} of {told.operations} operations implemented, {told.agreeing} of {told.evidence} steps "
            f"of evidence agree, {len(written)} files: {out / 'site' / 'index.html'}")
