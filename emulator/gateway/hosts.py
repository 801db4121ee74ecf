"""What a host name tells: the service, the region, an S3 bucket. Rules as data; answers are cached.

Sources: https://docs.aws.amazon.com/general/latest/gr/rande.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from functools import lru_cache
from typing import NamedTuple

REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
POINT = r"(?P<kind>s3-accesspoint|s3-object-lambda)"
SUFFIX = r"(?:amazonaws\.com(?:\.cn)?|api\.aws|localhost\.localstack\.cloud|localhost)"

# First match wins. A bucket name may hold dots, so the bucket takes all that stands before the service's part.
PATTERNS = [
    (re.compile(pattern), service)
    for pattern, service in (
        (rf"(?P<bucket>.+)\.s3-website[.-]{REGION}\.{SUFFIX}", "s3-website"),
        (rf"(?P<bucket>.+)\.s3-website\.{SUFFIX}", "s3-website"),
        (rf"(?:\d{{12}}\.)?s3-control(?:-fips)?(?:\.dualstack)?\.{REGION}\.{SUFFIX}", "s3control"),
        (rf"(?P<bucket>.+)\.{POINT}(?:-fips)?(?:\.dualstack)?\.{REGION}\.{SUFFIX}", "s3"),
        (rf"(?P<bucket>.+\.mrap)\.accesspoint\.s3-global\.{SUFFIX}", "s3"),
        (rf"(?P<bucket>.+)\.s3(?:-accelerate|-fips)?(?:\.dualstack)?[.-]{REGION}\.{SUFFIX}", "s3"),
        (rf"(?P<bucket>.+)\.s3(?:-accelerate(?:\.dualstack)?|-external-1)?\.{SUFFIX}", "s3"),
        (rf"s3(?:-fips)?(?:\.dualstack)?[.-]{REGION}\.{SUFFIX}", "s3"),
        (rf"s3(?:-external-1)?\.{SUFFIX}", "s3"),
        (rf"{REGION}\.queue\.{SUFFIX}", "sqs"),
        (rf"queue\.{SUFFIX}", "sqs"),
        (rf"(?P<prefix>[a-z0-9-]+(?:\.[a-z0-9-]+)?)\.{REGION}\.{SUFFIX}", None),
        (rf"(?P<prefix>[a-z0-9-]+)\.{SUFFIX}", None),
    )
]


class Host(NamedTuple):
    """``service`` is a botocore name, ``s3-website``, or an endpoint prefix when ``is_prefix``."""

    service: str | None = None
    region: str | None = None
    bucket: str | None = None
    is_prefix: bool = False


@lru_cache(maxsize=1024)
def parse(header: str) -> Host:
    """What the Host header names; an empty :class:`Host` for plain addresses."""
    name = header.rsplit(":", 1)[0] if not header.endswith("]") else header
    for pattern, service in PATTERNS:
        match = pattern.fullmatch(name)
        if match:
            found = match.groupdict()
            if service is None:
                return Host(found["prefix"], found.get("region"), None, True)
            bucket = found.get("bucket")
            return Host(service, found.get("region"), _point(**found) if "kind" in found else bucket)
    return Host()


def _point(bucket: str, kind: str, region: str) -> str:
    """The access point in a host as its ARN, without a slash, so that it stands in a path as a bucket does."""
    name, _, account = bucket.rpartition("-")
    return f"arn:aws:{kind.removesuffix('-accesspoint')}:{region}:{account}:accesspoint:{name}"


@lru_cache(maxsize=1024)
def bucket_of_local_host(header: str) -> str | None:
    """The bucket in ``bucket.localhost``: only meaningful once the request is known to be for S3."""
    name = header.rsplit(":", 1)[0]
    for suffix in (".localhost.localstack.cloud", ".localhost", ".127.0.0.1.nip.io"):
        if name.endswith(suffix):
            bucket = name[: -len(suffix)]
            return bucket if bucket != "s3" else None
    return None
