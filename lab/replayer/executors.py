"""Where work runs: a small port, ``run(function, items) -> (index, result) pairs as they come``, and what is behind it.

``LocalPool``: processes on this machine, the default. ``Dask``: an existing Dask cluster (``tcp://scheduler:8786``),
for which the extra ``cluster`` is needed; its workers need paritylab installed. Functions and items must pickle.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from lab.errors import LabError


class Executor(Protocol):
    """``workers`` is how many items are worked on at a time."""

    workers: int

    def run(self, function: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Call the function on every item; (index of the item, result) in the order in which they are done.

        What a function raises is raised here; items that wait are dropped then.
        """
        ...


class LocalPool:
    """Processes of this machine, started fresh, so that they share nothing with this one."""

    def __init__(self, workers: int):
        self.workers = workers

    def run(self, function: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor, as_completed

        with ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn")) as pool:
            futures = {pool.submit(function, item): index for index, item in enumerate(items)}
            try:
                for done in as_completed(futures):
                    yield futures[done], done.result()
            finally:
                pool.shutdown(cancel_futures=True)


class Dask:
    """The workers of a Dask cluster. Raises LabError when the extra or the scheduler is missing."""

    def __init__(self, address: str):
        self.address = address
        with self._client() as client:
            self.workers = max(sum(client.nthreads().values()), 1)

    def _client(self):
        try:
            from distributed import Client
        except ImportError:
            raise LabError("a cluster needs Dask: pip install 'paritylab[cluster]'") from None
        try:
            return Client(self.address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as problem:
            raise LabError(f"there is no Dask scheduler at {self.address}: {problem}") from None

    def run(self, function: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        from distributed import as_completed

        with self._client() as client:
            futures = {client.submit(function, item, pure=False): index for index, item in enumerate(items)}
            try:
                for done, result in as_completed(futures, client.loop, with_results=True):
                    yield futures[done], result
            finally:
                client.cancel([each for each in futures if not each.done()])


def executor(jobs: int, cluster: str | None = None) -> Executor:
    """The cluster when one is named, else a pool of ``jobs`` processes. Raises LabError."""
    return Dask(cluster) if cluster else LocalPool(jobs)
