"""Replay on many workers: cassettes in batches, each batch played by one worker at an endpoint of its own.

A worker keeps its emulator for as long as its process lives; a batch carries everything else it needs.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing.util import Finalize
from typing import NamedTuple

import msgspec

from lab.cassette.model import Cassette
from lab.replayer.executors import Executor
from lab.report.result import Row

#: Batches for each worker: more would cost starts and messages, fewer would leave workers idle at the end.
SHARES = 8


class How(NamedTuple):
    """``strict``: the wire counts, too. Of an emulator that is started: the ``seed`` of its ids, and by how many
    seconds its clock is off (``offset``)."""

    strict: bool = False
    seed: int | None = None
    offset: float = 0.0


class Batch(NamedTuple):
    """Cassettes as JSON, so that they travel small. ``url`` None: an emulator of the worker's own."""

    cassettes: list[bytes]
    url: str | None
    how: How


class Played(NamedTuple):
    """Rows as JSON, one entry a cassette, and the versions of what answered."""

    rows: list[bytes]
    versions: dict[str, str]


_local = threading.local()


def endpoint(url: str | None, how: How):
    """This worker thread's endpoint: the one named, or an emulator that lives as long as the process or its kind."""
    from lab.replayer.endpoint import Endpoint, started

    if url is not None:
        return Endpoint(url)
    if getattr(_local, "kind", None) != how[1:]:
        if hasattr(_local, "stack"):
            _local.stack.close()
        _local.stack = stack = ExitStack()
        _local.emulator = stack.enter_context(started(how.seed, how.offset))
        _local.kind = how[1:]
        Finalize(None, stack.close, exitpriority=10)  # atexit is not run in the processes of a pool
    return _local.emulator


def play_batch(batch: Batch) -> Played:
    """Play a batch, in a worker. Raises LabError when the endpoint is not there."""
    from lab.replayer.clients import Clients
    from lab.replayer.run import play, versions

    target = endpoint(batch.url, batch.how)
    clients = Clients(target.transport())
    rows = [msgspec.json.encode(play(msgspec.json.decode(each, type=Cassette), target, clients, batch.how.strict))
            for each in batch.cassettes]
    return Played(rows, versions(target))


def play_everywhere(cassettes: list[Cassette], url: str | None, how: How, executor: Executor,
                    progress: Callable[[int, int, str], None]) -> Iterator[tuple[int, list[Row], dict[str, str]]]:
    """Index, rows and versions of each cassette, as they are done. Raises what a worker raises."""
    size = max(1, -(-len(cassettes) // (executor.workers * SHARES)))
    starts = range(0, len(cassettes), size)
    batches = [Batch([msgspec.json.encode(each) for each in cassettes[at:at + size]], url, how) for at in starts]
    done = 0
    for number, played in executor.run(play_batch, batches):
        for index, rows in enumerate(played.rows, starts[number]):
            yield index, msgspec.json.decode(rows, type=list[Row]), played.versions
        done += len(played.rows)
        progress(done, len(cassettes), cassettes[starts[number]].id)
