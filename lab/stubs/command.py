"""``lab stubs``: how far one gets with faking it, and how many seeded faults the suite catches."""

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from lab.conformance.command import JOBS, OWN, keep, seconds
from lab.errors import LabError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--service", action="append", metavar="NAME", help="default: every service that the suite has "
                        "a declaration of")
    parser.add_argument("--budget", type=seconds, default=50.0, metavar="TIME", help="about how long to take; 0 for "
                        "every variant and every fault (default: 50s)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="other faults, in another order")
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N", help=f"processes (default: {JOBS})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the scores as JSON")
    parser.add_argument("--save", type=Path, metavar="DIR", help="also keep the run's record there, for the matrix")


def run(args: argparse.Namespace) -> int:
    from conformance.report import run_of
    from conformance.services import DECLARED
    from conformance.stubs.record import rows
    from conformance.stubs.score import LEAST_CAUGHT, run_stubs

    for name in args.service or ():
        if name not in DECLARED:
            raise LabError(f"the suite has no declaration of {name}; it has {', '.join(DECLARED)}.")
    begun, clock = datetime.now(UTC), time.perf_counter()
    stubs, faults = run_stubs(tuple(args.service or DECLARED), args.seed, args.budget or None, args.jobs,
                              lambda line: print(line, file=sys.stderr, flush=True) if sys.stderr.isatty() else None)
    for stub in stubs:
        told = stub.score
        print(f"{stub.name:<24} positives {told['positives_passed']} of {told['positives']} "
              f"({told['positives_share']:.2%}), all {told['passed']} of {told['variants']} ({told['share']:.2%})"
              + ("  TOO HIGH" if stub.fooled else ""))
    kinds = ", ".join(f"{kind} {caught} of {seeded}" for kind, (caught, seeded) in faults.by_kind.items())
    print(f"seeded faults caught     {faults.caught} of {faults.seeded} ({faults.share:.1%}): {kinds}"
          + ("  TOO LOW" if faults.share < LEAST_CAUGHT else ""))
    for missed in faults.missed[:30]:
        print(f"  not noticed: {missed}")
    if args.json:
        args.json.write_text(json.dumps({
            "stubs": [stub._asdict() for stub in stubs],
            "faults": {**faults._asdict(), "share": round(faults.share, 4)}, "seed": args.seed,
        }, indent=1) + "\n")
    keep(args, run_of("stubs", rows(stubs, faults), OWN, begun, time.perf_counter() - clock))
    return int(any(stub.fooled for stub in stubs) or faults.share < LEAST_CAUGHT)
