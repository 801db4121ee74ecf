"""``lab parity``: the main job. Replays all evidence, keeps the results, prints them, rebuilds the matrix."""

import argparse
from pathlib import Path

from lab.differ import command as differ
from lab.matrix.command import rebuild
from lab.replayer.command import report
from lab.report import store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    differ.add_arguments(parser)
    parser.add_argument("--out", type=Path, default=Path("parity-matrix"), metavar="OUT",
                        help="folder of the matrix (default: parity-matrix)")


def run(arguments: argparse.Namespace) -> int:
    """The exit code of ``lab diff`` over the same evidence; the matrix is written in any case. Raises LabError."""
    if arguments.cassettes is None and any(Path("cassettes").rglob("*.json")):
        arguments.cassettes = [Path("cassettes")]
    done = differ.compare(arguments)
    records = arguments.out / "data" / "runs"
    store.save(done, records)
    code = report(done, arguments)
    print(rebuild(arguments.out, records))
    return code
