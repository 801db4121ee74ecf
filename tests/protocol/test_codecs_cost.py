"""A generous bound on what the codecs cost; ``bench_codecs.py`` prints the numbers."""

import pytest
from protocol.bench_codecs import CASES, measure


@pytest.mark.parametrize("name", CASES)
def test_cost(name):
    cost, route = min(measure(name, 300) for _ in range(3))
    assert cost < 60
    assert route < 60
