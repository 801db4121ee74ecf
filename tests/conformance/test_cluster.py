"""The suite on the workers of a Dask cluster finds what it finds in processes of this machine."""

import pytest

from conformance.run import run_all
from conformance.world import Endpoint
from lab.replayer.endpoint import started


@pytest.mark.timeout(120)
def test_a_cluster_gives_the_same_verdicts():
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with started() as emulator, distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:

        def verdicts(**how):
            return [(each.id, each.verdict) for each in run_all(Endpoint(emulator.url), ["dynamodbstreams"], **how)]

        here = verdicts(jobs=2)
        assert len(here) > 50 and verdicts(cluster=cluster.scheduler_address) == here
