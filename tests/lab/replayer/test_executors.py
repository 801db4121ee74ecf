"""The same replay in this process, in a pool of processes and on a Dask cluster gives the same rows."""

import os
import time
from pathlib import Path

import msgspec
import pytest

from lab.cassette.files import read
from lab.errors import LabError
from lab.replayer import executors
from lab.replayer.run import execute

CASSETTES = [read(path) for path in sorted((Path(__file__).parents[3] / "cassettes").rglob("*.json"))]


def double(number):
    return number * 2


def fail(number):
    raise LabError(f"number {number} failed")


def children_of(pid):
    return {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat")
            if path.read_text().rsplit(")", 1)[1].split()[1] == str(pid)}


def plain(run):
    return [msgspec.structs.replace(row, duration_ms=None) for row in run.rows]


@pytest.fixture(scope="module")
def alone():
    return plain(execute(CASSETTES))


def test_a_pool_gives_the_same_rows_and_leaves_no_process(alone):
    told = []
    done = execute(CASSETTES, jobs=2, progress=lambda *where: told.append(where))
    assert plain(done) == alone and not done.failed()
    assert told[-1][:2] == (len(CASSETTES), len(CASSETTES))
    assert done.versions["endpoint"]
    if Path("/proc/self/stat").exists():
        time.sleep(0.2)
        left = [pid for pid in children_of(os.getpid()) if "emulator" in Path(f"/proc/{pid}/cmdline").read_text()]
        assert left == []


def test_a_pool_raises_what_a_worker_raises():
    pool = executors.LocalPool(2)
    assert sorted(pool.run(double, [1, 2, 3])) == [(0, 2), (1, 4), (2, 6)]
    with pytest.raises(LabError, match="failed"):
        list(pool.run(fail, [1, 2]))


def test_a_dask_cluster_gives_the_same_rows(alone):
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                                       host="127.0.0.1")
    try:
        assert plain(execute(CASSETTES, cluster=cluster.scheduler_address)) == alone
    finally:
        cluster.close()


def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    from distributed import Client

    def refuse(*_, **__):
        raise OSError("refused")

    monkeypatch.setattr(Client, "__init__", refuse)
    with pytest.raises(LabError, match="no Dask scheduler at tcp"):
        executors.Dask("tcp://127.0.0.1:1")
