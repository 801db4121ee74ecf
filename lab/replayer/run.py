"""Many cassettes at one endpoint: chosen, shared out over workers, their rows in one run."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from queue import Empty, Queue

from lab.cassette.model import Cassette
from lab.errors import LabError
from lab.replayer.clients import Clients
from lab.replayer.endpoint import Endpoint, started
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


def play_all(cassettes: list[Cassette], endpoints: list[Endpoint], strict: bool, progress: Progress) -> list[Row]:
    """Play cassettes, one worker an endpoint; the rows are in the order of the cassettes."""
    waiting: Queue[tuple[int, Cassette]] = Queue()
    for pair in enumerate(cassettes):
        waiting.put(pair)
    found: dict[int, list[Row]] = {}
    problems: list[BaseException] = []

    def work(endpoint: Endpoint) -> None:
        clients = Clients(endpoint.transport())
        while not problems:
            try:
                index, cassette = waiting.get_nowait()
            except Empty:
                return
            try:
                found[index] = play(cassette, endpoint, clients, strict)
            except BaseException as problem:  # brought back to the caller's thread
                problems.append(problem)
                return
            progress(len(found), len(cassettes), cassette.id)

    workers = [threading.Thread(target=work, args=(endpoint,), daemon=True) for endpoint in endpoints]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if problems:
        raise problems[0]
    return [row for index in sorted(found) for row in found[index]]


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
            progress: Progress = lambda done, of, name: None) -> Run:
    """Play cassettes at an endpoint, or at emulators started for it (one a job). Raises LabError when none is there."""
    chosen = list(cassettes)
    if not chosen:
        raise LabError("no cassette was chosen: nothing matches. Leave --cassette or --service wider.")
    begun = datetime.now(UTC)
    clock = time.perf_counter()
    with ExitStack() as stack:
        if url is None:
            endpoints: list[Endpoint] = [stack.enter_context(started()) for _ in range(min(jobs, len(chosen)))]
        else:
            endpoints = [Endpoint(url)]
        rows = play_all(chosen, endpoints, strict, progress)
        named = versions(endpoints[0])
    stamp = begun.strftime("%Y%m%dT%H%M%SZ")
    return Run(id=f"replay-{stamp}", suite="replay", started_at=begun.isoformat(timespec="seconds"),
               endpoint=url or "emulator", versions=named, rows=rows,
               seconds=round(time.perf_counter() - clock, 1))
