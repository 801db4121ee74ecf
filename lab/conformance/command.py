"""``lab conformance``: variants, sequences and probes at an endpoint, judged by AWS's models and documentation."""

import argparse
import json
import os
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from lab.errors import LabError

JOBS = os.cpu_count() or 1
#: How a run's record calls an emulator that was started for it.
OWN = "emulator"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--service", action="append", metavar="NAME", help="botocore's name; may be repeated; default: "
                        "all services of the manifest")
    parser.add_argument("--endpoint", metavar="URL", help="default: an emulator, started for this and stopped after it")
    parser.add_argument("--budget", type=seconds, metavar="TIME", help="about how long variants take, such as 60s: the "
                        "most telling ones of each operation come first (default: all)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another choice where not all is tried")
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N", help=f"processes (default: {JOBS})")
    parser.add_argument("--cluster", metavar="ADDRESS", help="work on the workers of this Dask scheduler instead")
    parser.add_argument("--probes", action="store_true", help="run the behaviour probes instead of the variants")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report as JSON")
    parser.add_argument("--save", type=Path, metavar="DIR", help="also keep the run's record there, for the matrix")
    parser.add_argument("--verbose", action="store_true", help="show every failure, and progress")


def seconds(text: str) -> float:
    """``60s``, ``5m`` or a plain number of seconds."""
    unit = {"s": 1, "m": 60}.get(text[-1:])
    try:
        return float(text[:-1]) * unit if unit else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a time is a number of seconds, such as 60s") from None


def run(args: argparse.Namespace) -> int:
    from emulator.model import SERVICES

    for name in args.service or ():
        if name not in SERVICES:
            raise LabError(f"no service is called {name}; `lab manifest show` lists them.")
    with ExitStack() as stack:
        endpoint = endpoint_of(args.endpoint, stack)
        return (probes if args.probes else variants)(args, endpoint)


def endpoint_of(url: str | None, stack: ExitStack):
    """The endpoint under test; without a URL an emulator of our own."""
    from conformance.world import Endpoint
    from lab.replayer.endpoint import started

    if url is None:
        return Endpoint(stack.enter_context(started()).url)
    key = os.environ.get("AWS_ACCESS_KEY_ID")
    if ".amazonaws.com" in url:
        if key is None:
            raise LabError("AWS itself needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
        return Endpoint(url, own=False, access_key=key, secret=os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
                        token=os.environ.get("AWS_SESSION_TOKEN"))
    return Endpoint(url)


def tell(args: argparse.Namespace):
    shown = args.verbose or sys.stderr.isatty()
    return lambda line: print(line, file=sys.stderr, flush=True) if shown else None


def variants(args: argparse.Namespace, endpoint) -> int:
    from conformance import report
    from conformance.run import run_all
    from emulator.model import SERVICES
    from lab.report import store
    from lab.stubs.saved import saved_scores, told

    begun, clock = datetime.now(UTC), time.perf_counter()
    services = args.service or list(SERVICES)
    results = run_all(endpoint, services, args.seed, args.jobs, args.budget, tell(args), args.cluster)
    done = report.run_of("conformance", report.rows(results, args.seed), args.endpoint or OWN, begun,
                         time.perf_counter() - clock)
    report.print_results(done, results, args.seed, args.verbose)
    scores = saved_scores(args.save or store.RUNS, services)
    print(told(scores))
    if args.json:
        data = {**report.data_of(done, results, args.seed), "stubs": scores}
        args.json.write_text(json.dumps(data, indent=1, default=str) + "\n")
    keep(args, done)
    return int(any(result.failed for result in results))


def keep(args: argparse.Namespace, done) -> None:
    if args.save:
        from lab.report import store

        store.save(done, args.save)


def probes(args: argparse.Namespace, endpoint) -> int:
    from conformance import report
    from conformance.probes import rows, run_probes
    from lab.report.json import render

    begun, clock = datetime.now(UTC), time.perf_counter()
    outcomes = run_probes(endpoint, args.service)
    done = report.run_of("probes", rows(outcomes), args.endpoint or OWN, begun, time.perf_counter() - clock)
    for outcome in outcomes:
        print(f"{outcome.verdict:<12} {outcome.probe.service}  {outcome.probe.sentence}")
        if outcome.reason:
            print(f"             {outcome.reason}\n             {outcome.probe.reference}")
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{len(outcomes)} probes, {failed} failed, in {done.seconds:g} s")
    if args.json:
        args.json.write_text(render(done))
    keep(args, done)
    return int(failed > 0)
