"""``lab compare``: the same recordings at several endpoints, side by side."""

import argparse
import sys
from pathlib import Path

from lab.differ.command import choose, gather
from lab.evolution.compare import AGREE, Line, Target, align, runs, scores
from lab.replayer.command import progress
from lab.report.result import Run
from lab.report.values import dump


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", action="append", required=True, metavar="NAME=URL",
                        help="an endpoint; `emulator` starts this project's; name two or more")
    parser.add_argument("--service", action="append", metavar="NAME", help="botocore's name; may be repeated")
    parser.add_argument("--cassette", action="append", metavar="GLOB", help="only cassettes whose id matches")
    parser.add_argument("--cassettes", action="append", type=Path, metavar="PATH",
                        help="cassettes to replay beside the evidence named by PARITYLAB_EVIDENCE")
    parser.add_argument("--strict", action="store_true", help="compare status, headers and bytes on the wire, too")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes that play side by side")
    parser.add_argument("--verbose", action="store_true", help="print every step, not only those where endpoints part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write scores and lines as JSON")
    parser.add_argument("--keep", type=Path, metavar="DIR",
                        help="keep the run records there, under the endpoints' names (in parity-matrix/data/runs: the "
                             "site then shows other endpoints as columns)")


def run(args: argparse.Namespace) -> int:
    """0 whatever was found: endpoints are compared, not judged. Raises LabError when an endpoint is not there."""
    from lab.replayer.run import execute
    from lab.report import store

    problems: list[str] = []
    chosen = choose(gather(args, problems), args.service, args.cassette)
    found = runs(chosen, [Target.parse(each) for each in args.endpoint], execute, strict=args.strict, jobs=args.jobs,
                 progress=progress(args.verbose))
    for each in found if args.service else ():
        each.rows = [row for row in each.rows if row.service in args.service]
    lines = align(found)
    print_comparison(found, lines, args.verbose)
    for problem in problems:
        print(f"left out: {problem}", file=sys.stderr)
    if args.json is not None:
        args.json.write_text(dump(as_data(found, lines), indent=2) + "\n")
    if args.keep is not None:
        for each in found:
            store.save(each, args.keep)
    return 0


def as_data(found: list[Run], lines: list[Line]) -> dict:
    """``{endpoints: {name: {run, versions, …}}, scores, lines: [{service, operation, cassette, step, verdicts}]}``."""
    return {
        "endpoints": {run.endpoint: {"run": run.id, "started_at": run.started_at, "versions": run.versions,
                                     "seconds": run.seconds} for run in found},
        "scores": scores(found),
        "lines": [{**{key: value for key, value in each._asdict().items() if key != "rows"},
                   "verdicts": each.verdicts} for each in lines],
    }


def print_comparison(found: list[Run], lines: list[Line], verbose: bool) -> None:
    """Agreeing steps by service and endpoint, then the steps where the endpoints part."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    names = [run.endpoint for run in found]
    table = Table("", *names, "steps", title="steps that agree with the recordings", title_justify="left", box=None)
    for service, by_endpoint in scores(found).items():
        steps = max(sum(each[verdict] for verdict in each if verdict != "evidence") for each in by_endpoint.values())
        agreeing = [sum(by_endpoint[name][verdict] for verdict in AGREE) for name in names]
        table.add_row(service, *map(str, agreeing), str(steps))
    console.print(table)
    shown = [line for line in lines if verbose or line.split]
    parted = Table("where they part" if not verbose else "step", *names, box=None)
    for line in shown:
        parted.add_row(f"{line.service} {line.operation}  {line.cassette} step {line.step}", *line.verdicts.values())
    if shown:
        console.print(parted)
    console.print(f"{len(lines)} steps, {sum(line.split for line in lines)} where the endpoints part")
