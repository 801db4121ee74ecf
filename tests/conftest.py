"""Fixtures of the whole suite. Evidence is found through PARITYLAB_EVIDENCE and never assumed."""

import os
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.protocol import base

base.STRICT = True  # an answer with a member that the model lacks is a defect


@pytest.fixture
def endpoint(aws_endpoint) -> str:
    """URL of an emulator in this process; its state is empty."""
    return aws_endpoint


@pytest.fixture
def client(endpoint):
    """``client("sqs", access_key="111111111111", …)``: a boto3 client of the emulator that never retries."""

    def make(service: str, access_key: str = "test", region: str = "us-east-1", config: Config | None = None, **kwargs):
        plain = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(
            service, endpoint_url=endpoint, region_name=region, aws_access_key_id=access_key,
            aws_secret_access_key="test", config=plain.merge(config) if config else plain, **kwargs,
        )  # fmt: skip

    return make


@pytest.fixture
def refused():
    """``refused(client.operation, Member=…)``: code and message of the error that a call ends in."""

    def call(operation, *places, **given) -> tuple[str, str]:
        with pytest.raises(ClientError) as caught:
            operation(*places, **given)
        error = caught.value.response["Error"]
        return error["Code"], error.get("Message", "")

    return call


@pytest.fixture(scope="session")
def evidence() -> Path:
    """The directory with recorded evidence; a test that needs it is skipped where there is none."""
    found = os.environ.get("PARITYLAB_EVIDENCE")
    if not found or not Path(found).is_dir():
        pytest.skip("set PARITYLAB_EVIDENCE to the directory with recorded evidence to run this")
    return Path(found)
