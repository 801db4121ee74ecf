"""A client of Secrets Manager on a clock that stands still until the test moves it, and how refusals are looked at."""

import pytest
from botocore.exceptions import ClientError

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z


@pytest.fixture
def sm(emulator, client):
    emulator.freeze(NOON)
    return client("secretsmanager")


@pytest.fixture
def refused():
    """``refused(client.operation, Member=…)``: code and message of the error that a call ends in."""

    def call(operation, **given):
        with pytest.raises(ClientError) as caught:
            operation(**given)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return call
