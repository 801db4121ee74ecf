"""A client of KMS, keys in one line, and how refusals are looked at."""

import pytest


@pytest.fixture
def kms(client):
    return client("kms")


@pytest.fixture
def key(kms):
    """``key(KeySpec=…, …)``: the metadata of a new key."""
    return lambda **given: kms.create_key(**given)["KeyMetadata"]
