"""``lab parity``: the main job. Replays all evidence, tries variants, probes and stubs, keeps the results, prints them,
and rebuilds the matrix from them.
"""

import argparse
from pathlib import Path

from conformance.services import DECLARED
from lab.conformance import command as conformance
from lab.differ import command as differ
from lab.errors import LabError
from lab.matrix.cells import implemented_operations
from lab.matrix.command import rebuild
from lab.replayer.command import report
from lab.report import store
from lab.stubs import command as stubs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    differ.add_arguments(parser)
    parser.add_argument("--budget", type=conformance.seconds, default=60.0, metavar="TIME",
                        help="about how long the variants may take, and how long the stubs; 0 for every variant and "
                        "every fault (default: 60s)")
    parser.add_argument("--out", type=Path, default=Path("parity-matrix"), metavar="OUT",
                        help="folder of the matrix (default: parity-matrix)")


def run(arguments: argparse.Namespace) -> int:
    """1 when a part found a failure, else 0; the matrix is written in any case. Raises LabError."""
    if arguments.cassette:
        raise LabError("the matrix counts all evidence: leave out --cassette, or use `lab diff --cassette`.")
    records = arguments.out / "data" / "runs"
    found = [replay(arguments, records), *suites(arguments, records)]
    print(rebuild(arguments.out, records))
    return max(found)


def replay(arguments: argparse.Namespace, records: Path) -> int:
    """The exit code of ``lab diff`` over the same evidence."""
    if arguments.cassettes is None and any(Path("cassettes").rglob("*.json")):
        arguments.cassettes = [Path("cassettes")]
    done = differ.compare(arguments)
    store.save(done, records)
    return report(done, arguments)


def suites(arguments: argparse.Namespace, records: Path) -> list[int]:
    """The exit codes of probes, stubs and variants, for the services that have any operation.

    The stubs come first: their scores stand in the report of the variants.
    """
    named = arguments.service or list(implemented_operations())
    common = {"endpoint": arguments.endpoint, "budget": arguments.budget, "seed": 0, "jobs": max(arguments.jobs, 1),
              "json": None, "save": records, "verbose": arguments.verbose, "cluster": None}
    declared = [name for name in named if name in DECLARED]
    codes = [conformance.run(argparse.Namespace(**common, service=named, probes=True))]
    if declared:
        codes.append(stubs.run(argparse.Namespace(**common, service=declared)))
    return [*codes, conformance.run(argparse.Namespace(**common, service=named, probes=False))]
