"""A client of Secrets Manager on a clock that stands still until the test moves it, and how refusals are looked at."""

import pytest

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


@pytest.fixture
def sm(emulator, client):
    emulator.freeze(NOON)
    return client("secretsmanager")
