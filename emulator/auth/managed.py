"""AWS's own managed policies, as AWS publishes them. Those whose document is not written down here don't exist.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

from emulator.auth.access_keys import unique_id

DATA = Path(__file__).with_name("managed_policies.json")
ARN = "arn:aws:iam::aws:policy"


class AwsPolicy(NamedTuple):
    """A managed policy of AWS; ``version`` is the one that is the default there."""

    arn: str
    name: str
    path: str
    id: str
    description: str
    version: str
    document: str


@cache
def policies() -> dict[str, AwsPolicy]:
    """The known policies by ARN, sorted by name."""
    found = {}
    for name, row in sorted(orjson.loads(DATA.read_bytes()).items()):
        path = row.get("path", "/")
        arn = f"{ARN}{path}{name}"
        statements = [{"Effect": "Allow", "Resource": "*", **each} for each in row["statements"]]
        document = orjson.dumps({"Version": "2012-10-17", "Statement": statements}).decode()
        found[arn] = AwsPolicy(
            arn, name, path, unique_id("ANPA", "0", arn), row.get("description", ""), row.get("version", "v1"), document
        )
    return found


def find(arn: str) -> AwsPolicy | None:
    return policies().get(arn)
