"""``lab matrix build``: from run records to the matrix, the limitations and the site."""

import argparse
from pathlib import Path

from lab.matrix.build import build
from lab.matrix.cells import implemented_operations, matrix
from lab.report import store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    sentence = "write data, Markdown pages and the site from the run records"
    building = commands.add_parser("build", help=sentence, description=sentence[0].upper() + sentence[1:] + ".")
    building.add_argument("--runs", metavar="DIR", help="folder of run records (default: OUT/data/runs)")
    building.add_argument("--out", default="parity-matrix", metavar="OUT", help="default: parity-matrix")
    building.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Raises LabError for a broken record, a missing extra, or an emulator that can't be asked."""
    out = Path(arguments.out)
    told = rebuild(out, Path(arguments.runs) if arguments.runs else out / "data" / "runs")
    print((out / "data" / "matrix.json").read_text() if arguments.json else told)
    return 0


def rebuild(out: Path, records: Path) -> str:
    """Write the matrix from the run records; returns a line that says what there is now."""
    runs = store.load(records)
    services = matrix(runs, implemented_operations())
    written = build(services, out)
    done, all_ = sum(each.implemented for each in services), sum(len(each.operations) for each in services)
    return (f"{len(runs)} run records, {done} of {all_} operations implemented, {len(written)} files: "
            f"{out / 'site' / 'index.html'}")
