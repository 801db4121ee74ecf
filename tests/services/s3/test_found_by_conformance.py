"""Requests that the conformance suite found wrongly answered."""

from datetime import UTC, datetime

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


def test_a_reader_may_set_the_expiry_it_reads(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"x")
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    for operation in (s3.get_object, s3.head_object):
        assert operation(Bucket="bucket", Key="key", ResponseExpires=moment)["Expires"] == moment


def test_an_entry_to_delete_without_a_key_is_malformed(client):
    s3 = client("s3", config=Config(parameter_validation=False))
    s3.create_bucket(Bucket="bucket")
    with pytest.raises(ClientError) as refused:
        s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "a"}, {}]})
    assert refused.value.response["Error"]["Code"] == "MalformedXML"
