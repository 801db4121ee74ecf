"""A bucket to work in, and how the tests of S3 look at refusals."""

import pytest
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
