"""``lab bisect CASSETTE``: the steps that a failure needs, or the commit that brought it."""

import argparse
from contextlib import nullcontext
from pathlib import Path

from lab.cassette.files import read, write
from lab.errors import LabError

EPILOG = """\
With --exit-code the cassette is played once, for `git bisect run lab bisect --exit-code CASSETTE`: 0 the step agrees,
1 it fails, 125 it can't be told. With --good and --bad that is done here, in a work tree of its own.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = f"{EPILOG}\n{parser.epilog or ''}"
    parser.add_argument("cassette", type=Path, metavar="CASSETTE")
    parser.add_argument("--step", type=int, metavar="N", help="the step to agree; default: the first that fails")
    parser.add_argument("--endpoint", metavar="URL", help="default: an emulator, started for this")
    parser.add_argument("--strict", action="store_true", help="compare status, headers and bytes on the wire, too")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the shrunken cassette there")
    parser.add_argument("--exit-code", action="store_true", help="only play, and tell by the exit code")
    parser.add_argument("--good", metavar="COMMIT", help="a commit where the cassette agreed")
    parser.add_argument("--bad", metavar="COMMIT", default="HEAD", help="one where it doesn't (default: HEAD)")


def run(args: argparse.Namespace) -> int:
    """0: nothing fails, or a commit was found; 1: a failure, shrunken. Raises LabError."""
    from lab.evolution import bisect
    from lab.replayer.clients import Clients
    from lab.replayer.endpoint import Endpoint, started
    from lab.replayer.run import play

    if args.good:
        options = ["--strict"] * args.strict + (["--step", str(args.step)] if args.step is not None else [])
        print(bisect.bisect_commits(args.good, args.bad, [str(args.cassette.resolve()), *options]))
        return 0
    try:
        with started() if args.endpoint is None else nullcontext(Endpoint(args.endpoint)) as endpoint:
            clients = Clients(endpoint.transport())
            return shrink(args, lambda cassette: play(cassette, endpoint, clients, args.strict))
    except LabError as problem:
        if not args.exit_code:
            raise
        print(problem)
        return bisect.SKIP


def shrink(args: argparse.Namespace, play) -> int:
    from lab.evolution import bisect
    from lab.report.text import describe

    cassette = read(args.cassette)
    rows = play(cassette)
    if args.exit_code:
        return bisect.verdict(rows, args.step)
    target = bisect.failing(rows, args.step)
    if target is None:
        print(f"{cassette.id}: nothing fails" + (f" at step {args.step}" if args.step is not None else ""))
        return 0
    print(*describe(target), sep="\n")
    needed = bisect.shrink(cassette, target, play)
    print(f"needs {len(needed)} of {len(cassette.interactions)} steps:")
    for index in needed:
        step = cassette.interactions[index]
        print(f"  step {index}: {step.service or 'http'} {step.operation or step.request.method}")
    if args.out is not None:
        print(write(bisect.part_of(cassette, needed), args.out))
    return 1
