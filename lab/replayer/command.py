"""``lab replay``: cassettes at an endpoint, every step's verdict."""

import argparse
import sys
from pathlib import Path

from lab.cassette.files import BadCassette, read
from lab.cassette.model import Cassette
from lab.errors import LabError

#: Formats of the report that an option of the same name writes to a file.
FILES = ("json", "junit", "html", "markdown", "sarif", "badge")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cassettes", nargs="+", type=Path, metavar="CASSETTE",
                        help="cassette files, or folders of them")
    add_endpoint_arguments(parser)


def add_endpoint_arguments(parser: argparse.ArgumentParser) -> None:
    """What `replay` and `diff` have in common."""
    parser.add_argument("--endpoint", metavar="URL", help="default: an emulator, started for this and stopped after it")
    parser.add_argument("--strict", action="store_true", help="compare status, headers and bytes on the wire, too")
    parser.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="processes that play side by side")
    parser.add_argument("--cluster", metavar="ADDRESS", help="play on the workers of this Dask scheduler instead")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="keep there what has been played until all is, "
                        "and go on from there after an interruption")
    add_report_arguments(parser)


def add_report_arguments(parser: argparse.ArgumentParser) -> None:
    """What :func:`report` reads."""
    parser.add_argument("--verbose", action="store_true", help="print a line for every step, and progress")
    for fmt in FILES:
        parser.add_argument(f"--{fmt}", type=Path, metavar="FILE", help=f"also write the report as {fmt}")


def load(paths: list[Path], problems: list[str] | None = None) -> list[Cassette]:
    """The cassettes of files and folders. Raises LabError for a path that holds none.

    What is no cassette raises BadCassette, or is told in ``problems``, so that the rest can go on.
    """
    found = []
    for path in paths:
        inside = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not inside:
            raise LabError(f"{path}: there is no cassette in this folder.")
        for each in inside:
            try:
                found.append(read(each))
            except BadCassette as bad:
                if problems is None:
                    raise
                problems.append(str(bad))
    return found


def progress(verbose: bool):
    """What shows progress on standard error: a bar on a terminal, a line for each cassette when asked for."""
    if verbose or not sys.stderr.isatty():
        def tell(done: int, of: int, name: str) -> None:
            if verbose:
                print(f"[{done}/{of}] {name[:100]}", file=sys.stderr, flush=True)

        return tell
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[name]}"),
                   console=Console(stderr=True), transient=True)
    task = bar.add_task("replay", name="")

    def advance(done: int, of: int, name: str) -> None:
        bar.start()
        bar.update(task, completed=done, total=of, name=name[-60:])
        if done >= of:
            bar.stop()

    return advance


def report(run, args: argparse.Namespace) -> int:
    """Print the run, write what was asked for, and give the exit code: 1 also when a cassette could not be read."""
    from lab import report as reports
    from lab.report.text import print_run

    for row in run.rows if args.verbose else ():
        print(f"{row.verdict:<12}{row.service} {row.operation}  {row.cassette} step {row.step}")
    print_run(run)
    for fmt in FILES:
        path = getattr(args, fmt)
        if path is not None:
            reports.write(run, fmt, path)
    return 1 if run.failed() or run.problems else 0


def run(args: argparse.Namespace) -> int:
    from lab.replayer.run import execute

    problems: list[str] = []
    cassettes = load(args.cassettes, problems)
    if problems and not cassettes:
        raise LabError("\n".join(problems))
    done = execute(cassettes, args.endpoint, args.strict, args.jobs, progress(args.verbose), args.cluster,
                   journal=args.resume)
    done.problems = problems
    return report(done, args)
