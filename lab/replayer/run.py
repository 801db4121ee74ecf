"""Many cassettes at one endpoint: chosen, here or shared out over workers, their rows in one run."""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from lab.cassette.model import Cassette
from lab.errors import LabError
from lab.replayer.clients import Clients
from lab.replayer.endpoint import Endpoint, started
from lab.replayer.executors import executor
from lab.replayer.fanout import play_everywhere
from lab.replayer.player import Player
from lab.replayer.prerequisites import MissingPrerequisite
from lab.report.result import Row, Run

Progress = Callable[[int, int, str], None]


def unreached(cassette: Cassette, reason: str) -> list[Row]:
    """The rows of a cassette that could not be played at all."""
    return [Row(service=step.service, operation=step.operation or "?", verdict="unreachable", step=index, reason=reason,
                provenance=cassette.provenance, cassette=cassette.id, title=cassette.title)
            for index, step in enumerate(cassette.interactions) for _ in step.truth if step.service]


def play(cassette: Cassette, endpoint: Endpoint, clients: Clients, strict: bool = False) -> list[Row]:
    """The rows of one cassette."""
    try:
        return Player(cassette, endpoint, clients, strict).play()
    except MissingPrerequisite as missing:
        return unreached(cassette, str(missing))
    except LabError:
        raise
    except Exception as problem:  # whatever is in a cassette, the others are played
        return unreached(cassette, f"it can't be played: {type(problem).__name__}: {problem}")


def play_here(cassettes: list[Cassette], url: str | None, strict: bool,
              progress: Progress) -> tuple[list[Row], dict[str, str]]:
    """Play cassettes one after the other in this process."""
    rows: list[Row] = []
    with started() if url is None else nullcontext(Endpoint(url)) as endpoint:
        clients = Clients(endpoint.transport())
        for done, cassette in enumerate(cassettes, 1):
            rows += play(cassette, endpoint, clients, strict)
            progress(done, len(cassettes), cassette.id)
        return rows, versions(endpoint)


def versions(endpoint: Endpoint) -> dict[str, str]:
    named = {}
    for name in ("paritylab", "botocore"):
        try:
            named[name] = version(name)
        except PackageNotFoundError:
            continue
    running = endpoint.version()
    return {**named, "endpoint": running} if running else named


def execute(cassettes: Iterable[Cassette], url: str | None = None, strict: bool = False, jobs: int = 1,
            progress: Progress = lambda done, of, name: None, cluster: str | None = None) -> Run:
    """Play cassettes at an endpoint, or at emulators started for it (one a job).

    ``jobs``: processes on this machine; ``cluster``: the address of a Dask scheduler, whose workers play instead.
    Raises LabError when no endpoint is there.
    """
    chosen = list(cassettes)
    if not chosen:
        raise LabError("no cassette was chosen: nothing matches. Leave --cassette or --service wider.")
    begun = datetime.now(UTC)
    clock = time.perf_counter()
    if cluster or jobs > 1:
        workers = executor(min(jobs, len(chosen)), cluster)
        rows, named = play_everywhere(chosen, url, strict, workers, progress)
    else:
        rows, named = play_here(chosen, url, strict, progress)
    stamp = begun.strftime("%Y%m%dT%H%M%SZ")
    return Run(id=f"replay-{stamp}", suite="replay", started_at=begun.isoformat(timespec="seconds"),
               endpoint=url or "emulator", versions=named, rows=rows,
               seconds=round(time.perf_counter() - clock, 1))
