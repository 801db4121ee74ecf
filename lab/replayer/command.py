"""``lab replay``: cassettes at an endpoint, every step's verdict."""

import argparse
import sys
from pathlib import Path

from lab.cassette.files import read
from lab.cassette.model import Cassette
from lab.errors import LabError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cassettes", nargs="+", type=Path, metavar="CASSETTE",
                        help="cassette files, or folders of them")
    add_endpoint_arguments(parser)


def add_endpoint_arguments(parser: argparse.ArgumentParser) -> None:
    """What `replay` and `diff` have in common."""
    parser.add_argument("--endpoint", metavar="URL", help="default: an emulator, started for this and stopped after it")
    parser.add_argument("--strict", action="store_true", help="compare status, headers and bytes on the wire, too")
    parser.add_argument("--verbose", action="store_true", help="print a line for every step, and progress")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="emulators to play at, side by side")
    for fmt in ("json", "junit", "html", "markdown", "sarif"):
        parser.add_argument(f"--{fmt}", type=Path, metavar="FILE", help=f"also write the report as {fmt}")


def load(paths: list[Path]) -> list[Cassette]:
    """The cassettes of files and folders. Raises LabError for a path that holds none."""
    found = []
    for path in paths:
        inside = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not inside:
            raise LabError(f"{path}: there is no cassette in this folder.")
        found += [read(each) for each in inside]
    return found


def progress(verbose: bool):
    """A printer of progress: on a terminal, or when asked for."""
    shown = verbose or sys.stderr.isatty()

    def tell(done: int, of: int, name: str) -> None:
        if shown:
            end = "\n" if verbose else "\r"
            print(f"[{done}/{of}] {name[:100]:<100}", end=end, file=sys.stderr, flush=True)

    return tell


def report(run, args: argparse.Namespace) -> int:
    """Print the run, write what was asked for, and give the exit code."""
    from lab import report as reports
    from lab.report.text import print_run

    for row in run.rows if args.verbose else ():
        print(f"{row.verdict:<12}{row.service} {row.operation}  {row.cassette} step {row.step}")
    print_run(run)
    for fmt in ("json", "junit", "html", "markdown", "sarif"):
        path = getattr(args, fmt)
        if path is not None:
            reports.write(run, fmt, path)
    return 1 if run.failed() else 0


def run(args: argparse.Namespace) -> int:
    from lab.replayer.run import execute

    return report(execute(load(args.cassettes), args.endpoint, args.strict, args.jobs, progress(args.verbose)), args)
