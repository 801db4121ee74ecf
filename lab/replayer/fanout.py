"""Replay on many workers: cassettes in batches, each batch played by one worker at an endpoint of its own.

A worker keeps its emulator for as long as its process lives; a batch carries everything else it needs.
"""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.util import Finalize
from typing import NamedTuple

import msgspec

from lab.cassette.model import Cassette
from lab.replayer.executors import Executor
from lab.report.result import Row

#: Batches for each worker: more would cost starts and messages, fewer would leave workers idle at the end.
SHARES = 8


class Batch(NamedTuple):
    """Cassettes as JSON, so that they travel small. ``url`` None: an emulator of the worker's own."""

    cassettes: list[bytes]
    url: str | None
    strict: bool


class Played(NamedTuple):
    """Rows as JSON, one entry a cassette, and the versions of what answered."""

    rows: list[bytes]
    versions: dict[str, str]


_local = threading.local()


def endpoint(url: str | None):
    """This worker thread's endpoint: the one named, or an emulator that lives as long as the process."""
    from lab.replayer.endpoint import Endpoint, started

    if url is not None:
        return Endpoint(url)
    if not hasattr(_local, "emulator"):
        stack = ExitStack()
        _local.emulator = stack.enter_context(started())
        Finalize(None, stack.close, exitpriority=10)  # atexit is not run in the processes of a pool
    return _local.emulator


def play_batch(batch: Batch) -> Played:
    """Play a batch, in a worker. Raises LabError when the endpoint is not there."""
    from lab.replayer.clients import Clients
    from lab.replayer.run import play, versions

    target = endpoint(batch.url)
    clients = Clients(target.transport())
    rows = [msgspec.json.encode(play(msgspec.json.decode(each, type=Cassette), target, clients, batch.strict))
            for each in batch.cassettes]
    return Played(rows, versions(target))


def play_everywhere(cassettes: list[Cassette], url: str | None, strict: bool, executor: Executor,
                    progress: Callable[[int, int, str], None]) -> tuple[list[Row], dict[str, str]]:
    """The rows, in the order of the cassettes, and the versions of what answered. Raises what a worker raises."""
    size = max(1, -(-len(cassettes) // (executor.workers * SHARES)))
    parts = [cassettes[at:at + size] for at in range(0, len(cassettes), size)]
    batches = [Batch([msgspec.json.encode(each) for each in part], url, strict) for part in parts]
    found: dict[int, list[bytes]] = {}
    named: dict[str, str] = {}
    done = 0
    for index, played in executor.run(play_batch, batches):
        found[index], named = played.rows, played.versions
        done += len(played.rows)
        progress(done, len(cassettes), parts[index][-1].id)
    encoded = [each for index in sorted(found) for each in found[index]]
    return [row for each in encoded for row in msgspec.json.decode(each, type=list[Row])], named
