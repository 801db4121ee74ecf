"""The suites that endpoints can be compared by: recordings, variants of the models, probes of behaviour.

``suite(url, ask) -> Run``; every endpoint is asked the same by the same version, so that rows align by place and title.
"""

import os
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NamedTuple

from lab.cassette.model import Cassette
from lab.report.result import Run


class Ask(NamedTuple):
    """What every endpoint is asked. ``services``: botocore's names, empty for all; ``budget``: seconds for variants."""

    cassettes: list[Cassette]
    services: list[str]
    strict: bool = False
    jobs: int = 1
    budget: float | None = None
    progress: object = None


def recordings(url: str | None, ask: Ask) -> Run:
    """Replay the cassettes; the rows of the services alone."""
    from lab.replayer.run import execute

    done = execute(ask.cassettes, url, ask.strict, ask.jobs, *filter(None, (ask.progress,)))
    done.rows = [row for row in done.rows if not ask.services or row.service in ask.services]
    return done


def conformance(url: str | None, ask: Ask) -> Run:
    """Try variants of the models' shapes; a row for each operation, with its variants by verdict."""
    from conformance import report
    from conformance.run import run_all
    from emulator.model import SERVICES
    from lab.conformance.command import OWN, endpoint_of

    begun, clock = datetime.now(UTC), time.perf_counter()
    with ExitStack() as stack:
        services, jobs = ask.services or list(SERVICES), max(ask.jobs, os.cpu_count() or 1)
        results = run_all(endpoint_of(url, stack), services, 0, jobs, ask.budget)
    return report.run_of("conformance", report.rows(results, 0), url or OWN, begun, time.perf_counter() - clock)


def probes(url: str | None, ask: Ask) -> Run:
    """Run the probes; a row for each sentence."""
    from conformance.probes import rows, run_probes
    from conformance.report import run_of
    from lab.conformance.command import OWN, endpoint_of

    begun, clock = datetime.now(UTC), time.perf_counter()
    with ExitStack() as stack:
        outcomes = run_probes(endpoint_of(url, stack), ask.services or None)
    return run_of("probes", rows(outcomes), url or OWN, begun, time.perf_counter() - clock)


SUITES = {"recordings": recordings, "conformance": conformance, "probes": probes}

#: How a comparison calls what it counts, and what it counts of it.
NOUNS = {"recordings": "steps", "conformance": "operations", "probes": "probes"}
TITLES = {"recordings": "steps that agree with the recordings", "conformance": "operations whose variants all passed",
          "probes": "probes that hold"}
