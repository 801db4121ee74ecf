"""A bucket to work in, and how the tests of S3 look at refusals."""

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError


@pytest.fixture
def s3(client):
    """A client; the bucket ``bucket`` is there."""
    made = client("s3")
    made.create_bucket(Bucket="bucket")
    return made


@pytest.fixture
def versioned(s3):
    """The same, with versioning enabled on the bucket."""
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def error_of():
    """``error_of(call, **params)``: the parsed answer of a call that must be refused."""

    def parsed(call, **params) -> dict:
        with pytest.raises(ClientError) as caught:
            call(**params)
        return caught.value.response

    return parsed


def through_hosts(made, endpoint: str):
    """Let a client that writes AWS's own hosts reach the emulator, which sees those hosts."""

    def send(request, **kwargs):
        parts = urllib3.util.parse_url(request.url)
        request.headers["Host"] = parts.host
        request.url = f"{endpoint}{parts.request_uri}"

    made.meta.events.register("before-send", send)
    return made


@pytest.fixture
def aws(endpoint):
    """``aws("s3", access_key=…, region=…)``: a client of AWS's own hosts, which all lead to the emulator."""

    def make(service: str, access_key: str = "000000000000", region: str = "us-east-1", **config):
        made = boto3.client(
            service, region_name=region, aws_access_key_id=access_key, aws_secret_access_key="test",
            config=Config(ignore_configured_endpoint_urls=True, retries={"total_max_attempts": 1}, **config),
        )  # fmt: skip
        return through_hosts(made, endpoint)

    return make


@pytest.fixture
def control(aws):
    """S3 Control."""
    return aws("s3control")
