"""URLs that the emulator signs itself are good where signatures are verified."""

import urllib.error
import urllib.request

import boto3
import pytest

from emulator.auth import presigned
from emulator.kernel.context import Context, root
from emulator.testing import emulated

ACCOUNT = "000000000000"


def test_they_pass_verification_until_they_expire():
    with emulated(verify_signatures=True) as emulator:
        s3 = boto3.client("s3", endpoint_url=emulator.url, region_name="us-east-1", aws_access_key_id=ACCOUNT,
                          aws_secret_access_key="test")  # fmt: skip
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="a/b ü+~", Body=b"content")

        def sign() -> str:
            ctx = Context(emulator.runtime, "s3", "GetObject", ACCOUNT, "us-east-1", root(ACCOUNT, ACCOUNT))
            return presigned.get(ctx, "s3", "/bucket/a/b ü+~", 60)

        url = emulator.on_loop(sign)
        with urllib.request.urlopen(url) as answer:
            assert answer.read() == b"content"
        for wrong in (url[:-1] + ("0" if url[-1] != "0" else "1"), url.replace("/a/b", "/a/c")):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(wrong)
            assert b"SignatureDoesNotMatch" in caught.value.read()
        emulator.advance(61)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url)
        assert b"Request has expired" in caught.value.read()
