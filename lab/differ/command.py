"""``lab diff``: all evidence for a service, replayed; what differs, what is known to, and what is stale about that."""

import argparse
from fnmatch import fnmatchcase
from pathlib import Path

from lab.cassette.model import Cassette
from lab.errors import LabError
from lab.replayer.command import add_endpoint_arguments, load, progress, report
from lab.report.result import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--service", action="append", metavar="NAME", help="botocore's name; may be repeated; "
                        "default: every service with evidence")
    parser.add_argument("--cassette", action="append", metavar="GLOB", help="only cassettes whose id matches")
    parser.add_argument("--cassettes", action="append", type=Path, metavar="PATH",
                        help="cassettes to replay beside the evidence named by PARITYLAB_EVIDENCE")
    parser.add_argument("--known", type=Path, default=Path("known-differences"), metavar="DIR",
                        help="listed differences, a file a service (default: known-differences)")
    parser.add_argument("--flakes", type=int, metavar="N", help="replay N times in other orders, with other ids and at "
                        "other times, and report the steps that don't always come out the same")
    add_endpoint_arguments(parser)


def choose(cassettes: list[Cassette], services: list[str] | None, globs: list[str] | None) -> list[Cassette]:
    """The cassettes that are evidence for the services and match a pattern."""
    return [each for each in cassettes
            if (not services or each.services() & set(services))
            and (not globs or any(fnmatchcase(each.id, glob) or glob in each.id for glob in globs))]


def gather(args: argparse.Namespace, problems: list[str]) -> list[Cassette]:
    """The cassettes given, and those of the evidence; ``problems`` gets what can't be read. LabError for none."""
    from lab.cassette import evidence

    found = load(args.cassettes, problems) if args.cassettes else []
    if not args.cassettes or evidence.os.environ.get(evidence.VARIABLE):
        found += evidence.cassettes(problems=problems)
    if problems and not found:
        raise LabError("\n".join(problems))
    return found


def compare(args: argparse.Namespace) -> Run:
    """Replay what was chosen and judge it; the rows of the chosen services alone. Raises LabError."""
    from lab.cassette import evidence
    from lab.differ.known import apply, read_folder

    listed = read_folder(args.known)
    problems: list[str] = []
    chosen = choose(gather(args, problems), args.service, args.cassette)
    done = play(chosen, args)
    done.problems = problems
    if args.service:
        done.rows = [row for row in done.rows if row.service in args.service]
    whole = not args.cassette and evidence.VARIABLE in evidence.os.environ
    done.rows = apply(done.rows, listed, services=args.service, whole=whole,
                      played=[each.id for each in chosen] if args.service else None)
    return done


def play(chosen: list[Cassette], args: argparse.Namespace) -> Run:
    """Replay once, or as often as flakes are looked for. Raises LabError."""
    from lab.differ import flakes
    from lab.replayer.fanout import How
    from lab.replayer.run import execute

    def once(cassettes: list[Cassette], varied: flakes.Variation | None = None) -> Run:
        how = How(args.strict, varied.seed, varied.offset) if varied else How(args.strict)
        journal = args.resume and args.resume.with_name(f"{args.resume.name}.{varied.seed}" if varied
                                                        else args.resume.name)
        return execute(cassettes, args.endpoint, args.strict, args.jobs, progress(args.verbose), args.cluster, how,
                       journal)

    return flakes.replay(chosen, args.flakes, once) if args.flakes is not None else once(chosen)


def run(args: argparse.Namespace) -> int:
    return report(compare(args), args)
