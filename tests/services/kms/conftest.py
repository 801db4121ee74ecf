"""A client of KMS, keys in one line, and how refusals are looked at."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def kms(client):
    return client("kms")


@pytest.fixture
def key(kms):
    """``key(KeySpec=…, …)``: the metadata of a new key."""
    return lambda **given: kms.create_key(**given)["KeyMetadata"]


@pytest.fixture
def refused():
    """``refused(client.operation, Member=…)``: code and message of the error that a call ends in."""

    def call(operation, **given):
        with pytest.raises(ClientError) as caught:
            operation(**given)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return call
