"""Distributions in a test, and refusals as what they say."""

import pytest
from botocore.exceptions import ClientError
from distribution_configs import config


@pytest.fixture
def cloudfront(client):
    return client("cloudfront")


@pytest.fixture
def distribution(cloudfront):
    """``distribution(reference, …)`` makes one of ``config(reference, …)``."""
    return lambda *given, **more: cloudfront.create_distribution(DistributionConfig=config(*given, **more))


@pytest.fixture
def refused(cloudfront):
    """``refused("operation_name", **given)`` is the (code, message, status) of a refusal."""
    def call(operation, **given):
        with pytest.raises(ClientError) as caught:
            getattr(cloudfront, operation)(**given)
        answer = caught.value.response
        return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]

    return call
