"""Many cassettes at one endpoint: chosen, here or shared out over workers, their rows in one run."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lab.cassette.model import Cassette
from lab.errors import LabError
from lab.replayer.clients import Clients
from lab.replayer.endpoint import Endpoint, started
from lab.replayer.executors import executor
from lab.replayer.fanout import How, play_everywhere
from lab.replayer.journal import Journal
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


def play_here(cassettes: list[Cassette], url: str | None, how: How,
              progress: Progress) -> Iterator[tuple[int, list[Row], dict[str, str]]]:
    """Play cassettes one after the other in this process: index, rows and versions of each."""
    with started(how.seed, how.offset) if url is None else nullcontext(Endpoint(url)) as endpoint:
        clients, named = Clients(endpoint.transport()), versions(endpoint)
        for index, cassette in enumerate(cassettes):
            yield index, play(cassette, endpoint, clients, how.strict), named
            progress(index + 1, len(cassettes), cassette.id)


def installed(name: str) -> str | None:
    """The version of an installed distribution."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def versions(endpoint: Endpoint) -> dict[str, str]:
    named = {name: told for name in ("paritylab", "botocore") if (told := installed(name))}
    running = endpoint.version()
    return {**named, "endpoint": running} if running else named


def execute(cassettes: Iterable[Cassette], url: str | None = None, strict: bool = False, jobs: int = 1,
            progress: Progress = lambda done, of, name: None, cluster: str | None = None,
            how: How | None = None, journal: Path | None = None) -> Run:
    """Play cassettes at an endpoint, or at emulators started for it (one a job).

    ``jobs``: processes on this machine; ``cluster``: the address of a Dask scheduler, whose workers play instead.
    ``journal``: a file in which what was played is kept until all is, so that an interrupted replay can go on.
    Raises LabError when no endpoint is there.
    """
    chosen, how = list(cassettes), how or How(strict)
    if not chosen:
        raise LabError("no cassette was chosen: nothing matches. Leave --cassette or --service wider.")
    begun = datetime.now(UTC)
    clock = time.perf_counter()
    kept = Journal(journal, {"url": url, **how._asdict(), "paritylab": installed("paritylab")}) if journal else None
    found: dict[int, list[Row]] = {}
    for index, cassette in enumerate(chosen if kept else ()):
        if (rows := kept.known(cassette)) is not None:
            found[index] = rows
    missing = [index for index in range(len(chosen)) if index not in found]
    named: dict[str, str] = {}
    left = [chosen[index] for index in missing]
    if cluster or jobs > 1:
        workers = executor(min(jobs, max(len(left), 1)), cluster)
        played = play_everywhere(left, url, how, workers, progress)
    else:
        played = play_here(left, url, how, progress)
    for at, rows, named in played if left else ():  # noqa: B007 the versions of the last count
        found[missing[at]] = rows
        if kept:
            kept.add(chosen[missing[at]], rows)
    if kept:
        kept.close()
    rows = [row for index in sorted(found) for row in found[index]]
    return Run(id=f"replay-{begun:%Y%m%dT%H%M%SZ}", suite="replay", started_at=begun.isoformat(timespec="seconds"),
               endpoint=url or "emulator", versions=named, rows=rows,
               seconds=round(time.perf_counter() - clock, 1))
