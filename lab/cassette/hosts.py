"""What a recorded host name tells: the service's endpoint prefix, the region, an S3 bucket.

https://docs.aws.amazon.com/general/latest/gr/rande.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from typing import NamedTuple

REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
SUFFIX = r"(?:amazonaws\.com(?:\.cn)?|api\.aws|localhost\.localstack\.cloud)(?::\d+)?"

#: First match wins; a bucket's name may hold dots.
PATTERNS = [re.compile(f"{pattern}\\.{SUFFIX}") for pattern in (
    rf"(?:(?P<bucket>.+)\.)?(?P<prefix>s3)-website[.-]{REGION}",
    rf"(?:(?P<bucket>.+)\.)?(?P<prefix>s3)(?:-accelerate|-fips)?(?:\.dualstack)?[.-]{REGION}",
    r"(?:(?P<bucket>.+)\.)?(?P<prefix>s3)(?:-accelerate|-external-1|-website)?",
    rf"{REGION}\.(?P<prefix>queue)",
    r"(?P<prefix>queue)",
    rf"(?P<prefix>[a-z0-9.-]+?)\.{REGION}",
    r"(?P<prefix>[a-z0-9-]+)",
)]

#: Endpoint prefixes of old that the models don't carry any more.
OLD_PREFIXES = {"queue": "sqs"}


class Host(NamedTuple):
    """All None for a host that is not AWS's."""

    prefix: str | None = None
    region: str | None = None
    bucket: str | None = None


def parse(host: str) -> Host:
    for pattern in PATTERNS:
        match = pattern.fullmatch(host)
        if match:
            found = match.groupdict()
            return Host(OLD_PREFIXES.get(found["prefix"], found["prefix"]), found.get("region"), found.get("bucket"))
    return Host()
