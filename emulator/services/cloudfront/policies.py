"""Policies of caches, origin requests and response headers, AWS's own ones among them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/working-with-policies.html
"""

import json
from functools import cache
from pathlib import Path

from emulator.resources import IdPattern, Resource, Unique, equal
from emulator.resources.errors import Refusal, refuse
from emulator.services.cloudfront.common import configured, listing

ILLEGAL_UPDATE: Refusal = ("IllegalUpdate", "The update contains modifications that are not allowed.")
ILLEGAL_DELETE: Refusal = ("IllegalDelete", "You cannot delete a managed policy.")
MANAGED = Path(__file__).parent / "managed_policies.json"


@cache
def managed(kind: str) -> tuple[dict, ...]:
    """AWS's own policies of a kind: its ids and settings."""
    return tuple(json.loads(MANAGED.read_text())[kind])


def policy(name: str, place: str, listed: str, words: str) -> Resource:
    """One kind of policy, called so in ``words``."""
    config = f"{name}Config"
    declared = configured(
        name, place, IdPattern("{uuid}"), list=listing(listed, {"Type": equal("Type")}), seeds=managed(name),
        missing=(f"NoSuch{name}", f"The specified {words} does not exist."), protected=ILLEGAL_DELETE,
        unique=(Unique(f"{config}.Name", (f"{name}AlreadyExists", f"A {words} with this name already exists.")),),
        cloudformation=f"AWS::CloudFront::{name}",
    )  # fmt: skip

    @declared.on_validate
    def check(ctx, document, before):
        if before is not None and declared.is_seed(before):
            raise refuse(ILLEGAL_UPDATE)

    declared.on_read(lambda ctx, record: {"Type": "managed" if declared.is_seed(record) else "custom"})
    return declared


CachePolicy = policy("CachePolicy", "cache-policy", "ListCachePolicies", "cache policy")
OriginRequestPolicy = policy(
    "OriginRequestPolicy", "origin-request-policy", "ListOriginRequestPolicies", "origin request policy"
)
ResponseHeadersPolicy = policy(
    "ResponseHeadersPolicy", "response-headers-policy", "ListResponseHeadersPolicies", "response headers policy"
)
