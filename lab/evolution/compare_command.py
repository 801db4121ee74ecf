"""``lab compare``: the same recordings at several endpoints, side by side."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from lab.differ.command import choose, gather
from lab.evolution.compare import AGREE, Line, Target, align, runs, scores
from lab.evolution.suites import NOUNS, SUITES, TITLES, Ask
from lab.evolution.targets import TARGETS, running
from lab.replayer.command import progress
from lab.report.result import Run
from lab.report.values import dump


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", action="append", required=True, metavar="NAME=URL",
                        help=f"an endpoint; `emulator` starts this project's; {', '.join(TARGETS)}: installed from the "
                             "package index into an environment of its own, and started; name two or more")
    parser.add_argument("--service", action="append", metavar="NAME", help="botocore's name; may be repeated")
    parser.add_argument("--cassette", action="append", metavar="GLOB", help="only cassettes whose id matches")
    parser.add_argument("--cassettes", action="append", type=Path, metavar="PATH",
                        help="cassettes to replay beside the evidence named by PARITYLAB_EVIDENCE")
    parser.add_argument("--strict", action="store_true", help="compare status, headers and bytes on the wire, too")
    parser.add_argument("--suite", action="append", choices=sorted(SUITES), help="what to ask: recordings (default), "
                        "conformance (variants of the models), probes; may be repeated")
    parser.add_argument("--budget", type=float, default=60.0, metavar="SECONDS",
                        help="about how long the variants take at each endpoint (default: 60)")
    parser.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="processes that play side by side")
    parser.add_argument("--verbose", action="store_true", help="print every step, not only those where endpoints part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write scores and lines as JSON")
    parser.add_argument("--keep", type=Path, metavar="DIR",
                        help="keep the records of the replays there, under the endpoints' names (in "
                             "parity-matrix/data/runs: the site then shows other endpoints as columns)")


def run(args: argparse.Namespace) -> int:
    """0 whatever was found: endpoints are compared, not judged. Raises LabError when an endpoint is not there."""
    with ExitStack() as stack:
        targets = [Target(each, stack.enter_context(running(each))) if each in TARGETS else Target.parse(each)
                   for each in args.endpoint]
        return compare(args, targets)


def compare(args: argparse.Namespace, targets: list[Target]) -> int:
    """Ask every target the same, and tell."""
    from lab.report import store

    problems: list[str] = []
    suites = list(dict.fromkeys(args.suite or ["recordings"]))
    chosen = choose(gather(args, problems), args.service, args.cassette) if "recordings" in suites else []
    ask = Ask(chosen, args.service or [], args.strict, args.jobs, args.budget, progress(args.verbose))
    compared = {suite: runs(lambda url, suite=suite: SUITES[suite](url, ask), targets) for suite in suites}
    told = {}
    for suite, found in compared.items():
        lines = align(found)
        print_comparison(suite, found, lines, args.verbose)
        told[suite] = as_data(found, lines)
    for problem in problems:
        print(f"left out: {problem}", file=sys.stderr)
    if args.json is not None:
        args.json.write_text(dump(told, indent=2) + "\n")
    for each in compared.get("recordings", ()) if args.keep is not None else ():
        store.save(each, args.keep)
    return 0


def as_data(found: list[Run], lines: list[Line]) -> dict:
    """Of a suite: ``{endpoints: {name: {run, versions, …}}, scores, lines}``, a line being
    ``{service, operation, cassette, step, title, verdicts}``."""
    return {
        "endpoints": {run.endpoint: {"run": run.id, "started_at": run.started_at, "versions": run.versions,
                                     "seconds": run.seconds} for run in found},
        "scores": scores(found),
        "lines": [{**{key: value for key, value in each._asdict().items() if key != "rows"},
                   "verdicts": each.verdicts} for each in lines],
    }


def print_comparison(suite: str, found: list[Run], lines: list[Line], verbose: bool) -> None:
    """Agreeing steps by service and endpoint, then the steps where the endpoints part."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    names = [run.endpoint for run in found]
    table = Table("", *names, "all", title=TITLES[suite], title_justify="left", box=None)
    for service, by_endpoint in scores(found).items():
        steps = max(sum(each[verdict] for verdict in each if verdict != "evidence") for each in by_endpoint.values())
        agreeing = [sum(by_endpoint[name][verdict] for verdict in AGREE) for name in names]
        table.add_row(service, *map(str, agreeing), str(steps))
    console.print(table)
    shown = [line for line in lines if verbose or line.split]
    parted = Table("where they part" if not verbose else "step", *names, box=None)
    for line in shown:
        where = f"{line.cassette} step {line.step}" if suite == "recordings" else line.title
        parted.add_row(f"{line.service} {line.operation}  {where}", *line.verdicts.values())
    if shown:
        console.print(parted)
    console.print(f"{len(lines)} {NOUNS[suite]}, {sum(line.split for line in lines)} where the endpoints part")
